package io.classbell.platform.outgoing;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a provider. Immutable; {@link #toString} contains neither headers nor the body nor
 * the path, any of which may be a secret.
 *
 * <pre>{@code
 * OutgoingRequest.post("stripe", "create_session", URI.create(apiUrl + "/v1/checkout/sessions"))
 *     .bearer(secretKey)
 *     .header("Idempotency-Key", purchaseId)
 *     .form(List.of(Map.entry("mode", "payment"), Map.entry("line_items[0][quantity]", "1")))
 *     .retry(OutgoingRetry.attempts(3).onStatuses(409, 500, 502, 503).onUnknown());
 * }</pre>
 */
public final class OutgoingRequest {
  private static final Duration USUAL_DEADLINE = Duration.ofSeconds(20);
  private static final Duration USUAL_ATTEMPT = Duration.ofSeconds(10);
  private static final int USUAL_RESPONSE_BYTES = 1024 * 1024;

  private final String provider;
  private final String operation;
  private final HttpMethod method;
  private final URI uri;
  private Map<String, String> headers = Map.of();
  private @Nullable Buffer body;
  private Duration deadline = USUAL_DEADLINE;
  private Duration attemptTimeout = USUAL_ATTEMPT;
  private int maxResponseBytes = USUAL_RESPONSE_BYTES;
  private OutgoingRetry retry = OutgoingRetry.never();
  private boolean untrustedAddress;

  private OutgoingRequest(String provider, String operation, HttpMethod method, URI uri) {
    this.provider = provider;
    this.operation = operation;
    this.method = method;
    this.uri = uri;
  }

  /**
   * A request with any method.
   *
   * @param provider name of the provider in metrics and logs, such as {@code stripe}
   * @param operation name of the operation in metrics and logs; one of a small fixed set
   */
  public static OutgoingRequest of(HttpMethod method, String provider, String operation, URI uri) {
    return new OutgoingRequest(provider, operation, method, uri);
  }

  public static OutgoingRequest get(String provider, String operation, URI uri) {
    return of(HttpMethod.GET, provider, operation, uri);
  }

  public static OutgoingRequest post(String provider, String operation, URI uri) {
    return of(HttpMethod.POST, provider, operation, uri);
  }

  /**
   * Returns a copy with this header in place of one with the same name.
   *
   * @throws IllegalArgumentException if the value contains control characters or characters beyond
   *     Latin-1; the message does not contain the value
   */
  public OutgoingRequest header(String name, String value) {
    if (!name.matches("[A-Za-z0-9-]+")
        || value.chars().anyMatch(c -> c < ' ' || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException("The value of the header " + name + " is not allowed.");
    }
    OutgoingRequest copy = copy();
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    copy.headers = all;
    return copy;
  }

  /** Returns a copy with {@code Authorization: Bearer}. */
  public OutgoingRequest bearer(String token) {
    return header("Authorization", "Bearer " + token);
  }

  /** Returns a copy with {@code Authorization: Basic} (RFC 7617). */
  public OutgoingRequest basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  /** Returns a copy with a form, encoded as {@code application/x-www-form-urlencoded} in UTF-8. */
  public OutgoingRequest form(List<Map.Entry<String, String>> fields) {
    List<String> pairs = new ArrayList<>(fields.size());
    fields.forEach(field -> pairs.add(encode(field.getKey()) + "=" + encode(field.getValue())));
    return body("application/x-www-form-urlencoded", Buffer.buffer(String.join("&", pairs)));
  }

  /** Returns a copy with a JSON body: a {@link JsonNode}, a map or a record. */
  public OutgoingRequest json(Object value) {
    return body("application/json", Buffer.buffer(Json.writeBytes(value)));
  }

  /** Returns a copy with these bytes as the body. */
  public OutgoingRequest body(String contentType, Buffer bytes) {
    OutgoingRequest copy = header("Content-Type", contentType);
    copy.body = bytes;
    return copy;
  }

  /** Returns a copy that takes no longer than this, all attempts and waits included. */
  public OutgoingRequest deadline(Duration limit) {
    OutgoingRequest copy = copy();
    copy.deadline = limit;
    return copy;
  }

  /** Returns a copy whose single attempts take no longer than this. */
  public OutgoingRequest attemptTimeout(Duration limit) {
    OutgoingRequest copy = copy();
    copy.attemptTimeout = limit;
    return copy;
  }

  /** Returns a copy whose response body may have this many bytes. */
  public OutgoingRequest maxResponseBytes(int limit) {
    OutgoingRequest copy = copy();
    copy.maxResponseBytes = limit;
    return copy;
  }

  /** Returns a copy with this policy; without one, nothing is retried. */
  public OutgoingRequest retry(OutgoingRetry policy) {
    OutgoingRequest copy = copy();
    copy.retry = policy;
    return copy;
  }

  /**
   * Returns a copy whose URL came from a user: it must use port 443, and its host must resolve to
   * public addresses only. The connection goes to one of the addresses that were checked.
   */
  public OutgoingRequest toUntrustedAddress() {
    OutgoingRequest copy = copy();
    copy.untrustedAddress = true;
    return copy;
  }

  private OutgoingRequest copy() {
    OutgoingRequest copy = new OutgoingRequest(provider, operation, method, uri);
    copy.headers = headers;
    copy.body = body;
    copy.deadline = deadline;
    copy.attemptTimeout = attemptTimeout;
    copy.maxResponseBytes = maxResponseBytes;
    copy.retry = retry;
    copy.untrustedAddress = untrustedAddress;
    return copy;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  String provider() {
    return provider;
  }

  String operation() {
    return operation;
  }

  HttpMethod method() {
    return method;
  }

  URI uri() {
    return uri;
  }

  Map<String, String> headers() {
    return headers;
  }

  @Nullable Buffer body() {
    return body;
  }

  Duration deadline() {
    return deadline;
  }

  Duration attemptTimeout() {
    return attemptTimeout;
  }

  int maxResponseBytes() {
    return maxResponseBytes;
  }

  OutgoingRetry retry() {
    return retry;
  }

  boolean isToUntrustedAddress() {
    return untrustedAddress;
  }

  @Override
  public String toString() {
    return method + " " + provider + " " + operation;
  }
}
