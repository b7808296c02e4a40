package io.classbell.platform.outgoing;

import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.outgoing.OutgoingResult.Unknown;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;

/**
 * One request on a connection, and its response up to a size and a time. From here on every failure
 * is of unknown outcome, because bytes may have reached the provider.
 */
final class OutgoingExchange {
  private final HttpClientRequest request;
  private final int maxResponseBytes;
  private final Promise<OutgoingResult> result = Promise.promise();
  private final Buffer body = Buffer.buffer();

  private OutgoingExchange(HttpClientRequest request, int maxResponseBytes) {
    this.request = request;
    this.maxResponseBytes = maxResponseBytes;
  }

  static Future<OutgoingResult> run(
      Vertx vertx, HttpClientRequest request, OutgoingRequest what, Duration limit) {
    OutgoingExchange exchange = new OutgoingExchange(request, what.maxResponseBytes());
    long timer =
        vertx.setTimer(
            limit.toMillis(), id -> exchange.abandon("There is no complete response in time."));
    exchange.send(what);
    return exchange.result.future().onComplete(done -> vertx.cancelTimer(timer));
  }

  /** Describes a failure in one line. */
  static String reason(Throwable e) {
    String message = e.getMessage();
    String line = message == null ? "" : message.lines().findFirst().orElse("");
    return e instanceof OutgoingTargets.TargetRefused
        ? line
        : line.isEmpty()
            ? e.getClass().getSimpleName()
            : e.getClass().getSimpleName() + ": " + line;
  }

  private void send(OutgoingRequest what) {
    request.exceptionHandler(this::fail);
    request.response().onComplete(this::receive, this::fail);
    Buffer content = what.body();
    (content == null ? request.end() : request.end(content)).onFailure(this::fail);
  }

  private void receive(HttpClientResponse response) {
    response.exceptionHandler(this::fail);
    response.handler(
        chunk -> {
          if (body.length() + chunk.length() > maxResponseBytes) {
            abandon("The response exceeds " + maxResponseBytes + " bytes.");
          } else {
            body.appendBuffer(chunk);
          }
        });
    response.endHandler(
        v ->
            result.tryComplete(
                new Answered(response.statusCode(), response.headers(), body, 1, false)));
  }

  private void fail(Throwable e) {
    result.tryComplete(new Unknown(reason(e), 1));
  }

  /** Closes the connection, because its remaining response is of no interest. */
  private void abandon(String why) {
    if (result.tryComplete(new Unknown(why, 1))) {
      request.reset();
    }
  }
}
