package io.classbell.payment.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import io.classbell.platform.config.Secret;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingRetry;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requests to Stripe's API: form-encoded, with a pinned version. Blocks a virtual thread.
 *
 * <p>Retries are those that Stripe's own libraries make: {@code Stripe-Should-Retry} decides where
 * it is present, otherwise conflicts, rate limits, server errors and cut connections are retried
 * under the same idempotency key. A server error is repeated by Stripe under the same key, so it is
 * reported as {@link Kind#BROKEN}.
 *
 * @see <a href="https://docs.stripe.com/error-low-level">Stripe: low-level error handling</a>
 */
public final class StripeClient {
  /** The version that requests are made with. */
  public static final String VERSION = "2026-07-29.dahlia";

  private static final String NAME = "stripe";
  private static final int ATTEMPTS = 3;

  private static final OutgoingRetry RETRY =
      OutgoingRetry.attempts(ATTEMPTS).onUnknown().onAnswers(StripeClient::shouldRetry);

  /** Error codes of requests that were not carried out and may succeed later. */
  private static final Set<String> LATER =
      Set.of("idempotency_key_in_use", "lock_timeout", "rate_limit");

  private final OutgoingClient http;
  private final String apiUrl;
  private final Secret key;

  public StripeClient(OutgoingClient http, String apiUrl, Secret key) {
    this.http = http;
    this.apiUrl = apiUrl.replaceAll("/+$", "");
    this.key = key;
  }

  /** Whether the key is one of live mode; null if it does not tell. */
  @Nullable Boolean isLive() {
    String text = key.reveal();
    return text.contains("_live_") ? Boolean.TRUE : text.contains("_test_") ? Boolean.FALSE : null;
  }

  /** Reads an object; null if there is none. */
  public @Nullable JsonNode get(String operation, String path, Duration limit) {
    return answer(request(OutgoingRequest.get(NAME, operation, uri(path)), limit), true);
  }

  /**
   * Creates or changes an object.
   *
   * @param idempotencyKey at most 255 characters
   */
  public JsonNode post(
      String operation,
      String path,
      List<Map.Entry<String, String>> form,
      String idempotencyKey,
      Duration limit) {
    OutgoingRequest post =
        OutgoingRequest.post(NAME, operation, uri(path))
            .header("Idempotency-Key", idempotencyKey)
            .form(form);
    JsonNode object = answer(request(post, limit), false);
    if (object == null) {
      throw new ProviderFailure(Kind.REFUSED, "resource_missing");
    }
    return object;
  }

  private URI uri(String path) {
    return URI.create(apiUrl + path);
  }

  private OutgoingRequest request(OutgoingRequest request, Duration limit) {
    return request
        .bearer(key.reveal())
        .header("Stripe-Version", VERSION)
        .deadline(limit)
        .attemptTimeout(limit)
        .retry(RETRY);
  }

  private static boolean shouldRetry(Answered answer) {
    String told = answer.header("Stripe-Should-Retry");
    if (told != null) {
      return told.equals("true");
    }
    return answer.status() == 409 || answer.status() == 429 || answer.status() >= 500;
  }

  private @Nullable JsonNode answer(OutgoingRequest request, boolean mayBeMissing) {
    OutgoingResult result = http.send(request).await();
    return switch (result) {
      case OutgoingResult.NotSent no -> throw new ProviderFailure(Kind.UNAVAILABLE, "not_sent");
      case OutgoingResult.Unknown no -> throw new ProviderFailure(Kind.UNKNOWN, "no_answer");
      case Answered answer -> read(answer, mayBeMissing);
    };
  }

  private static @Nullable JsonNode read(Answered answer, boolean mayBeMissing) {
    JsonNode body = answer.json();
    if (answer.isSuccess()) {
      if (body == null || !body.isObject()) {
        throw new ProviderFailure(Kind.UNKNOWN, "unreadable_answer");
      }
      return body;
    }
    JsonNode error = body == null ? null : body.path("error");
    String code = error == null ? "" : error.path("code").asText(error.path("type").asText());
    if (answer.status() == 404 && mayBeMissing) {
      return null;
    }
    if (answer.status() >= 500) {
      throw new ProviderFailure(Kind.BROKEN, "status_" + answer.status());
    }
    if (answer.status() == 429 || LATER.contains(code)) {
      throw new ProviderFailure(
          answer.maybeEarlier() ? Kind.UNKNOWN : Kind.UNAVAILABLE, "status_" + answer.status());
    }
    if (answer.status() == 401 || answer.status() == 403) {
      // Our own key: an operator must act, and the purchase is not at fault.
      throw new ProviderFailure(Kind.UNAVAILABLE, "status_" + answer.status());
    }
    throw new ProviderFailure(Kind.REFUSED, code.isEmpty() ? "status_" + answer.status() : code);
  }
}
