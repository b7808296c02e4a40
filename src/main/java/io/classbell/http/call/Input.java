package io.classbell.http.call;

import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters and body of a request that satisfies the contract.
 *
 * @param values the given parameters of path, query and headers, by name
 * @param body empty if the request has none
 */
public record Input(Map<String, Object> values, JsonObject body) {

  private static final int DEFAULT_LIMIT = 20;

  /** Returns a required parameter. */
  public String id(String name) {
    return String.valueOf(values.get(name));
  }

  public @Nullable String text(String name) {
    return values.get(name) instanceof String text ? text : null;
  }

  public @Nullable Long number(String name) {
    return values.get(name) instanceof Long number ? number : null;
  }

  public int limit() {
    Long limit = number("limit");
    return limit == null ? DEFAULT_LIMIT : Math.toIntExact(limit);
  }

  public @Nullable Instant instant(String name) {
    String text = text(name);
    return text == null ? null : instant(name, text);
  }

  /** Returns an optional parameter whose values are those of an enum. */
  public <E extends Enum<E>> @Nullable E oneOf(String name, Class<E> values) {
    String text = text(name);
    return text == null ? null : Enum.valueOf(values, text);
  }

  /** Returns an optional parameter that is {@code true} or {@code false}. */
  public @Nullable Boolean flag(String name) {
    return values.get(name) instanceof Boolean flag ? flag : null;
  }

  /** Returns an instant field of the body, with any offset. */
  public Instant bodyInstant(String name) {
    return instant(name, body.getString(name));
  }

  private static Instant instant(String name, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalStateException("the contract's " + name + " is not a date-time", e);
    }
  }
}
