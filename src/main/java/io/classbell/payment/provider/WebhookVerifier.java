package io.classbell.payment.provider;

import io.classbell.payment.model.ProviderEvent;
import java.util.Map;

/** Verifies webhooks of one provider before anything in them is believed. */
public interface WebhookVerifier {

  /**
   * Returns the event of a webhook that the provider signed for us.
   *
   * @param headers in lower case
   * @param body the bytes as they were received
   * @throws io.classbell.platform.failure.RejectedException if it is not signed for us
   */
  ProviderEvent verify(Map<String, String> headers, byte[] body);
}
