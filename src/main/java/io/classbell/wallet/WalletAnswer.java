package io.classbell.wallet;

import io.classbell.wallet.WalletApi.Held;
import io.classbell.wallet.WalletApi.Posted;
import io.classbell.wallet.WalletApi.Settled;

/** What a command that had its effect is answered. */
sealed interface WalletAnswer permits Posted, Held, Settled {}
