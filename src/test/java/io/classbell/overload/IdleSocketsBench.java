package io.classbell.overload;

import io.classbell.platform.Ids;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What idle browsers cost a node: opens SockJS sockets, each with a token and its user's address,
 * lets them do nothing but ping, and prints the node's resident memory. One that is not registered
 * would be closed within ten seconds, so none closed is all registered. Arguments: the node's port,
 * its process id, its {@code account.jwtSecret}, how many sockets. Both processes need as many open
 * files ({@code ulimit -n}).
 */
public final class IdleSocketsBench {
  private static final int SOCKETS_OF_A_USER = 5;
  private static final int AT_ONCE = 100;
  private static final int IDLE_SECONDS = 40;
  private static final int PING_MILLIS = 20_000;

  private final Vertx vertx = Vertx.vertx();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final int port;
  private final JWTAuth tokens;

  private IdleSocketsBench(int port, String secret) {
    this.port = port;
    this.tokens =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(Buffer.buffer(secret))));
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    IdleSocketsBench bench = new IdleSocketsBench(Integer.parseInt(arguments[0]), arguments[2]);
    bench.run(arguments[1], Integer.parseInt(arguments[3]));
    System.exit(0);
  }

  private void run(String process, int count) throws Exception {
    System.out.printf("before: %d MiB%n", residentMiB(process));
    WebSocketClient client =
        vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(count));
    long begun = System.nanoTime();
    String user = "";
    for (int opened = 0; opened < count; opened += AT_ONCE) {
      List<Future<WebSocket>> some = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        if ((opened + i) % SOCKETS_OF_A_USER == 0) {
          user = Ids.next();
        }
        some.add(open(client, user));
      }
      Future.all(some).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    System.out.printf(
        "%d sockets in %d ms: %d MiB%n",
        count, (System.nanoTime() - begun) / 1_000_000, residentMiB(process));
    TimeUnit.SECONDS.sleep(IDLE_SECONDS);
    System.out.printf(
        "%d s later: %d MiB; refused %d, closed %d%n",
        IDLE_SECONDS, residentMiB(process), refused.get(), closed.get());
  }

  private Future<WebSocket> open(WebSocketClient client, String user) {
    String token = token(user);
    return client
        .connect(port, "127.0.0.1", "/eventbus/000/" + Ids.next().substring(24) + "/websocket")
        .onSuccess(
            socket -> {
              socket.closeHandler(v -> closed.incrementAndGet());
              socket.textMessageHandler(this::hear);
              JsonObject headers = new JsonObject().put("authorization", "Bearer " + token);
              send(
                  socket,
                  new JsonObject()
                      .put("type", "register")
                      .put("address", "notifications." + user)
                      .put("headers", headers));
              vertx.setPeriodic(
                  PING_MILLIS, timer -> send(socket, new JsonObject().put("type", "ping")));
            });
  }

  private void hear(String frame) {
    if (frame.contains("rejected")) {
      refused.incrementAndGet();
    }
  }

  private static void send(WebSocket socket, JsonObject frame) {
    if (!socket.isClosed()) {
      socket.writeTextMessage(new JsonArray().add(frame.encode()).encode());
    }
  }

  private String token(String user) {
    return tokens.generateToken(
        new JsonObject()
            .put("sub", user)
            .put("role", "student")
            .put("sid", Ids.next())
            .put("use", "access"),
        new JWTOptions()
            .setAlgorithm("HS256")
            .setIssuer("classbell")
            .setAudience(List.of("classbell"))
            .setExpiresInSeconds(900));
  }

  private static long residentMiB(String process) throws IOException {
    return Files.readAllLines(Path.of("/proc", process, "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
