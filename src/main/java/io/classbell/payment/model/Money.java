package io.classbell.payment.model;

/**
 * Money of a real currency.
 *
 * @param minor the amount in the minor units of ISO 4217 (cents; whole yen)
 * @param currency ISO 4217 code, in capital letters
 */
public record Money(long minor, String currency) {}
