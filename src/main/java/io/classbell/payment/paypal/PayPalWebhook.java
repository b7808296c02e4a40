package io.classbell.payment.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PaymentSettings.Verification;
import io.classbell.payment.model.Provider;
import io.classbell.payment.model.ProviderEvent;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.WebhookVerifier;
import io.classbell.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Verifies webhooks of PayPal: SHA256withRSA over {@code id|time|webhook id|crc32 of the raw body},
 * with a certificate of PayPal, or by asking its API.
 *
 * @see <a href="https://developer.paypal.com/api/rest/webhooks/rest/">PayPal: verify webhooks</a>
 */
public final class PayPalWebhook implements WebhookVerifier {
  /** PayPal repeats a webhook for three days, and does not say whether the time stays the same. */
  private static final Duration OLDEST = Duration.ofDays(4);

  private static final Duration FUTURE = Duration.ofSeconds(300);
  private static final Duration API_LIMIT = Duration.ofSeconds(5);
  private static final String ALGORITHM = "SHA256withRSA";

  private final @Nullable String webhookId;
  private final Verification verification;
  private final PayPalClient client;
  private final SigningCertificates certificates;
  private final Supplier<Instant> realNow;

  public PayPalWebhook(
      @Nullable String webhookId,
      Verification verification,
      PayPalClient client,
      SigningCertificates certificates,
      Supplier<Instant> realNow) {
    this.webhookId = webhookId;
    this.verification = verification;
    this.client = client;
    this.certificates = certificates;
    this.realNow = realNow;
  }

  @Override
  public ProviderEvent verify(Map<String, String> headers, byte[] body) {
    if (webhookId == null
        || !isRecent(headers.get("paypal-transmission-time"))
        || !isSigned(headers, body)) {
      throw PaymentApi.INVALID_SIGNATURE.refused();
    }
    JsonNode event = parse(body);
    String id = PayPalObjects.text(event.path("id"));
    String type = PayPalObjects.text(event.path("event_type"));
    if (id == null || type == null || id.length() > 255 || type.length() > 100) {
      throw PaymentApi.UNREADABLE_EVENT.refused();
    }
    return new ProviderEvent(
        Provider.paypal, id, type, null, new String(body, StandardCharsets.UTF_8));
  }

  private boolean isSigned(Map<String, String> headers, byte[] body) {
    String id = headers.get("paypal-transmission-id");
    String time = headers.get("paypal-transmission-time");
    String signature = headers.get("paypal-transmission-sig");
    String certificate = headers.get("paypal-cert-url");
    if (id == null
        || time == null
        || signature == null
        || certificate == null
        || !ALGORITHM.equals(headers.get("paypal-auth-algo"))) {
      return false;
    }
    if (verification == Verification.API) {
      return isSignedByApi(id, time, signature, certificate, body);
    }
    CRC32 crc = new CRC32();
    crc.update(body);
    String signed = id + "|" + time + "|" + webhookId + "|" + crc.getValue();
    X509Certificate signer = certificates.of(certificate);
    return signer != null && isSigned(signer, signed, signature);
  }

  private static boolean isSigned(X509Certificate signer, String signed, String signature) {
    try {
      Signature rsa = Signature.getInstance(ALGORITHM);
      rsa.initVerify(signer.getPublicKey());
      rsa.update(signed.getBytes(StandardCharsets.UTF_8));
      return rsa.verify(Base64.getDecoder().decode(signature));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }

  /** The event goes to the API as it was received: another encoding would not verify. */
  private boolean isSignedByApi(
      String id, String time, String signature, String certificate, byte[] body) {
    if (!certificates.isAllowed(certificate)) {
      return false;
    }
    parse(body);
    Map<String, String> fields =
        Map.of(
            "auth_algo", ALGORITHM,
            "cert_url", certificate,
            "transmission_id", id,
            "transmission_sig", signature,
            "transmission_time", time,
            "webhook_id", String.valueOf(webhookId));
    String head = Json.write(fields);
    String request =
        head.substring(0, head.length() - 1)
            + ",\"webhook_event\":"
            + new String(body, StandardCharsets.UTF_8)
            + "}";
    try {
      return client
          .postRaw(
              "verify_webhook", "/v1/notifications/verify-webhook-signature", request, API_LIMIT)
          .path("verification_status")
          .asText()
          .equals("SUCCESS");
    } catch (ProviderFailure e) {
      if (e.kind() == ProviderFailure.Kind.REFUSED) {
        return false;
      }
      // PayPal repeats the webhook later.
      throw PaymentApi.PROVIDER_UNAVAILABLE.refused();
    }
  }

  private boolean isRecent(@Nullable String time) {
    if (time == null) {
      return false;
    }
    try {
      Instant sent = OffsetDateTime.parse(time).toInstant();
      Instant now = realNow.get();
      return !sent.isBefore(now.minus(OLDEST)) && !sent.isAfter(now.plus(FUTURE));
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static JsonNode parse(byte[] body) {
    @Nullable JsonNode event;
    try {
      event = Json.mapper().readTree(body);
    } catch (IOException e) {
      event = null;
    }
    if (event == null || !event.isObject()) {
      throw PaymentApi.UNREADABLE_EVENT.refused();
    }
    return event;
  }
}
