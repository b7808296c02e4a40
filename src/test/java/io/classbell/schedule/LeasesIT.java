package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.schedule.model.LeasedMessage;
import io.classbell.schedule.store.ScheduleStore;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** One message in the hands of two schedules: the lease of the first ended before its work did. */
@OnBothDatabases
class LeasesIT {
  private static final Duration LEASE = Duration.ofSeconds(10);

  @Parameter TestDatabase database;
  private Bells bells;
  private TestNode node;
  private ScheduleStore store;
  private Instant due;
  private Instant begin;
  private LeasedMessage first;
  private LeasedMessage second;

  @BeforeEach
  void two_schedules_claim_the_same() {
    bells = new Bells(database);
    node = bells.silentNode(bells.settings);
    store = new ScheduleStore(node.database());
    due = node.node().clock().now().plus(Duration.ofHours(1));
    bells.write(node, due, "a");
    begin = node.node().clock().realNow().plusSeconds(1);
    first = claim(begin).getFirst();
    second = claim(begin.plus(LEASE)).getFirst();
    assertThat(List.of(first.attempt(), second.attempt())).containsExactly(1, 2);
  }

  @AfterEach
  void stop() {
    bells.close();
  }

  private List<LeasedMessage> claim(Instant realNow) {
    return node.run(() -> store.claim(due, realNow, LEASE, List.of(), 10));
  }

  private void setBack(LeasedMessage claimed, Instant until) {
    ScheduleStore.Setback setback =
        new ScheduleStore.Setback(claimed, 0, 0, null, until, "not now");
    node.run(
        () -> {
          store.setBack(List.of(setback));
          return 1;
        });
  }

  private boolean park(LeasedMessage claimed) {
    return node.run(() -> store.park(claimed, "never", begin));
  }

  @Test
  void until_a_lease_ends_nobody_else_claims() {
    assertThat(claim(begin.plus(LEASE).plus(LEASE).minusMillis(1))).isEmpty();
    assertThat(claim(begin.plus(LEASE).plus(LEASE))).hasSize(1);
  }

  @Test
  void a_setback_that_comes_late_does_not_undo_anothers_claim() {
    setBack(first, begin);
    assertThat(claim(begin.plus(LEASE).plusSeconds(1))).isEmpty();
    assertThat(bells.rows("SELECT attempts, last_error FROM scheduled_message"))
        .containsExactly("2|null");

    setBack(second, begin);
    assertThat(claim(begin.plus(LEASE).plusSeconds(1))).hasSize(1);
  }

  @Test
  void a_failure_is_counted_by_who_has_the_message() {
    assertThat(node.run(() -> store.countFailure(first))).isFalse();
    assertThat(node.run(() -> store.countFailure(second))).isTrue();
    assertThat(bells.rows("SELECT failures FROM scheduled_message")).containsExactly("1");
  }

  @Test
  void what_another_has_claimed_is_not_parked() {
    assertThat(park(first)).isFalse();
    assertThat(List.of(bells.left(), bells.count("dead_letter"))).containsExactly(1L, 0L);

    assertThat(park(second)).isTrue();
    assertThat(List.of(bells.left(), bells.count("dead_letter"))).containsExactly(0L, 1L);
  }
}
