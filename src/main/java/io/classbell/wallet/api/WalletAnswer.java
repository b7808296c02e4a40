package io.classbell.wallet.api;

import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.Posted;
import io.classbell.wallet.api.WalletApi.Settled;
import io.classbell.wallet.api.WalletApi.Suspended;

/** The result of a command that took effect. */
public sealed interface WalletAnswer permits Posted, Held, Settled, Suspended {}
