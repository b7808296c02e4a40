package io.classbell.wallet.api;

import io.classbell.platform.config.Setting;

/** Settings of the wallet. All amounts are minor units: 1/100 credit. */
public record WalletSettings(
    @Setting(value = "What wallet money is called.", byDefault = "credits", max = 16)
        String currency,
    @Setting(
            value = "Largest deposit or adjustment in one command, in minor units.",
            byDefault = "100000000",
            min = 1,
            max = 1_000_000_000_000L)
        long maxDeposit,
    @Setting(
            value = "Most a wallet may hold, in minor units.",
            byDefault = "100000000000",
            min = 1,
            max = 1_000_000_000_000_000L)
        long maxBalance,
    @Setting(value = "Most commands that share one commit.", byDefault = "64", min = 1, max = 1024)
        int groupSize,
    @Setting(
            value = "Most commands that wait for a commit; more get 503 with Retry-After.",
            byDefault = "4096",
            min = 1,
            max = 1_000_000)
        int maxWaiting) {}
