package io.classbell.platform.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.embedded.TestRedis;
import io.classbell.platform.config.Secret;
import io.classbell.testing.TestPorts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisStoreIT {
  private final Vertx vertx = Vertx.vertx();
  private final int port = TestPorts.free();
  private TestRedis server;
  private RedisStore store;

  @BeforeEach
  void start() throws Exception {
    server = TestRedis.start(port);
    store = RedisStore.connect(vertx, settings(port));
    await(store.firstAttempt());
  }

  @AfterEach
  void stop() throws Exception {
    await(store.close());
    await(vertx.close());
    server.close();
  }

  @Test
  void commands_are_answered_in_order_and_nil_is_null() throws Exception {
    assertThat(await(store.send(Request.cmd(Command.GET).arg("nothing")))).isNull();
    List<Future<Response>> answers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(store.send(Request.cmd(Command.INCR).arg("n")));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(await(answers.get(i)).toLong()).isEqualTo(i + 1);
    }
  }

  @Test
  void what_redis_refuses_is_told_in_its_words() throws Exception {
    await(store.send(Request.cmd(Command.SET).arg("text").arg("no number")));

    assertThatThrownBy(() -> await(store.send(Request.cmd(Command.INCR).arg("text"))))
        .hasRootCauseInstanceOf(RedisErrorReply.class)
        .rootCause()
        .hasMessageStartingWith("ERR value is not an integer");
    List<Request> batch = List.of(Request.cmd(Command.PING), Request.cmd(Command.INCR).arg("text"));
    assertThatThrownBy(() -> await(store.batch(batch)))
        .hasRootCauseInstanceOf(RedisErrorReply.class);
  }

  @Test
  void without_a_server_commands_fail_at_once_and_work_again_when_it_is_back() throws Exception {
    AtomicInteger ups = new AtomicInteger();
    store.whenUp(ups::incrementAndGet);
    server.close();
    until(() -> !store.isUp());

    assertThatThrownBy(() -> await(store.ping())).hasRootCauseInstanceOf(RedisUnavailable.class);
    assertThatThrownBy(() -> await(store.ownConnection()))
        .hasRootCauseInstanceOf(RedisUnavailable.class);

    server = TestRedis.start(port);
    until(store::isUp);
    await(store.ping());
    assertThat(ups).hasValue(2);
  }

  @Test
  void a_reader_that_blocks_delays_nobody_else() throws Exception {
    RedisConnection own = await(store.ownConnection());
    Future<Response> blocked = own.send(Request.cmd(Command.BLPOP).arg("queue").arg(0));

    await(store.ping());
    assertThat(blocked.isComplete()).isFalse();
    await(store.send(Request.cmd(Command.RPUSH).arg("queue").arg("work")));

    assertThat(await(blocked).get(1).toString()).isEqualTo("work");
  }

  @Test
  void more_commands_than_may_wait_are_refused() throws Exception {
    RedisStore small =
        RedisStore.connect(
            vertx, new RedisSettings(Secret.of("redis://127.0.0.1:" + port), null, 2, 10));
    await(small.firstAttempt());
    Future<Response> slow = small.send(Request.cmd(Command.DEBUG).arg("SLEEP").arg("0.5"));
    List<Future<Response>> answers = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      answers.add(small.send(Request.cmd(Command.PING)));
    }
    until(() -> slow.isComplete() && answers.stream().allMatch(Future::isComplete));
    assertThat(answers).anyMatch(Future::failed).anyMatch(Future::succeeded);
    await(small.close());
  }

  @Test
  void a_server_that_takes_connections_and_says_nothing_is_down() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      RedisStore deaf = RedisStore.connect(vertx, settings(silent.getLocalPort()));
      try (Socket taken = silent.accept()) {
        assertThat(taken.isConnected()).isTrue();
        await(deaf.firstAttempt());
        assertThat(deaf.isUp()).isFalse();
        assertThatThrownBy(() -> await(deaf.ping())).hasRootCauseInstanceOf(RedisUnavailable.class);
      }
      await(deaf.close());
    }
  }

  @Test
  void a_server_that_stops_answering_fails_what_waits_for_it() throws Exception {
    Future<Response> asleep = store.send(Request.cmd(Command.DEBUG).arg("SLEEP").arg("6"));

    until(() -> !store.isUp());
    until(asleep::isComplete);

    assertThat(asleep.cause()).isInstanceOf(RedisUnavailable.class);
    until(store::isUp);
  }

  @Test
  void a_server_that_is_full_is_down_until_it_has_room() throws Exception {
    Request full = Request.cmd(Command.CONFIG).arg("SET").arg("maxmemory").arg("1");
    await(store.send(full));
    until(() -> !store.isUp());

    RedisStore another = RedisStore.connect(vertx, settings(port));
    await(another.firstAttempt());
    assertThat(another.isUp()).isFalse();

    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.getOutputStream().write("CONFIG SET maxmemory 0\r\n".getBytes(US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('+');
    }
    until(store::isUp);
    until(another::isUp);
    await(another.close());
  }

  private static RedisSettings settings(int port) {
    return new RedisSettings(Secret.of("redis://127.0.0.1:" + port), null, 4, 4096);
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.sleep(10);
    }
  }
}
