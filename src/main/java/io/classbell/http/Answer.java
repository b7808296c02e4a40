package io.classbell.http;

import io.classbell.platform.bus.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with when it is not refused.
 *
 * @param body null for none
 * @param setCookie a whole Set-Cookie value
 * @param passing whether asking again may be answered otherwise
 * @param headers further header fields, by name
 */
record Answer(
    int status,
    @Nullable Buffer body,
    String contentType,
    @Nullable String setCookie,
    boolean passing,
    Map<String, String> headers) {

  private static final String JSON = "application/json";

  static Answer json(int status, Object value) {
    return new Answer(status, Buffer.buffer(Json.writeBytes(value)), JSON, null, false, Map.of());
  }

  /** What was asked for is under way; this is how it stands now. */
  static Answer underWay(Object value) {
    return new Answer(202, Buffer.buffer(Json.writeBytes(value)), JSON, null, true, Map.of());
  }

  static Answer ok(Object value) {
    return json(200, value);
  }

  static Answer created(Object value) {
    return json(201, value);
  }

  static Answer of(int status, Buffer body, String contentType) {
    return new Answer(status, body, contentType, null, false, Map.of());
  }

  static Answer empty(int status) {
    return new Answer(status, null, JSON, null, false, Map.of());
  }

  /** One that was given before, by its stored form. */
  static Answer stored(int status, @Nullable String json) {
    return new Answer(
        status, json == null ? null : Buffer.buffer(json), JSON, null, false, Map.of());
  }

  Answer withCookie(String cookie) {
    return new Answer(status, body, contentType, cookie, passing, headers);
  }

  Answer withHeader(String name, String value) {
    Map<String, String> more = new HashMap<>(headers);
    more.put(name, value);
    return new Answer(status, body, contentType, setCookie, passing, Map.copyOf(more));
  }

  void send(HttpServerResponse response) {
    response.setStatusCode(status);
    headers.forEach(response::putHeader);
    if (setCookie != null) {
      response.putHeader("Set-Cookie", setCookie);
    }
    if (body == null) {
      response.end();
    } else {
      // Its length in any case: the library leaves it out for HEAD.
      response
          .putHeader("Content-Type", contentType)
          .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
          .end(body);
    }
  }
}
