package io.classbell.notification.push;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.notification.push.keys.ServiceAccount;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingRetry;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens for Firebase Cloud Messaging. A token is used until shortly before it expires;
 * concurrent callers share one request for the next. Confined to one verticle's context.
 */
final class FcmAccess {
  /** A token is renewed this long before it expires. */
  private static final Duration EARLY = Duration.ofMinutes(5);

  private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
  private static final long LONGEST_LIFE_SECONDS = 3600;

  /** The token could not be fetched; the message names the reason. */
  static final class NoToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoToken(String why) {
      super(why);
    }
  }

  private record Token(String value, Instant useUntil) {}

  private final OutgoingClient client;
  private final PlatformClock clock;
  private final ServiceAccount account;
  private final URI tokenUrl;
  private @Nullable Token current;
  private @Nullable Future<Token> renewing;

  FcmAccess(OutgoingClient client, PlatformClock clock, ServiceAccount account, URI tokenUrl) {
    this.client = client;
    this.clock = clock;
    this.account = account;
    this.tokenUrl = tokenUrl;
  }

  /** Returns a valid token; fetches one if there is none. Fails with {@link NoToken}. */
  String token() {
    Token token = current;
    if (token != null && clock.realNow().isBefore(token.useUntil)) {
      return token.value;
    }
    Future<Token> fetching = renewing;
    if (fetching == null) {
      fetching = fetch();
      renewing = fetching;
      fetching.onComplete(done -> renewing = null);
    }
    return fetching.await().value;
  }

  /** Forgets a token that was rejected, unless it has been replaced since. */
  void reject(String value) {
    Token token = current;
    if (token != null && token.value.equals(value)) {
      current = null;
    }
  }

  private Future<Token> fetch() {
    OutgoingRequest request =
        OutgoingRequest.post("fcm", "token", tokenUrl)
            .form(
                List.of(
                    Map.entry("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                    Map.entry(
                        "assertion", account.assertion(tokenUrl.toString(), clock.realNow()))))
            .maxResponseBytes(64 * 1024)
            .retry(OutgoingRetry.attempts(3).onStatuses(500, 502, 503, 504).onUnknown());
    return client.send(request).map(this::read);
  }

  private Token read(OutgoingResult result) {
    if (!(result instanceof Answered answer)) {
      throw new NoToken("The token endpoint of FCM does not answer.");
    }
    JsonNode json = answer.json();
    if (!answer.isSuccess() || json == null || !json.path("access_token").isTextual()) {
      String error = json == null ? "" : json.path("error").asText("");
      throw new NoToken(
          "The token endpoint of FCM answers %d %s."
              .formatted(
                  answer.status(), error.matches("[a-z_]{1,40}") ? error : "without a token"));
    }
    long seconds = Math.clamp(json.path("expires_in").asLong(0), 0, LONGEST_LIFE_SECONDS);
    Duration life = Duration.ofSeconds(seconds).minus(EARLY);
    Token token =
        new Token(
            json.path("access_token").textValue(),
            clock.realNow().plus(life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life));
    current = token;
    return token;
  }
}
