package io.classbell.http.problem;

import io.classbell.http.contract.AllowedMethods;
import io.classbell.http.contract.Contract;
import io.classbell.http.representation.CommonHeaders;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.json.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes all error responses, as problem documents (RFC 9457). */
public final class ProblemWriter implements Handler<RoutingContext> {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemWriter.class);

  private final AllowedMethods allowedMethods;
  private final CommonHeaders headers;
  private final BadConnections bad;

  /**
   * @param headers sets common headers of responses to requests that reach no route
   */
  public ProblemWriter(AllowedMethods allowedMethods, CommonHeaders headers, BadConnections bad) {
    this.allowedMethods = allowedMethods;
    this.headers = headers;
    this.bad = bad;
  }

  /** Responds to a failed request. */
  @Override
  public void handle(RoutingContext rc) {
    HttpServerResponse response = rc.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (response.headWritten()) {
      rc.request().connection().close();
      return;
    }
    // Repeated here, because some requests fail before they reach the first route.
    headers.addTo(response.headers());
    Rejection refusal = failureOf(rc);
    if (refusal.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    if (refusal.status() == 405) {
      response.putHeader("Allow", allowedMethods.of(rc.normalizedPath()));
    }
    Integer retryAfter = refusal.retryAfterSeconds();
    if (retryAfter != null || refusal.status() == 503 || refusal.status() == 429) {
      response.putHeader("Retry-After", Integer.toString(retryAfter == null ? 1 : retryAfter));
    }
    response.setStatusCode(refusal.status()).putHeader("Content-Type", "application/problem+json");
    end(response, document(refusal, instance(rc), TraceId.of(rc)));
  }

  /**
   * Returns the path without the token of a calendar feed, because clients log problem documents.
   */
  private static String instance(RoutingContext rc) {
    String path = rc.request().path();
    String feeds = Contract.PREFIX + "/calendar/";
    return path != null && path.startsWith(feeds) ? feeds + "***" : String.valueOf(path);
  }

  /** The problem document of a request that is not HTTP. */
  public static Buffer malformedRequest() {
    return document(notHttp().failure(), "", TraceId.idOf(null)).toBuffer();
  }

  private static RejectedException notHttp() {
    return Problem.of(400, "malformed_request", "The request is not HTTP.");
  }

  /** Responds to a request that cannot be routed, and closes the connection. */
  public void handleInvalid(HttpServerRequest request) {
    bad.malformed();
    Throwable cause = request.decoderResult().cause();
    RejectedException refused =
        cause instanceof TooLongHttpLineException
            ? Problem.of(414, "uri_too_long", "The URL is too long.")
            : cause instanceof TooLongHttpHeaderException
                ? Problem.of(431, "headers_too_large", "The headers are too large.")
                : notHttp();
    HttpServerResponse response = request.response();
    headers.addTo(response.headers());
    response
        .setStatusCode(refused.failure().status())
        .putHeader("Content-Type", "application/problem+json")
        .putHeader("Connection", "close");
    end(response, document(refused.failure(), "", TraceId.idOf(null)))
        .onComplete(ended -> request.connection().close());
  }

  /** Sends a body with an explicit length, because the library leaves it out for HEAD. */
  private static Future<Void> end(HttpServerResponse response, JsonObject document) {
    Buffer body = document.toBuffer();
    return response
        .putHeader(HttpHeaders.CONTENT_LANGUAGE, "en")
        .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
        .end(body);
  }

  private static Rejection failureOf(RoutingContext rc) {
    Throwable failure = rc.failure();
    if (failure instanceof HttpException
        && failure.getCause() instanceof RejectedException refused) {
      return refused.failure();
    }
    if (failure instanceof RejectedException refused) {
      return refused.failure();
    }
    if (failure instanceof OutcomeUnknown && rc.request().method().equals(HttpMethod.GET)) {
      return Problem.later(503, "unavailable", "The request timed out. Try again.", 1).failure();
    }
    if (failure instanceof OutcomeUnknown) {
      return Problem.later(
              503,
              "outcome_unknown",
              "The outcome is not known yet. Repeat the request with the same Idempotency-Key.",
              1)
          .failure();
    }
    int status = failure instanceof HttpException http ? http.getStatusCode() : rc.statusCode();
    RejectedException byStatus = ofStatus(status);
    if (byStatus != null) {
      return byStatus.failure();
    }
    LOG.error(
        "Request failed: method={} route={} trace={}",
        rc.request().method(),
        rc.currentRoute() == null ? "none" : rc.currentRoute().getPath(),
        TraceId.of(rc),
        failure);
    return Problem.of(500, "internal_error", "Internal error. Please report the traceId.")
        .failure();
  }

  private static @Nullable RejectedException ofStatus(int status) {
    return switch (status) {
      case 400 -> Problem.of(400, "malformed_request", "The request can't be understood.");
      case 401 -> Problem.unauthorized();
      case 403 -> Problem.of(403, "forbidden", "You are not allowed to do this.");
      case 404 -> Problem.notFound();
      case 405 -> Problem.of(405, "method_not_allowed", "The method is not allowed for this path.");
      case 413 -> Problem.of(413, "body_too_large", "The body is too large.");
      case 415 -> Problem.of(415, "unsupported_media_type", "The body must be application/json.");
      case 417 ->
          Problem.of(417, "expectation_failed", "The only supported expectation is 100-continue.");
      default -> null;
    };
  }

  private static JsonObject document(Rejection refusal, String instance, String traceId) {
    JsonObject document =
        new JsonObject()
            .put("type", "urn:classbell:problem:" + refusal.code())
            .put("title", HttpResponseStatus.valueOf(refusal.status()).reasonPhrase())
            .put("status", refusal.status())
            .put("detail", refusal.detail())
            .put("instance", instance)
            .put("code", refusal.code())
            .put("traceId", traceId);
    List<Rejection.FieldError> faults = refusal.errors();
    if (faults != null && !faults.isEmpty()) {
      JsonArray errors = new JsonArray();
      for (Rejection.FieldError fault : faults) {
        JsonObject error =
            new JsonObject()
                .put("field", fault.field())
                .put("code", fault.code())
                .put("message", fault.message());
        if (fault.params() != null) {
          error.put("params", json(fault.params()));
        }
        errors.add(error);
      }
      document.put("errors", errors);
    }
    if (refusal.params() != null) {
      document.put("params", json(refusal.params()));
    }
    return document;
  }

  /**
   * Serialises with the mapper of the bus, so that instants, records and lists have the same form.
   */
  private static JsonObject json(Map<String, Object> params) {
    return new JsonObject(Json.write(params));
  }
}
