package io.classbell.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Asker and server in one JVM: records are handed over as they are. */
class LocalBusTest extends BusSuite {
  private static Vertx vertx;
  private static Bus bus;

  @BeforeAll
  static void start() {
    Trace.register();
    vertx = Vertx.vertx();
    bus = new Bus(vertx);
  }

  @AfterAll
  static void stop() {
    TestNode.await(vertx.close());
  }

  @Override
  Vertx serverVertx() {
    return vertx;
  }

  @Override
  Vertx askerVertx() {
    return vertx;
  }

  @Override
  Bus bus(Vertx on) {
    return bus;
  }

  @Test
  void an_operation_that_is_slow_leaves_room_for_the_others() {
    Operation<Number, Text> slow = operation(Number.class, Text.class);
    Operation<Number, Text> quick = operation(Number.class, Text.class);
    Promise<Text> end = Promise.promise();
    TestNode.await(on(serving, () -> server.serveAsync(slow, n -> end.future()).await()));
    serve(quick, n -> new Text("quick"));

    List<Future<Text>> taken = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      taken.add(asker.ask(slow, new Number(i), Duration.ofSeconds(60)));
    }
    Future<Text> tooMuch = asker.ask(slow, new Number(5_000), Duration.ofSeconds(60));
    assertThatThrownBy(() -> TestNode.await(tooMuch))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> assertThat(refused.failure().code()).isEqualTo("overloaded"));
    assertThat(ask(quick, new Number(1))).isEqualTo(new Text("quick"));

    end.complete(new Text("done"));
    assertThat(TestNode.await(Future.all(taken)).<Text>list()).containsOnly(new Text("done"));
    assertThat(ask(slow, new Number(1))).isEqualTo(new Text("done"));
  }
}
