package io.classbell.http.call;

import io.classbell.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A successful response.
 *
 * @param body the JSON body; null for none
 * @param cookies complete Set-Cookie values
 * @param passing whether the response is provisional, so that a repeated request may get another
 *     one
 * @param headers further header fields, by name
 */
public record Answer(
    int status,
    @Nullable Buffer body,
    String contentType,
    List<String> cookies,
    boolean passing,
    Map<String, String> headers) {

  /** Response header that marks the response to a repeated request. */
  public static final String REPEATED = "Idempotent-Replayed";

  private static final String JSON = "application/json";

  public static Answer json(int status, Object value) {
    return new Answer(
        status, Buffer.buffer(Json.writeBytes(value)), JSON, List.of(), false, Map.of());
  }

  /** A 202 response: the operation is in progress and the body is its current state. */
  public static Answer underWay(Object value) {
    return new Answer(202, Buffer.buffer(Json.writeBytes(value)), JSON, List.of(), true, Map.of());
  }

  public static Answer ok(Object value) {
    return json(200, value);
  }

  public static Answer created(Object value) {
    return json(201, value);
  }

  public static Answer of(int status, Buffer body, String contentType) {
    return new Answer(status, body, contentType, List.of(), false, Map.of());
  }

  public static Answer empty(int status) {
    return new Answer(status, null, JSON, List.of(), false, Map.of());
  }

  /** A stored response of an earlier request. */
  public static Answer stored(int status, @Nullable String json) {
    return new Answer(
        status, json == null ? null : Buffer.buffer(json), JSON, List.of(), false, Map.of());
  }

  public Answer withCookie(String cookie) {
    List<String> all = new ArrayList<>(cookies);
    all.add(cookie);
    return new Answer(status, body, contentType, List.copyOf(all), passing, headers);
  }

  public Answer withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Answer(status, body, contentType, cookies, passing, Map.copyOf(more));
  }

  /** Marks the response if the command was known by its Idempotency-Key. */
  public Answer repeatedIf(@Nullable Boolean repeated) {
    return Boolean.TRUE.equals(repeated) ? withHeader(REPEATED, "true") : this;
  }

  /** Whether the response repeats the outcome of an earlier request. */
  public boolean isRepeated() {
    return headers.containsKey(REPEATED);
  }

  public void send(HttpServerResponse response) {
    response.setStatusCode(status);
    headers.forEach(response::putHeader);
    if (!cookies.isEmpty()) {
      response.putHeader("Set-Cookie", cookies);
    }
    if (body == null) {
      response.end();
    } else {
      // Set explicitly, because the library leaves it out for HEAD.
      response
          .putHeader("Content-Type", contentType)
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end(body);
    }
  }
}
