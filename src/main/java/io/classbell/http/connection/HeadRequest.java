package io.classbell.http.connection;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;

/**
 * A HEAD request that routes see as GET, so that HEAD works wherever GET does. The underlying
 * response still sends no body.
 */
public final class HeadRequest extends HttpServerRequestWrapper {

  private HeadRequest(HttpServerRequestInternal request) {
    super(request);
  }

  /** Lets {@code handler} answer HEAD as GET. */
  public static Handler<HttpServerRequest> asGet(Handler<HttpServerRequest> handler) {
    return request ->
        handler.handle(
            request.method().equals(HttpMethod.HEAD)
                ? new HeadRequest((HttpServerRequestInternal) request)
                : request);
  }

  @Override
  public HttpMethod method() {
    return HttpMethod.GET;
  }
}
