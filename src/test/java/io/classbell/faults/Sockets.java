package io.classbell.faults;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Many browsers' sockets on one node. */
final class Sockets implements AutoCloseable {
  /** More at a time would wait in the server's backlog until they are refused. */
  private static final int AT_ONCE = 100;

  private final Vertx vertx = Vertx.vertx();
  private final List<WebSocket> open = new ArrayList<>();
  private final int port;
  private WebSocketClient client;

  Sockets(NodeProcess node) {
    this.port = URI.create(node.url()).getPort();
    this.client = newClient();
  }

  /** Opens so many more; answers how many that were. */
  int open(int count) throws Exception {
    int before = open.size();
    while (open.size() < before + count) {
      List<Future<WebSocket>> some = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        some.add(client.connect(port, "127.0.0.1", "/eventbus/websocket"));
      }
      Future.all(some).toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
      some.forEach(socket -> open.add(socket.result()));
    }
    return open.size() - before;
  }

  /** Their connections end at once, with no word on the sockets. */
  void dropAll() throws Exception {
    client.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    open.clear();
    client = newClient();
  }

  private WebSocketClient newClient() {
    return vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(10_000));
  }

  @Override
  public void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
