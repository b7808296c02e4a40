package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.failure.RejectedException;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.micrometer.core.instrument.Gauge;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class DeadLettersIT {
  private static final String ADMIN = Ids.next();

  private static final String QUICK =
      "{\"maxAttempts\": 3, \"firstBackoff\": \"PT0.01S\", \"maxBackoff\": \"PT0.1S\","
          + " \"fallbackPoll\": \"PT0.05S\"}";

  @Parameter TestDatabase database;
  private Bells bells;
  private TestNode node;
  private final AtomicBoolean broken = new AtomicBoolean(true);

  @BeforeEach
  void start() {
    bells = new Bells(database);
    node = bells.silentNode(bells.settings);
    bells.serve(
        node,
        batch -> {
          if (broken.get()) {
            throw new IllegalStateException("cannot ring 🎻");
          }
          batch.forEach(due -> bells.heard(node, due));
          return List.of();
        });
    bells.schedule(node, QUICK);
  }

  @AfterEach
  void stop() {
    bells.close();
  }

  @Test
  void what_fails_too_often_is_parked_shown_without_its_body_and_can_be_replayed() {
    bells.write(node, null, "secret poison");
    TestNode.until("parked", () -> bells.count("dead_letter") == 1);
    assertThat(bells.left()).isZero();

    ScheduleApi.DeadLetters letters = list(null, 10);
    ScheduleApi.DeadLetter letter = letters.items().getFirst();
    assertThat(letters.nextCursor()).isNull();
    assertThat(letter.source()).isEqualTo("schedule");
    assertThat(letter.address()).isEqualTo("test.ring");
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.lastError()).contains("cannot ring 🎻");
    assertThat(letter.toString()).doesNotContain("secret");
    TestNode.until("operators see it", () -> gauge() == 1);

    broken.set(false);
    assertThat(replay(letter.id())).isEqualTo(letter);
    bells.untilRung("secret poison");
    bells.untilNothingIsLeft();
    assertThat(bells.count("dead_letter")).isZero();
    TestNode.until("operators see that it is gone", () -> gauge() == 0);
    assertThat(bells.rung.getFirst().attempt()).isEqualTo(1);
  }

  private double gauge() {
    Gauge gauge =
        node.node().meters().find("classbell.dead.letters").tag("address", "test.ring").gauge();
    return gauge == null ? 0 : gauge.value();
  }

  @Test
  void a_replayed_message_that_fails_again_is_parked_again() {
    bells.write(node, null, "poison");
    TestNode.until("parked", () -> bells.count("dead_letter") == 1);
    String id = list(null, 10).items().getFirst().id();
    replay(id);
    TestNode.until("parked again", () -> bells.count("dead_letter") == 1 && bells.left() == 0);
    assertThat(list(null, 10).items()).extracting(ScheduleApi.DeadLetter::id).containsExactly(id);
  }

  @Test
  void a_message_whose_nodes_die_of_it_is_parked_in_the_end() {
    bells.write(node, node.node().clock().now().plusSeconds(3600), "deadly");
    bells.execute("UPDATE scheduled_message SET failures = 3, due_at = due_at - INTERVAL 2 HOUR");
    TestNode.until("parked", () -> bells.count("dead_letter") == 1);
    assertThat(list(null, 10).items().getFirst().lastError()).contains("none finished");
  }

  @Test
  void what_is_not_there_cannot_be_replayed() {
    assertThatThrownBy(() -> replay("01900000-0000-7000-8000-000000000000"))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.failure().status()).isEqualTo(404));
  }

  @Test
  void what_another_module_parked_goes_back_through_that_module() {
    List<String> redelivered = new CopyOnWriteArrayList<>();
    node.run(
        () ->
            node.node()
                .bus()
                .serve(
                    NotificationApi.REDELIVER,
                    r -> {
                      redelivered.add(r.deadLetterId());
                      return Ack.DONE;
                    })
                .await());
    insert(7, "email", "2026-01-01");
    String id = list(null, 10).items().getFirst().id();
    replay(id);
    assertThat(redelivered).containsExactly(id);
  }

  @Test
  void the_list_goes_on_from_its_cursor_newest_first_and_misses_nothing() {
    for (int i = 0; i < 25; i++) {
      insert(i, "email", i < 10 ? "2026-01-01" : "2026-01-0" + (2 + i % 3));
    }
    List<String> seen = new ArrayList<>();
    List<String> parked = new ArrayList<>();
    String cursor = null;
    do {
      ScheduleApi.DeadLetters page = list(cursor, 4);
      assertThat(page.items()).hasSizeBetween(1, 4);
      page.items().forEach(l -> seen.add(l.id()));
      page.items().forEach(l -> parked.add(l.parkedAt() + l.id()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(seen).hasSize(25).doesNotHaveDuplicates();
    assertThat(parked.reversed()).isSorted();
  }

  @Test
  void a_cursor_that_no_list_gave_is_refused() {
    String id = "01900000-0000-7000-8000-000000000000";
    for (String cursor : List.of("", "x", "1.2", "-5." + id, "9".repeat(15) + "." + id)) {
      assertThatThrownBy(() -> list(cursor, 4))
          .isInstanceOfSatisfying(
              RejectedException.class, e -> assertThat(e.failure().status()).isEqualTo(422));
    }
    assertThat(list("253402300799999." + id, 4).items()).isEmpty();
  }

  private void insert(int i, String source, String parkedAt) {
    bells.execute(
        ("INSERT INTO dead_letter (id, source, address, due_at, body, attempts, parked_at) VALUES"
                + " ('01900000-0000-7000-8000-0000000000%02d', '%s', 'x', '2026-01-01', '{}', 3,"
                + " '%s')")
            .formatted(i, source, parkedAt));
  }

  private ScheduleApi.DeadLetters list(@Nullable String cursor, int limit) {
    return ask(ScheduleApi.LIST_DEAD_LETTERS, new ScheduleApi.ListDeadLetters(cursor, limit));
  }

  private ScheduleApi.DeadLetter replay(String id) {
    return ask(ScheduleApi.REPLAY_DEAD_LETTER, new ScheduleApi.ReplayDeadLetter(id, ADMIN));
  }

  private <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return node.run(() -> node.node().bus().ask(operation, request).await());
  }
}
