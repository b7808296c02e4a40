package io.classbell.payment.paypal;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.payment.provider.ProviderFailure;
import io.classbell.payment.provider.ProviderFailure.Kind;
import io.classbell.platform.config.Secret;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingRetry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests to PayPal's API, with a cached access token. A token is fetched once for all requests
 * that wait for it, and once more after a 401. Blocks a virtual thread.
 */
public final class PayPalClient {
  private static final String NAME = "paypal";
  private static final int UNAUTHORIZED = 401;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;

  /** A token is renewed this long before it expires. */
  private static final Duration MARGIN = Duration.ofMinutes(2);

  private static final OutgoingRetry RETRY =
      OutgoingRetry.attempts(3)
          .onUnknown()
          .onAnswers(a -> a.status() == TOO_MANY || a.status() >= 500);

  private final OutgoingClient http;
  private final String apiUrl;
  private final String clientId;
  private final Secret clientSecret;
  private final Supplier<Instant> realNow;
  private @Nullable Future<Token> token;

  private record Token(Secret value, Instant renewAt) {}

  public PayPalClient(
      OutgoingClient http,
      String apiUrl,
      String clientId,
      Secret clientSecret,
      Supplier<Instant> realNow) {
    this.http = http;
    this.apiUrl = apiUrl.replaceAll("/+$", "");
    this.clientId = clientId;
    this.clientSecret = clientSecret;
    this.realNow = realNow;
  }

  /** Reads an object; null if there is none. */
  public @Nullable JsonNode get(String operation, String path, Duration limit) {
    return answer(OutgoingRequest.get(NAME, operation, uri(path)), limit, true);
  }

  /**
   * Creates or changes an object.
   *
   * @param requestId the idempotency key; null if the operation has none
   */
  public JsonNode post(
      String operation, String path, Object json, @Nullable String requestId, Duration limit) {
    OutgoingRequest request =
        OutgoingRequest.post(NAME, operation, uri(path))
            .header("Prefer", "return=representation")
            .json(json);
    JsonNode object =
        answer(
            requestId == null ? request : request.header("PayPal-Request-Id", requestId),
            limit,
            false);
    if (object == null) {
      throw new ProviderFailure(Kind.REFUSED, "RESOURCE_NOT_FOUND");
    }
    return object;
  }

  /** Sends a JSON text as it is. */
  JsonNode postRaw(String operation, String path, String json, Duration limit) {
    OutgoingRequest request =
        OutgoingRequest.post(NAME, operation, uri(path))
            .body("application/json", Buffer.buffer(json));
    JsonNode answer = answer(request, limit, false);
    if (answer == null) {
      throw new ProviderFailure(Kind.REFUSED, "RESOURCE_NOT_FOUND");
    }
    return answer;
  }

  private URI uri(String path) {
    return URI.create(apiUrl + path);
  }

  private @Nullable JsonNode answer(OutgoingRequest request, Duration limit, boolean mayBeMissing) {
    OutgoingRequest full = request.deadline(limit).attemptTimeout(limit).retry(RETRY);
    Answered answer = send(full.bearer(token(limit).reveal()));
    if (answer.status() == UNAUTHORIZED) {
      token = null;
      answer = send(full.bearer(token(limit).reveal()));
    }
    return read(answer, mayBeMissing);
  }

  private Answered send(OutgoingRequest request) {
    OutgoingResult result = http.send(request).await();
    return switch (result) {
      case OutgoingResult.NotSent no -> throw new ProviderFailure(Kind.UNAVAILABLE, "not_sent");
      case OutgoingResult.Unknown no -> throw new ProviderFailure(Kind.UNKNOWN, "no_answer");
      case Answered answer -> answer;
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
    if (answer.status() == NOT_FOUND && mayBeMissing) {
      return null;
    }
    if (answer.status() >= 500) {
      // PayPal answers with the latest state under the same id, so the request is sent again.
      throw new ProviderFailure(Kind.UNKNOWN, "status_" + answer.status());
    }
    if (answer.status() == TOO_MANY || answer.status() == UNAUTHORIZED || answer.status() == 403) {
      throw new ProviderFailure(
          answer.maybeEarlier() ? Kind.UNKNOWN : Kind.UNAVAILABLE, "status_" + answer.status());
    }
    String link = body == null ? "" : body.path("links").path(0).path("href").asText();
    throw new ProviderFailure(
        Kind.REFUSED, issue(body, answer.status()), link.isEmpty() ? null : link);
  }

  private static String issue(@Nullable JsonNode body, int status) {
    if (body == null) {
      return "status_" + status;
    }
    String issue = body.path("details").path(0).path("issue").asText();
    String name = body.path("name").asText("status_" + status);
    return issue.isEmpty() ? name : issue;
  }

  private Secret token(Duration limit) {
    Future<Token> known = token;
    if (known == null
        || known.failed()
        || (known.succeeded() && !realNow.get().isBefore(known.result().renewAt()))) {
      known = fetchToken(limit);
      token = known;
    }
    return known.await().value();
  }

  private Future<Token> fetchToken(Duration limit) {
    OutgoingRequest request =
        OutgoingRequest.post(NAME, "token", uri("/v1/oauth2/token"))
            .basic(clientId, clientSecret.reveal())
            .form(List.of(Map.entry("grant_type", "client_credentials")))
            .deadline(limit)
            .attemptTimeout(limit)
            .retry(RETRY);
    return http.send(request)
        .map(
            result -> {
              JsonNode body =
                  result instanceof Answered answer && answer.isSuccess() ? answer.json() : null;
              String value = body == null ? "" : body.path("access_token").asText();
              if (body == null || value.isEmpty()) {
                throw new ProviderFailure(Kind.UNAVAILABLE, "no_token");
              }
              Duration life = Duration.ofSeconds(body.path("expires_in").asLong());
              return new Token(Secret.of(value), realNow.get().plus(life).minus(MARGIN));
            });
  }
}
