package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Task;
import io.classbell.platform.bus.Trace;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.outbox.Outbox;
import io.classbell.schedule.model.LeasedMessage;
import io.classbell.schedule.store.ScheduleStore;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class DeliveryIT {
  private static final String SHORT_LEASE = "{\"lease\": \"PT1S\", \"fallbackPoll\": \"PT0.1S\"}";
  private static final String IMPATIENT =
      "{\"firstBackoff\": \"PT0.02S\", \"maxBackoff\": \"PT0.1S\", \"fallbackPoll\": \"PT0.05S\"}";

  /** Far less than a lease, after which a message that was lost is found again. */
  private static final Duration SOON = Duration.ofSeconds(5);

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
  void what_is_due_at_once_is_delivered_at_once_and_gone() {
    TestNode node = bells.node();
    bells.write(node, null, "now");
    bells.untilRung("now");
    bells.untilNothingIsLeft();
    assertThat(bells.rung.getFirst().attempt()).isEqualTo(1);
    assertThat(lateness(bells.rung.getFirst())).isLessThan(SOON);
  }

  @Test
  void a_message_waits_for_its_time_and_no_longer() {
    TestNode node = bells.node();
    Instant due = node.node().clock().now().plusMillis(700);
    bells.write(node, due, "later");
    bells.untilRung("later");
    assertThat(bells.rung.getFirst().at()).isAfterOrEqualTo(due);
    assertThat(lateness(bells.rung.getFirst())).isLessThan(SOON);
    bells.untilNothingIsLeft();
  }

  @Test
  void a_message_that_another_node_writes_is_delivered_in_time() {
    TestNode writes = bells.silentNode(bells.settings);
    bells.node();
    Instant due = writes.node().clock().now().plusMillis(1600);
    bells.write(writes, due, "later");
    bells.untilRung("later");
    assertThat(lateness(bells.rung.getFirst())).isLessThan(SOON);
  }

  @Test
  void several_schedules_deliver_each_message_once() {
    TestNode one = bells.node();
    bells.node();
    bells.node();
    Instant bell = one.node().clock().now().plusMillis(1500);
    String[] together = names("t", 1200);
    bells.write(one, bell, together);
    for (int i = 0; i < 40; i++) {
      bells.write(one, bell.plusMillis(10L * i), "s" + i);
      bells.write(one, null, "n" + i);
    }
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).hasSize(1280).doesNotHaveDuplicates().contains(together);
    assertThat(bells.rung).allMatch(r -> !r.at().isBefore(r.dueAt()) && r.attempt() == 1);
  }

  @Test
  void a_thousand_that_are_due_at_one_instant_are_soon_delivered() {
    TestNode node = bells.node();
    bells.write(node, node.node().clock().now().plus(Duration.ofHours(1)), names("t", 1000));

    bells.allDueNow();
    bells.untilNothingIsLeft();
    List<Long> late = bells.rung.stream().map(r -> lateness(r).toMillis()).sorted().toList();
    System.out.printf(
        "lateness of 1,000 due at once on %s: first %d ms, median %d ms, last %d ms%n",
        database, late.getFirst(), late.get(500), late.getLast());
    assertThat(late).hasSize(1000);
    assertThat(late.getLast()).isLessThan(SOON.toMillis());
  }

  @Test
  void ten_thousand_for_one_address_pass_without_a_pause() {
    TestNode node = bells.node();
    Instant bell = node.node().clock().now().plus(Duration.ofHours(1));
    for (int i = 0; i < 10; i++) {
      bells.write(node, bell, names("t" + i + "-", 1000));
    }

    bells.allDueNow();
    TestNode.until("all rung", () -> bells.rung.size() == 10_000);
    long last = bells.rung.stream().mapToLong(r -> lateness(r).toMillis()).max().orElseThrow();
    System.out.printf("10,000 due at once on %s: the last %d ms late%n", database, last);
    assertThat(bells.bells()).doesNotHaveDuplicates();
    // With the pause of a fallback poll after each batch it would be twenty seconds.
    assertThat(last).isLessThan(18_000);
    bells.untilNothingIsLeft();
  }

  @Test
  void a_dead_nodes_messages_are_delivered_by_another() {
    FaultyWire wire = FaultyWire.to(bells.settings.port());
    TestNode dying = bells.silentNode(wire.before(bells.settings));
    Promise<Void> taken = Promise.promise();
    Promise<Void> over = Promise.promise();
    bells.serve(
        dying,
        batch -> {
          taken.tryComplete();
          over.future().await();
          return List.of();
        });
    bells.schedule(dying, SHORT_LEASE);
    bells.write(dying, dying.node().clock().now().plus(Duration.ofHours(1)), "a", "b");
    bells.allDueNow();
    TestNode.await(taken.future());
    wire.cut();

    bells.node("{\"fallbackPoll\": \"PT0.1S\"}");

    bells.untilRung("a", "b");
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).containsExactlyInAnyOrder("a", "b");
    assertThat(bells.rung).allMatch(r -> r.attempt() == 2);
    over.complete();
    wire.mend();
    dying.close();
    wire.close();
  }

  @Test
  void a_hand_off_that_nobody_takes_is_found_when_its_lease_is_over() {
    TestNode writes = bells.silentNode(bells.settings);
    bells.write(writes, null, "lost");
    bells.node();
    assertThat(bells.rung).isEmpty();
    bells.execute("UPDATE scheduled_message SET leased_until = UTC_TIMESTAMP(3)");
    bells.untilRung("lost");
    bells.untilNothingIsLeft();
  }

  @Test
  void what_came_due_while_all_were_down_is_caught_up_in_order() {
    TestNode writes = bells.silentNode(bells.settings);
    Instant soon = writes.node().clock().now().plus(Duration.ofHours(1));
    for (int i : IntStream.range(0, 60).map(i -> i * 37 % 60).toArray()) {
      bells.write(writes, soon.plus(Duration.ofMinutes(i)), "m" + (100 + i));
    }
    bells.execute("UPDATE scheduled_message SET due_at = due_at - INTERVAL 5 HOUR");
    bells.node("{\"batchSize\": 7}");
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).hasSize(60).isSorted();
  }

  @Test
  void a_message_that_fails_is_tried_again_and_holds_up_no_other() {
    TestNode node = bells.silentNode(bells.settings);
    AtomicBoolean broken = new AtomicBoolean(true);
    bells.serve(
        node,
        batch -> {
          for (Task.Due<Bells.Ring> due : batch) {
            if (due.body().bell().equals("poison") && broken.get()) {
              throw new IllegalStateException("cannot ring");
            }
          }
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    bells.schedule(node, IMPATIENT);
    String[] good = names("g", 30);
    bells.write(node, null, "poison");
    bells.write(node, node.node().clock().now().plusMillis(50), good);

    bells.untilRung(good);
    TestNode.until(
        "it has failed a few times",
        () -> bells.rows("SELECT id FROM scheduled_message WHERE attempts >= 3").size() == 1);
    assertThat(bells.rows("SELECT last_error FROM scheduled_message").getFirst())
        .contains("cannot ring");
    broken.set(false);
    bells.untilRung("poison");
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).hasSize(31).doesNotHaveDuplicates();
  }

  @Test
  void only_the_messages_that_the_handler_names_are_tried_again() {
    TestNode node = bells.silentNode(bells.settings);
    bells.serve(
        node,
        batch -> {
          batch.forEach(due -> bells.heard(node, due));
          return batch.stream()
              .filter(due -> due.body().bell().equals("b") && due.attempt() == 1)
              .map(due -> new Task.Failed(due.id(), "again please"))
              .toList();
        });
    bells.schedule(node, IMPATIENT);
    bells.write(node, null, "a", "b", "c");
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).containsExactlyInAnyOrder("a", "b", "c", "b");
    assertThat(bells.rung.getLast()).matches(r -> r.bell().equals("b") && r.attempt() == 2);
  }

  @Test
  void a_message_of_a_batch_that_can_wait_waits_for_as_long_as_it_takes() {
    TestNode node = bells.silentNode(bells.settings);
    AtomicInteger tries = new AtomicInteger();
    bells.serve(
        node,
        batch -> {
          batch.forEach(due -> bells.heard(node, due));
          boolean busy = tries.incrementAndGet() < 6;
          return batch.stream()
              .filter(due -> busy && due.body().bell().equals("b"))
              .map(due -> new Task.Failed(due.id(), "locked", true))
              .toList();
        });
    bells.schedule(
        node, "{\"maxAttempts\": 2, \"firstBackoff\": \"PT0.02S\", \"maxBackoff\": \"PT0.1S\"}");
    bells.write(node, null, "a", "b");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
    assertThat(bells.bells().stream().filter("a"::equals)).hasSize(1);
    assertThat(bells.bells().stream().filter("b"::equals)).hasSizeGreaterThan(4);
  }

  @Test
  void messages_that_nobody_serves_wait_and_that_is_no_attempt() {
    TestNode node = bells.silentNode(bells.settings);
    bells.schedule(node, "{\"maxAttempts\": 1}");
    bells.write(node, null, "a", "b");
    TestNode.until(
        "it was seen that nobody serves them",
        () ->
            bells
                .rows("SELECT DISTINCT last_error FROM scheduled_message")
                .toString()
                .contains("nobody serves"));
    bells.ring(node);
    bells.untilRung("a", "b");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
    assertThat(bells.rung).allMatch(r -> r.attempt() == 1);
  }

  @Test
  void what_cannot_be_done_just_now_is_tried_for_as_long_as_it_takes() {
    TestNode node = bells.silentNode(bells.settings);
    AtomicInteger tries = new AtomicInteger();
    bells.serve(
        node,
        batch -> {
          if (tries.incrementAndGet() < 6) {
            throw new RejectedException(
                new Rejection(503, "database_unavailable", "Away.", true, 1, null));
          }
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    bells.schedule(
        node,
        "{\"maxAttempts\": 2, \"firstBackoff\": \"PT0.02S\", \"maxBackoff\": \"PT0.1S\","
            + " \"fallbackPoll\": \"PT0.05S\"}");
    bells.write(node, null, "a", "b");
    bells.untilRung("a", "b");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
  }

  @Test
  void a_trace_goes_with_what_is_handed_over_and_with_nothing_after_it() {
    TestNode node = bells.silentNode(bells.settings);
    List<String> traces = new CopyOnWriteArrayList<>();
    bells.serve(
        node,
        batch -> {
          batch.forEach(due -> traces.add(due.body().bell() + " " + Trace.current()));
          return List.of();
        });
    bells.schedule(node, "{}");
    Outbox outbox = node.node().outbox();
    Instant soon = node.node().clock().now().plusMillis(1_500);
    node.run(
        () -> {
          Trace.set("t1");
          return node.database()
              .inTransaction(
                  tx -> {
                    outbox.write(
                        tx,
                        List.of(
                            outbox.message(Bells.RING, null, new Bells.Ring("now"), null),
                            outbox.message(Bells.RING, soon, new Bells.Ring("later"), null)));
                    return 1;
                  });
        });
    TestNode.until("both", () -> traces.size() == 2);
    assertThat(traces).containsExactlyInAnyOrder("now t1", "later null");
  }

  @Test
  void a_schedule_that_stops_ends_what_it_began_and_leaves_the_rest_to_others() {
    TestNode stopping = bells.silentNode(bells.settings);
    List<String> begun = new CopyOnWriteArrayList<>();
    Promise<Void> go = Promise.promise();
    bells.serve(
        stopping,
        batch -> {
          batch.forEach(due -> begun.add(due.body().bell()));
          go.future().await();
          batch.forEach(due -> bells.heard(stopping, due));
          return List.of();
        });
    String deployment = bells.schedule(stopping, "{\"batchSize\": 2, \"lease\": \"PT2M\"}");
    bells.write(stopping, null, names("m", 20));
    TestNode.until("all it sends at once", () -> begun.size() == 8);

    var stopped = stopping.vertx().undeploy(deployment);
    TestNode.until("the rest is free for others", () -> free() == 12);
    bells.write(stopping, null, "late");
    TestNode.until("handed over too late, it is free as well", () -> free() == 13);
    assertThat(
            bells.rows(
                "SELECT leased_until < created_at + INTERVAL 10 SECOND FROM scheduled_message"
                    + " WHERE body LIKE '%late%'"))
        .as("not by the end of its lease")
        .containsExactly("1");
    assertThat(stopped.isComplete()).isFalse();
    bells.node();
    TestNode.until("the other delivers the rest", () -> bells.rung.size() == 13);
    go.complete();
    TestNode.await(stopped);
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).hasSize(21).doesNotHaveDuplicates();
    assertThat(begun).hasSize(8);
  }

  /** Messages that any schedule may take, and none has tried. */
  private long free() {
    return Long.parseLong(
        bells
            .rows(
                "SELECT COUNT(*) FROM scheduled_message"
                    + " WHERE leased_until <= UTC_TIMESTAMP(3) AND attempts = 0")
            .getFirst());
  }

  @Test
  void while_the_database_is_away_it_waits_and_goes_on_when_it_is_back() {
    FaultyWire wire = FaultyWire.to(bells.settings.port());
    TestNode node = bells.silentNode(wire.before(bells.settings));
    bells.ring(node);
    bells.schedule(node, "{\"fallbackPoll\": \"PT0.1S\"}");
    TestNode elsewhere = bells.silentNode(bells.settings);
    wire.cut();
    bells.write(elsewhere, elsewhere.node().clock().now().plusMillis(200), "a");
    TestNode.until("it came due", () -> elsewhere.node().clock().now().isAfter(wireDue(bells)));
    assertThat(bells.rung).isEmpty();
    wire.mend();
    bells.untilRung("a");
    bells.untilNothingIsLeft();
    assertThat(bells.bells()).containsExactly("a");
    node.close();
    wire.close();
  }

  private static Instant wireDue(Bells bells) {
    return Instant.parse(
            bells
                    .rows("SELECT DATE_FORMAT(due_at, '%Y-%m-%dT%H:%i:%s') FROM scheduled_message")
                    .getFirst()
                + "Z")
        .plusSeconds(1);
  }

  @Test
  void the_claim_reads_no_more_than_what_is_due() {
    TestNode node = bells.silentNode(bells.settings);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      rows.append(i == 0 ? "" : ",")
          .append(
              "(UUID(), '2099-01-01' + INTERVAL %d SECOND, 'test.ring', '{}', UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))"
                  .formatted(i));
    }
    for (int i = 0; i < 20; i++) {
      bells.execute(
          "INSERT INTO scheduled_message (id, due_at, address, body, leased_until, created_at) VALUES "
              + rows);
    }
    bells.execute("ANALYZE TABLE scheduled_message");
    String plan =
        bells
            .rows(
                "EXPLAIN "
                    + ScheduleStore.CLAIM
                        .replaceFirst("\\?", "'2026-01-01'")
                        .replaceFirst("\\?", "'2026-01-01'")
                        .replaceFirst("\\?", "''")
                        .replaceFirst("\\?", "500"))
            .toString();
    assertThat(plan).contains("ix_scheduled_message_due").contains("range");
    assertThat(plan).doesNotContain("filesort");
    ScheduleStore store = new ScheduleStore(node.database());
    List<LeasedMessage> claimed =
        node.run(
            () ->
                store.claim(
                    node.node().clock().now(),
                    node.node().clock().realNow(),
                    Duration.ofSeconds(1),
                    List.of(),
                    500));
    assertThat(claimed).isEmpty();
  }

  @Test
  void what_is_stuck_at_one_address_does_not_hold_up_another() {
    TestNode node = bells.node("{\"batchSize\": 3, \"lease\": \"PT1M\"}");
    Task<Bells.Ring> stuck = Task.of("test.stuck", Bells.Ring.class);
    Promise<Void> go = Promise.promise();
    node.run(
        () ->
            node.node()
                .bus()
                .serveTask(
                    stuck,
                    batch -> {
                      go.future().await();
                      return List.of();
                    })
                .await());
    Instant due = node.node().clock().now().plusMillis(100);
    node.run(
        () ->
            node.database()
                .inTransaction(
                    tx -> {
                      node.node()
                          .outbox()
                          .write(
                              tx,
                              IntStream.range(0, 60)
                                  .mapToObj(
                                      i ->
                                          node.node()
                                              .outbox()
                                              .message(stuck, due, new Bells.Ring("s" + i), null))
                                  .toList());
                      return 1;
                    }));
    bells.write(node, due.plusMillis(200), "free");
    bells.untilRung("free");
    assertThat(lateness(bells.rung.getFirst())).isLessThan(Duration.ofSeconds(20));
    go.complete();
    bells.untilNothingIsLeft();
  }

  private static Duration lateness(Bells.Rung rung) {
    return Duration.between(rung.dueAt(), rung.at());
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
