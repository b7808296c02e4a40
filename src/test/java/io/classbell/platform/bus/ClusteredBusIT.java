package io.classbell.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestPorts;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Asker and server on two nodes of a cluster: records travel as JSON. */
class ClusteredBusIT extends BusSuite {
  private static int[] ports;
  private static Vertx one;
  private static Vertx two;
  private static Bus busOne;
  private static Bus busTwo;

  @BeforeAll
  static void start() {
    Trace.register();
    ports = new int[] {TestPorts.free(), TestPorts.free(), TestPorts.free()};
    one = node(ports[0]);
    two = node(ports[1]);
    busOne = new Bus(one);
    busTwo = new Bus(two);
  }

  @AfterAll
  static void stop() {
    TestNode.await(two.close());
    TestNode.await(one.close());
  }

  private static Vertx node(int port) {
    ClusterSettings settings =
        SettingsReader.of(ClusterSettings.class)
            .json(
                "test",
                """
                {"enabled": true, "name": "bus-test", "port": %d,
                 "members": ["127.0.0.1:%d", "127.0.0.1:%d", "127.0.0.1:%d"]}
                """
                    .formatted(port, ports[0], ports[1], ports[2]))
            .read();
    return TestNode.await(
        Vertx.builder()
            .with(new io.vertx.core.VertxOptions().setEventBusOptions(Cluster.eventBus(settings)))
            .withClusterManager(Cluster.manager(settings))
            .buildClustered());
  }

  @Override
  Vertx serverVertx() {
    return two;
  }

  @Override
  Vertx askerVertx() {
    return one;
  }

  @Override
  Bus bus(Vertx on) {
    return on == one ? busOne : busTwo;
  }

  record Hold(String id, long amount) {}

  record LaterHold(String id, long amount, String note, List<String> tags) {}

  record EarlierHold(String id) {}

  record Held(String id, long balance) {}

  record LaterHeld(String id, long balance, @Nullable String note) {}

  record EarlierHeld(String id) {}

  @Test
  void fields_that_a_later_version_sends_are_ignored() {
    Operation<Hold, Held> served = operation(Hold.class, Held.class);
    serve(served, hold -> new Held(hold.id(), hold.amount()));
    Operation<LaterHold, LaterHeld> asked =
        Operation.of(served.address(), LaterHold.class, LaterHeld.class);

    assertThat(ask(asked, new LaterHold("a", 5, "note", List.of("x"))))
        .isEqualTo(new LaterHeld("a", 5, null));
  }

  @Test
  void a_request_without_its_amount_is_refused_and_not_taken_for_zero() {
    Operation<Hold, Held> served = operation(Hold.class, Held.class);
    serve(served, hold -> new Held(hold.id(), hold.amount()));
    Operation<EarlierHold, Held> asked =
        Operation.of(served.address(), EarlierHold.class, Held.class);

    assertThatThrownBy(() -> ask(asked, new EarlierHold("a")))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("unreadable_message"));
  }

  @Test
  void a_reply_without_its_balance_leaves_the_outcome_unknown() {
    Operation<Hold, EarlierHeld> served = operation(Hold.class, EarlierHeld.class);
    serve(served, hold -> new EarlierHeld(hold.id()));
    Operation<Hold, Held> asked = Operation.of(served.address(), Hold.class, Held.class);

    assertThatThrownBy(() -> ask(asked, new Hold("a", 1))).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void a_node_that_goes_leaves_the_outcome_unknown_and_others_serve_on() {
    Operation<Number, Number> operation = operation(Number.class, Number.class);
    Vertx three = node(ports[2]);
    Bus busThree = new Bus(three);
    Promise<Void> taken = Promise.promise();
    TestNode.await(
        on(
            context(three),
            () ->
                busThree
                    .serve(
                        operation,
                        n -> {
                          taken.tryComplete();
                          Promise.promise().future().await();
                          return n;
                        })
                    .await()));
    var asked =
        on(context(one), () -> busOne.ask(operation, new Number(1), Duration.ofSeconds(2)).await());
    TestNode.await(taken.future());
    TestNode.await(three.close());

    assertThatThrownBy(() -> TestNode.await(asked)).isInstanceOf(OutcomeUnknown.class);

    serve(operation, n -> n);
    // Until everybody has heard who is gone, it may still be asked.
    TestNode.until("another serves", () -> isServed(operation));
  }

  private boolean isServed(Operation<Number, Number> operation) {
    try {
      return ask(operation, new Number(3)).value() == 3;
    } catch (OutcomeUnknown stillAskedTheOneThatIsGone) {
      return false;
    }
  }

  @Test
  void a_node_that_turns_away_is_sent_nothing_more_while_its_handlers_still_stand() {
    Operation<Number, Number> operation = operation(Number.class, Number.class);
    Vertx leaving = node(ports[2]);
    Bus leavingBus = new Bus(leaving);
    AtomicInteger served = new AtomicInteger();
    TestNode.await(
        on(
            context(leaving),
            () ->
                leavingBus
                    .serve(
                        operation,
                        n -> {
                          served.incrementAndGet();
                          return n;
                        })
                    .await()));
    serve(operation, n -> n);
    TestNode.until(
        "both are asked",
        () -> {
          ask(operation, new Number(1));
          return served.get() > 0;
        });

    TestNode.await(leavingBus.turnAway());

    int before = served.get();
    for (int i = 0; i < 20; i++) {
      assertThat(ask(operation, new Number(i)).value()).isEqualTo(i);
    }
    assertThat(served).hasValue(before);
    TestNode.await(leaving.close());
  }
}
