package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outbox.Task;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class ScheduleIT {
  record Ring(String bell) {}

  static final Task<Ring> RING = Task.of("test.ring", Ring.class);

  @Parameter TestDatabase database;
  final List<String> rung = new CopyOnWriteArrayList<>();
  TestNode one;

  @BeforeEach
  void start() {
    one = TestNode.on(database.fresh());
    one.run(
        () ->
            one.node()
                .bus()
                .serveTask(
                    RING,
                    batch -> {
                      batch.forEach(due -> rung.add(due.body().bell()));
                      return List.of();
                    })
                .await());
    one.deploy(
        new ScheduleVerticle(
            one.node(), SettingsReader.of(ScheduleSettings.class).json("test", "{}").read()));
  }

  @AfterEach
  void stop() {
    one.close();
  }

  @Test
  void a_message_that_is_due_at_once_is_delivered_and_gone() {
    write(null, "now");
    TestNode.until("rung", () -> rung.equals(List.of("now")));
    TestNode.until("gone", () -> left() == 0);
  }

  @Test
  void a_message_waits_for_its_time() {
    Instant due = one.node().clock().now().plusMillis(400);
    write(due, "later");
    assertThat(rung).isEmpty();
    TestNode.until("rung", () -> rung.equals(List.of("later")));
    assertThat(Duration.between(due, one.node().clock().now()))
        .isBetween(Duration.ZERO, Duration.ofMillis(100));
    TestNode.until("gone", () -> left() == 0);
  }

  @Test
  void the_test_clock_goes_through_every_due_time() {
    Instant now = one.node().clock().now();
    write(now.plus(Duration.ofHours(3)), "third");
    write(now.plus(Duration.ofHours(1)), "first");
    write(now.plus(Duration.ofHours(2)), "second");
    one.run(
        () ->
            one.node()
                .bus()
                .ask(
                    ScheduleApi.ADVANCE_CLOCK,
                    new ScheduleApi.AdvanceClock("c", Duration.ofHours(4).toMillis()),
                    Duration.ofSeconds(30))
                .await());
    assertThat(rung).containsExactly("first", "second", "third");
    assertThat(left()).isZero();
    assertThat(one.node().clock().now()).isAfter(now.plus(Duration.ofHours(4)));
  }

  long left() {
    return one.run(
        () ->
            one.node()
                .database()
                .read()
                .first("SELECT COUNT(*) AS n FROM scheduled_message", r -> r.getLong("n")));
  }

  void write(Instant due, String bell) {
    Outbox outbox = one.node().outbox();
    one.run(
        () ->
            one.node()
                .database()
                .inTransaction(
                    tx -> {
                      outbox.write(tx, List.of(outbox.message(RING, due, new Ring(bell), null)));
                      return bell;
                    }));
  }
}
