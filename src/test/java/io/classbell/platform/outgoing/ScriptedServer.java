package io.classbell.platform.outgoing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/**
 * A server on loopback that answers the requests of all its connections in turn, with the steps it
 * was given; the last step repeats. It records what it received.
 */
final class ScriptedServer implements AutoCloseable {
  /** What becomes of a request. */
  interface Step extends BiConsumer<ScriptedServer, NetSocket> {}

  final List<String> requests = new CopyOnWriteArrayList<>();
  private final NetServer server;
  private final List<Step> steps;

  ScriptedServer(Vertx vertx, Step... steps) {
    this.steps = List.of(steps);
    this.server =
        vertx
            .createNetServer()
            .connectHandler(this::serve)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.actualPort() + path);
  }

  private void serve(NetSocket socket) {
    Buffer received = Buffer.buffer();
    socket.exceptionHandler(e -> {});
    socket.handler(
        chunk -> {
          received.appendBuffer(chunk);
          String text = received.toString("ISO-8859-1");
          int head = text.indexOf("\r\n\r\n");
          if (head < 0 || text.length() < head + 4 + contentLength(text)) {
            return;
          }
          requests.add(text);
          int step = Math.min(requests.size(), steps.size()) - 1;
          socket.handler(ignored -> {});
          steps.get(step).accept(this, socket);
        });
  }

  private static int contentLength(String head) {
    int at = head.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
    return at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
  }

  /** Answers and closes the connection. */
  static Step answer(int status, String headers, String body) {
    return (server, socket) ->
        socket
            .write(
                "HTTP/1.1 %d X\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                    .formatted(status, headers, body.length(), body))
            .onComplete(sent -> socket.close());
  }

  static Step answer(int status) {
    return answer(status, "", "");
  }

  /** Takes the request and says nothing. */
  static Step stall() {
    return (server, socket) -> {};
  }

  /** Closes the connection after these bytes. */
  static Step cutAfter(String bytes) {
    return (server, socket) -> socket.write(bytes).onComplete(sent -> socket.close());
  }

  /** Closes the connection after the request. */
  static Step cut() {
    return (server, socket) -> socket.close();
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
