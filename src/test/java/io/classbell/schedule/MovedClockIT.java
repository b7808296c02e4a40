package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.schedule.clock.TestClock;
import io.classbell.schedule.store.TestClockStore;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class MovedClockIT {
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
  void it_goes_through_every_due_time_on_the_way() {
    TestNode node = bells.node();
    Instant now = now(node);
    bells.write(node, now.plus(Duration.ofHours(3)), "third");
    bells.write(node, now.plus(Duration.ofHours(1)), "first");
    bells.write(node, now.plus(Duration.ofHours(2)), "second");
    bells.write(node, now.plus(Duration.ofHours(9)), "not yet");

    Instant arrived = advance(node, "c", Duration.ofHours(4));

    assertThat(bells.bells()).containsExactly("first", "second", "third");
    assertThat(bells.rung)
        .allMatch(r -> Duration.between(r.dueAt(), r.at()).compareTo(Duration.ofMinutes(1)) < 0);
    assertThat(bells.left()).isEqualTo(1);
    assertThat(arrived)
        .isBetween(now.plus(Duration.ofHours(4)), now.plus(Duration.ofHours(4)).plusSeconds(60));
    assertThat(now(node)).isAfterOrEqualTo(arrived);
  }

  @Test
  void it_is_never_moved_beyond_ten_years_ahead_of_real_time() {
    TestNode node = bells.node();
    Duration most = TestClockStore.MOST_AHEAD;
    assertThatThrownBy(() -> advance(node, "far", most.plusMillis(1)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(422);
              assertThat(r.failure().errors().getFirst().field()).isEqualTo("advance");
              assertThat(r.failure().errors().getFirst().message()).contains("3660 days");
            });

    Instant arrived = advance(node, "as far as it goes", most);

    assertThat(advance(node, "as far as it goes", most)).isAfterOrEqualTo(arrived);
    assertThatThrownBy(() -> advance(node, "one more", Duration.ofMillis(1)))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void what_follows_from_a_message_on_the_way_happens_on_the_way() {
    TestNode node = bells.silentNode(bells.settings);
    Outbox outbox = node.node().outbox();
    List<String> life = List.of("reminder", "open", "start", "close", "release");
    bells.serve(
        node,
        batch -> {
          batch.forEach(
              due -> {
                bells.heard(node, due);
                int next = life.indexOf(due.body().bell()) + 1;
                if (next > 0 && next < life.size()) {
                  Bells.Ring ring = new Bells.Ring(life.get(next));
                  Instant at = due.dueAt().plus(Duration.ofHours(1));
                  node.database()
                      .inTransaction(
                          tx -> {
                            outbox.write(
                                tx,
                                List.of(
                                    outbox.message(Bells.RING, at, ring, null),
                                    outbox.message(
                                        Bells.RING,
                                        null,
                                        new Bells.Ring("told " + ring.bell()),
                                        null)));
                            return 1;
                          });
                }
              });
          return List.of();
        });
    bells.schedule(node, "{}");
    bells.write(node, now(node).plus(Duration.ofHours(1)), "reminder");

    advance(node, "c", Duration.ofHours(24));

    assertThat(bells.bells())
        .containsExactly(
            "reminder",
            "told open",
            "open",
            "told start",
            "start",
            "told close",
            "close",
            "told release",
            "release");
    assertThat(bells.left()).isZero();
  }

  @Test
  void it_comes_to_an_end_while_others_always_have_something_due() {
    TestNode node = bells.silentNode(bells.settings);
    Outbox outbox = node.node().outbox();
    bells.serve(
        node,
        batch -> {
          for (var due : batch) {
            // Whatever is rung rings again: there is never a moment with nothing due.
            node.database()
                .inTransaction(
                    tx -> {
                      Bells.Ring ring = new Bells.Ring("again");
                      outbox.write(tx, List.of(outbox.message(Bells.RING, null, ring, null)));
                      return 1;
                    });
            bells.heard(node, due);
          }
          return List.of();
        });
    bells.schedule(node, "{}");
    Instant before = now(node);
    bells.write(node, before, "begin");

    advance(node, "c", Duration.ofHours(1));

    assertThat(now(node)).isAfterOrEqualTo(before.plus(Duration.ofHours(1)));
  }

  @Test
  void every_node_follows_also_one_without_a_schedule() {
    TestNode moves = bells.node();
    TestNode follows = bells.silentNode(bells.settings);
    follows.deploy(new ClockKeeper(follows.node()));
    Instant before = now(follows);

    advance(moves, "c", Duration.ofDays(2));

    TestNode.until(
        "the other follows", () -> !now(follows).isBefore(before.plus(Duration.ofDays(2))));
    assertThat(Duration.between(now(follows), now(moves)).abs()).isLessThan(Duration.ofSeconds(20));
    TestNode late = bells.silentNode(bells.settings);
    assertThat(now(late)).isAfter(before.plus(Duration.ofDays(2)));
  }

  /** The nodes of this test have no bus in common: whatever one tells is lost to the other. */
  @Test
  void every_node_has_followed_when_the_answer_comes_also_one_that_heard_nothing() {
    TestNode moves = bells.node();
    TestNode deaf = bells.silentNode(bells.settings);
    deaf.deploy(new ClockKeeper(deaf.node()));
    for (int day = 1; day <= 3; day++) {
      Instant arrived = advance(moves, "day " + day, Duration.ofDays(1));
      assertThat(now(deaf).plusSeconds(5)).isAfterOrEqualTo(arrived);
    }
  }

  @Test
  void a_node_that_is_gone_is_not_waited_for() {
    TestNode moves = bells.node();
    Instant before = now(moves);
    bells.execute(
        "INSERT INTO platform_clock_node (node, offset_ms, seen_at)"
            + " VALUES ('00000000-0000-7000-8000-000000000001', 0, UTC_TIMESTAMP(3))");
    advance(moves, "c", Duration.ofDays(1));
    assertThat(now(moves)).isAfterOrEqualTo(before.plus(Duration.ofDays(1)));
  }

  @Test
  void a_mover_whose_step_takes_long_keeps_the_clock_and_the_next_one_waits() {
    TestNode node = bells.silentNode(bells.settings);
    Promise<Void> goOn = Promise.promise();
    bells.serve(
        node,
        batch -> {
          goOn.future().await();
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    ScheduleSettings settings = SettingsReader.of(ScheduleSettings.class).json("test", "{}").read();
    Duration silence = Duration.ofSeconds(2);
    node.deploy(
        new ScheduleVerticle(
            node.node(), settings, new TestClock.Limits(Duration.ofSeconds(25), silence)));
    Instant begun = now(node);
    bells.write(node, begun.plus(Duration.ofHours(1)), "slow");
    Future<Instant> first = start(node, "first", Duration.ofHours(2));
    TestNode.until("on its way", () -> !now(node).isBefore(begun.plus(Duration.ofHours(1))));
    Future<Instant> second = start(node, "second", Duration.ofHours(24));
    TestNode.await(node.vertx().timer(2 * silence.toMillis(), TimeUnit.MILLISECONDS));
    assertThat(now(node)).isBefore(begun.plus(Duration.ofHours(2)));
    assertThat(bells.rows("SELECT target_offset_ms FROM platform_clock"))
        .containsExactly(Long.toString(Duration.ofHours(2).toMillis()));
    goOn.complete();
    assertThat(TestNode.await(first)).isBefore(begun.plus(Duration.ofHours(3)));
    assertThat(TestNode.await(second)).isAfterOrEqualTo(begun.plus(Duration.ofHours(26)));
  }

  @Test
  void who_lost_the_clock_to_another_mover_moves_it_no_further() {
    TestNode node = bells.node();
    TestClockStore store = new TestClockStore(node.database(), Duration.ofMillis(1));
    boolean[] moved =
        node.run(
            () -> {
              Instant real = node.node().clock().realNow();
              TestClockStore.Move lost = store.begin("lost", 1_000, real);
              TestClockStore.Move next = store.begin("next", 1_000, real.plusSeconds(1));
              return new boolean[] {store.moveTo(lost, 1_000, real), store.moveTo(next, 500, real)};
            });
    assertThat(moved).containsExactly(false, true);
    assertThat(bells.rows("SELECT test_offset_ms FROM platform_clock")).containsExactly("500");
  }

  @Test
  void the_same_command_goes_to_the_same_time_and_another_goes_on_from_there() {
    TestNode node = bells.node();
    Instant now = now(node);
    advance(node, "one", Duration.ofHours(1));
    advance(node, "one", Duration.ofHours(1));
    assertThat(now(node))
        .isBetween(now.plus(Duration.ofHours(1)), now.plus(Duration.ofMinutes(61)));
    advance(node, "two", Duration.ofHours(1));
    assertThat(now(node))
        .isBetween(now.plus(Duration.ofHours(2)), now.plus(Duration.ofMinutes(121)));
    advance(node, "nothing", Duration.ZERO);
    assertThat(now(node))
        .isBetween(now.plus(Duration.ofHours(2)), now.plus(Duration.ofMinutes(121)));
  }

  @Test
  void two_who_move_it_at_once_move_it_one_after_the_other() {
    TestNode one = bells.node();
    TestNode two = bells.node();
    Instant now = now(one);
    bells.write(one, now.plus(Duration.ofMinutes(90)), "a");
    List<Future<Instant>> both = new ArrayList<>();
    both.add(start(one, "one", Duration.ofHours(1)));
    both.add(start(two, "two", Duration.ofHours(1)));
    both.forEach(TestNode::await);
    assertThat(bells.bells()).containsExactly("a");
    TestNode.until(
        "both nodes are there",
        () -> {
          Instant there = now.plus(Duration.ofHours(2));
          advance(one, "look", Duration.ZERO);
          return !now(one).isBefore(there);
        });
    assertThat(now(one)).isBefore(now.plus(Duration.ofMinutes(125)));
  }

  @Test
  void what_takes_too_long_is_told_and_the_same_command_goes_on() {
    TestNode node = bells.silentNode(bells.settings);
    Promise<Void> goOn = Promise.promise();
    bells.serve(
        node,
        batch -> {
          goOn.future().await();
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    ScheduleSettings settings = SettingsReader.of(ScheduleSettings.class).json("test", "{}").read();
    node.deploy(
        new ScheduleVerticle(
            node.node(),
            settings,
            new TestClock.Limits(Duration.ofSeconds(2), Duration.ofSeconds(10))));
    Instant now = now(node);
    bells.write(node, now.plus(Duration.ofHours(1)), "slow");
    bells.write(node, now.plus(Duration.ofHours(2)), "then");
    assertThatThrownBy(() -> advance(node, "c", Duration.ofHours(3)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("still_working"));
    assertThat(now(node)).isBefore(now.plus(Duration.ofHours(2)));

    goOn.complete();
    TestNode.until("the slow one is through", () -> bells.bells().contains("slow"));
    advance(node, "c", Duration.ofHours(3));
    assertThat(bells.bells()).containsExactly("slow", "then");
    assertThat(now(node))
        .isBetween(now.plus(Duration.ofHours(3)), now.plus(Duration.ofMinutes(185)));
  }

  @Test
  void a_schedule_that_stops_ends_a_move_at_once_and_the_next_one_goes_on() {
    TestNode node = bells.silentNode(bells.settings);
    Promise<Void> goOn = Promise.promise();
    bells.serve(
        node,
        batch -> {
          goOn.future().await();
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    ScheduleSettings settings = SettingsReader.of(ScheduleSettings.class).json("test", "{}").read();
    String schedule = node.deploy(new ScheduleVerticle(node.node(), settings));
    Instant begun = now(node);
    bells.write(node, begun.plus(Duration.ofHours(1)), "slow");
    Future<Instant> move = start(node, "c", Duration.ofHours(3));
    TestNode.until("on its way", () -> !now(node).isBefore(begun.plus(Duration.ofHours(1))));

    Future<Void> stopped = node.vertx().undeploy(schedule);
    assertThatThrownBy(() -> TestNode.await(move))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("still_working"));
    goOn.complete();
    TestNode.await(stopped);

    node.deploy(new ScheduleVerticle(node.node(), settings));
    assertThat(advance(node, "c", Duration.ofHours(3)))
        .isBetween(begun.plus(Duration.ofHours(3)), begun.plus(Duration.ofMinutes(185)));
  }

  @Test
  void a_month_with_many_due_times_is_soon_over() {
    TestNode node = bells.node();
    Instant now = now(node);
    bells.write(node, now.plus(Duration.ofDays(29)), names("last", 200));
    for (int i = 0; i < 300; i++) {
      bells.write(node, now.plus(Duration.ofHours(2L * i + 1)), "m" + (1000 + i));
    }
    long begun = System.nanoTime();
    advance(node, "c", Duration.ofDays(30));
    long millis = (System.nanoTime() - begun) / 1_000_000;
    System.out.printf("30 days with 301 due times on %s: %d ms%n", database, millis);
    assertThat(bells.bells().subList(0, 300)).isSorted();
    assertThat(bells.bells()).hasSize(500);
  }

  @Test
  void it_waits_for_mails_that_are_on_their_way_but_not_for_ever() {
    TestNode node = bells.node();
    AtomicInteger waiting = new AtomicInteger(5);
    node.run(
        () ->
            node.node()
                .bus()
                .serve(
                    NotificationApi.WAITING,
                    q -> new NotificationApi.Waiting(Math.max(0, waiting.decrementAndGet())))
                .await());
    advance(node, "c", Duration.ofHours(1));
    assertThat(waiting).hasValueLessThanOrEqualTo(0);

    waiting.set(Integer.MAX_VALUE);
    long begun = System.nanoTime();
    advance(node, "d", Duration.ofHours(1));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(35));
  }

  @Test
  void a_message_that_rests_after_a_failure_is_not_waited_for() {
    TestNode node = bells.silentNode(bells.settings);
    bells.serve(
        node,
        batch -> {
          throw new IllegalStateException("broken");
        });
    bells.schedule(node, "{\"firstBackoff\": \"PT1M\"}");
    bells.write(node, now(node).plus(Duration.ofHours(1)), "a");
    advance(node, "c", Duration.ofHours(2));
    assertThat(bells.left()).isEqualTo(1);
  }

  @Test
  void outside_of_test_mode_it_is_refused() {
    TestNode node = bells.silentNode(bells.settings);
    Node n = node.node();
    Node production =
        new Node(n.bus(), n.database(), n.clock(), n.outbox(), n.meters(), n.outgoing(), false);
    node.deploy(
        new ScheduleVerticle(
            production, SettingsReader.of(ScheduleSettings.class).json("test", "{}").read()));
    assertThatThrownBy(() -> advance(node, "c", Duration.ofHours(1)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("not_test_mode"));
    assertThatThrownBy(
            () ->
                node.run(
                    () -> n.bus().ask(ScheduleApi.READ_CLOCK, new ScheduleApi.ReadClock()).await()))
        .isInstanceOf(RejectedException.class);
  }

  private static Instant now(TestNode node) {
    return node.node().clock().now();
  }

  private static Instant advance(TestNode node, String command, Duration by) {
    return TestNode.await(start(node, command, by));
  }

  private static Future<Instant> start(TestNode node, String command, Duration by) {
    return node.start(
        () ->
            node.node()
                .bus()
                .ask(
                    ScheduleApi.ADVANCE_CLOCK,
                    new ScheduleApi.AdvanceClock(command, by.toMillis()),
                    Duration.ofSeconds(35))
                .await()
                .now());
  }

  private static String[] names(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toArray(String[]::new);
  }
}
