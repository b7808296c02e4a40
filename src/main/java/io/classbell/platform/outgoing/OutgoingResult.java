package io.classbell.platform.outgoing;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The result of a request, after all attempts. {@link Unknown} and {@link Answered#maybeEarlier}
 * tell callers that the provider may have carried out an attempt without our knowing its answer.
 */
public sealed interface OutgoingResult {

  /**
   * The provider's complete answer to the last attempt, whatever its status.
   *
   * @param maybeEarlier whether an earlier attempt may have had an effect, because it had no answer
   *     or a server error; the outcome may then be unknown even if this answer is a refusal
   */
  record Answered(int status, MultiMap headers, Buffer body, int attempts, boolean maybeEarlier)
      implements OutgoingResult {

    /** Whether the status is from 200 to 299. */
    public boolean isSuccess() {
      return status >= 200 && status < 300;
    }

    public @Nullable String header(String name) {
      return headers.get(name);
    }

    /** The body as JSON; null if it is not a single JSON value. */
    public @Nullable JsonNode json() {
      try {
        JsonNode node = Json.mapper().readTree(body.getBytes());
        return node == null || node.isMissingNode() ? null : node;
      } catch (IOException notJson) {
        return null;
      }
    }

    /**
     * The wait that {@code Retry-After} requests, in seconds or as a date (RFC 9110, section
     * 10.2.3); null if there is none or it can't be read.
     */
    public @Nullable Duration retryAfter(Instant now) {
      String value = header("Retry-After");
      if (value == null) {
        return null;
      }
      String text = value.strip();
      if (text.matches("\\d{1,9}")) {
        return Duration.ofSeconds(Long.parseLong(text));
      }
      try {
        Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
        return at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO;
      } catch (DateTimeException unreadable) {
        return null;
      }
    }

    @Override
    public String toString() {
      return "status " + status;
    }
  }

  /** No attempt reached the provider: nothing has happened there. */
  record NotSent(String reason, int attempts) implements OutgoingResult {}

  /** An attempt was sent and has no complete answer: it may have had an effect. */
  record Unknown(String reason, int attempts) implements OutgoingResult {}
}
