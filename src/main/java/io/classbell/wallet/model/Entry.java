package io.classbell.wallet.model;

import org.jspecify.annotations.Nullable;

/**
 * One account's side of a posting.
 *
 * @param amount signed minor units: plus is into the account
 * @param balanceAfter null for system accounts, which have no stored balance
 */
public record Entry(String accountId, long amount, @Nullable Long balanceAfter) {}
