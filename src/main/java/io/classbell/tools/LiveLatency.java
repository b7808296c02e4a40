package io.classbell.tools;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the delay of live notifications under load: from the time of creation in the
 * notification (set in the transaction, before its commit) to its arrival on the socket. Both
 * clocks are this machine's; the test clock's lead is subtracted.
 */
final class LiveLatency {
  private static final long PING_EVERY_MILLIS = 10_000;

  private final Vertx vertx;
  private final WebSocketClient client;
  private final URI url;
  private final long clockLeadMillis;
  private final List<Long> millis = new ArrayList<>();
  private final List<WebSocket> sockets = new ArrayList<>();

  /** {@code clockLeadMillis}: how far the platform's clock is ahead of this machine's. */
  LiveLatency(Vertx vertx, URI url, long clockLeadMillis) {
    this.vertx = vertx;
    this.client = vertx.createWebSocketClient();
    this.url = url;
    this.clockLeadMillis = clockLeadMillis;
  }

  Future<Void> listen(String userId, String token) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost(url.getHost())
            .setPort(url.getPort())
            .setURI("/eventbus/websocket");
    JsonObject register =
        new JsonObject()
            .put("type", "register")
            .put("address", "notifications." + userId)
            .put("headers", new JsonObject().put("authorization", "Bearer " + token));
    return client
        .connect(options)
        .compose(
            socket -> {
              sockets.add(socket);
              socket.textMessageHandler(this::arrived);
              vertx.setPeriodic(PING_EVERY_MILLIS, t -> ping(socket));
              return socket.writeTextMessage(register.encode());
            });
  }

  /** The bridge closes a socket that says nothing for long. */
  private static void ping(WebSocket socket) {
    if (!socket.isClosed()) {
      socket.writeTextMessage("{\"type\":\"ping\"}");
    }
  }

  private synchronized void arrived(String text) {
    JsonObject body = new JsonObject(text).getJsonObject("body");
    if (body == null || !"notification:new".equals(body.getString("event"))) {
      return;
    }
    Instant made = Instant.parse(body.getJsonObject("notification").getString("createdAt"));
    millis.add(System.currentTimeMillis() + clockLeadMillis - made.toEpochMilli());
  }

  /** Reports the delays so far and resets the measurement. */
  synchronized String report() {
    List<Long> sorted = millis.stream().sorted().toList();
    millis.clear();
    if (sorted.isEmpty()) {
      return "no live notification arrived";
    }
    return "live notifications under load        %d on %d sockets, p50 %d ms, p99 %d ms, worst %d ms"
        .formatted(
            sorted.size(),
            sockets.size(),
            sorted.get(sorted.size() / 2),
            sorted.get((int) (sorted.size() * 0.99)),
            sorted.getLast());
  }

  void close() {
    sockets.forEach(WebSocket::close);
  }
}
