package io.classbell.payment.model;

import org.jspecify.annotations.Nullable;

/**
 * A verified webhook.
 *
 * @param account the connected account that it is about; null for our own
 * @param body JSON, as it was signed
 */
public record ProviderEvent(
    Provider provider, String id, String type, @Nullable String account, String body) {}
