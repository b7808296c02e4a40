package io.classbell.wallet.api;

import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.Posted;
import io.classbell.wallet.api.WalletApi.Settled;

/** What a command that had its effect is answered. */
public sealed interface WalletAnswer permits Posted, Held, Settled {}
