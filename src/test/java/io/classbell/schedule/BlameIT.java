package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Which deliveries bring a message nearer to the dead letters, and which do not. */
@OnBothDatabases
class BlameIT {
  private static final String QUICK =
      "\"firstBackoff\": \"PT0.02S\", \"maxBackoff\": \"PT0.1S\", \"fallbackPoll\": \"PT0.05S\"";

  @Parameter TestDatabase database;
  private Bells bells;

  @BeforeEach
  void start() {
    bells = new Bells(database);
  }

  @AfterEach
  void stop() {
    bells.close();
  }

  @Test
  void not_now_said_often_does_not_make_the_next_failure_the_last() {
    TestNode node = bells.silentNode(bells.settings);
    AtomicInteger tries = new AtomicInteger();
    serve(
        node,
        bell -> {
          int nth = tries.incrementAndGet();
          if (nth <= 5) {
            throw new RejectedException(
                new Rejection(503, "database_unavailable", "Away.", true, 1, null));
          }
          if (nth == 6) {
            throw new IllegalStateException("a failure");
          }
        });
    bells.schedule(node, settings("\"maxAttempts\": 2"));
    bells.write(node, null, "a");
    bells.untilRung("a");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
    assertThat(bells.rung.getFirst().attempt()).isEqualTo(7);
  }

  @Test
  void no_answer_however_often_is_no_failure() {
    deliverAfterFiveSilences(settings("\"maxAttempts\": 2, \"lease\": \"PT1S\""));
  }

  @Test
  void what_is_not_to_blame_does_not_rest_long() {
    TestNode node = bells.silentNode(bells.settings);
    serve(
        node,
        bell -> {
          if (bell.equals("hangs")) {
            hang();
          }
          throw new RejectedException(
              new Rejection(503, "database_unavailable", "Away.", true, 1, null));
        });
    bells.write(node, hourAhead(node), "not now");
    bells.execute("UPDATE scheduled_message SET attempts = 30, due_at = due_at - INTERVAL 2 HOUR");
    bells.schedule(node, "{\"lease\": \"PT1S\"}");
    TestNode.until("tried", () -> restSeconds("Away") >= 0);
    assertThat(restSeconds("Away")).isLessThan(11);

    bells.execute("UPDATE scheduled_message SET body = REPLACE(body, 'not now', 'hangs')");
    TestNode.until("tried again", () -> restSeconds("No reply from") >= 0);
    assertThat(restSeconds("No reply from")).isLessThan(11);
  }

  /** How long the one message rests because of this; below 0 where that is not the reason. */
  private long restSeconds(String error) {
    List<String> rest =
        bells.rows(
            "SELECT GREATEST(0, TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(3), leased_until))"
                + " FROM scheduled_message WHERE last_error LIKE '%"
                + error
                + "%'");
    return rest.isEmpty() ? -1 : Long.parseLong(rest.getFirst());
  }

  @Test
  void while_nobody_answers_at_all_nothing_is_given_up_however_long_it_takes() {
    deliverAfterFiveSilences(
        settings("\"maxAttempts\": 2, \"lease\": \"PT1S\", \"unansweredFor\": \"PT0S\""));
  }

  @Test
  void a_message_that_alone_gets_no_answer_for_long_is_parked() {
    TestNode node = bells.silentNode(bells.settings);
    serve(
        node,
        bell -> {
          if (bell.equals("hangs")) {
            hang();
          }
        });
    bells.schedule(
        node, settings("\"maxAttempts\": 3, \"lease\": \"PT1S\", \"unansweredFor\": \"PT1S\""));
    bells.write(node, null, "hangs");
    bells.write(node, null, "answered");
    TestNode.until("parked", () -> bells.count("dead_letter") == 1);
    assertThat(bells.bells()).containsExactly("answered");
    assertThat(bells.rows("SELECT last_error FROM dead_letter").getFirst())
        .contains("unanswered since");
  }

  @Test
  void a_message_that_was_claimed_and_never_handed_over_is_not_nearer_to_its_end() {
    TestNode node = bells.silentNode(bells.settings);
    serve(
        node,
        bell -> {
          if (!bell.equals("z")) {
            hang();
          }
        });
    // Each travels alone. Those that hang take all places until the lease of the last is over.
    bells.write(node, hourAhead(node), "h1", "h2", "h3", "h4");
    bells.write(node, hourAhead(node), "z");
    bells.execute("UPDATE scheduled_message SET attempts = 5, due_at = due_at - INTERVAL 2 HOUR");
    bells.schedule(
        node,
        "{\"maxAttempts\": 6, \"lease\": \"PT1S\", \"firstBackoff\": \"PT0.1S\","
            + " \"fallbackPoll\": \"PT0.05S\"}");

    bells.untilRung("z");
    assertThat(bells.count("dead_letter")).isZero();
    assertThat(bells.rung.getFirst().attempt()).isEqualTo(6);
  }

  @Test
  void a_message_that_no_node_survives_is_parked_in_the_end_and_takes_no_other_with_it() {
    TestNode writes = bells.silentNode(bells.settings);
    bells.write(writes, hourAhead(writes), "deadly");
    bells.write(writes, hourAhead(writes), "behind 1", "behind 2", "behind 3", "behind 4");
    bells.execute("UPDATE scheduled_message SET attempts = 3, due_at = due_at - INTERVAL 2 HOUR");
    List<FaultyWire> wires = new ArrayList<>();
    for (int death = 1; death <= 2; death++) {
      FaultyWire wire = FaultyWire.to(bells.settings.port());
      wires.add(wire);
      TestNode dying = bells.silentNode(wire.before(bells.settings));
      Promise<Void> dead = Promise.promise();
      serve(
          dying,
          bell -> {
            if (bell.equals("deadly")) {
              wire.cut();
              dead.tryComplete();
            }
            hang();
          });
      bells.schedule(dying, settings("\"maxAttempts\": 2, \"lease\": \"PT1S\""));
      TestNode.await(dead.future());
    }

    bells.node(settings("\"maxAttempts\": 2, \"lease\": \"PT1S\""));
    bells.untilNothingIsLeft();
    assertThat(bells.rows("SELECT body FROM dead_letter")).hasSize(1);
    assertThat(bells.rows("SELECT body FROM dead_letter").getFirst()).contains("deadly");
    assertThat(bells.rows("SELECT last_error FROM dead_letter").getFirst())
        .contains("none finished");
    assertThat(bells.bells()).hasSize(4).doesNotHaveDuplicates();
    wires.forEach(FaultyWire::mend);
    wires.forEach(FaultyWire::close);
  }

  /** Five deliveries get no answer, the sixth does: nothing is parked. */
  private void deliverAfterFiveSilences(String settings) {
    TestNode node = bells.silentNode(bells.settings);
    AtomicInteger tries = new AtomicInteger();
    serve(
        node,
        bell -> {
          if (tries.incrementAndGet() <= 5) {
            hang();
          }
        });
    bells.schedule(node, settings);
    bells.write(node, null, "a");
    bells.untilRung("a");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
  }

  /** Rings each bell, unless {@code before} has something against it. */
  private void serve(TestNode node, Consumer<String> before) {
    bells.serve(
        node,
        batch -> {
          for (Task.Due<Bells.Ring> due : batch) {
            before.accept(due.body().bell());
            bells.heard(node, due);
          }
          return List.of();
        });
  }

  private static void hang() {
    Promise.promise().future().await();
  }

  private static Instant hourAhead(TestNode node) {
    return node.node().clock().now().plusSeconds(3600);
  }

  private static String settings(String more) {
    return "{" + QUICK + ", " + more + "}";
  }
}
