package io.classbell.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.outbox.Task;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LaneTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LEASED = NOON.plusSeconds(10);

  private final Lane lane = new Lane("test.address", 3);

  @Test
  void messages_leave_in_the_order_of_their_due_times_in_batches() {
    add("c", 0.3, "a", 0.1, "d", 0.4, "b", 0.2);

    assertThat(next()).containsExactly("a", "b", "c");
    assertThat(next()).containsExactly("d");
    assertThat(next()).isEmpty();
  }

  @Test
  void only_so_many_batches_are_on_their_way() {
    for (int i = 0; i < 20; i++) {
      add("m" + (10 + i), 0.0);
    }
    List<List<Claimed>> sent = new ArrayList<>();
    for (int i = 0; i < Lane.MOST_BATCHES; i++) {
      sent.add(lane.next(NOON));
    }
    assertThat(sent).noneMatch(List::isEmpty);
    assertThat(next()).isEmpty();

    lane.ended(sent.get(1));
    assertThat(next()).hasSize(3);
    assertThat(next()).isEmpty();
  }

  @Test
  void what_was_due_much_later_waits_for_what_was_due_before() {
    add("reminder", 0.0, "open", 3600.0, "close", 7200.0);

    List<Claimed> first = lane.next(NOON);
    assertThat(first).extracting(Claimed::id).containsExactly("reminder", "open", "close");
    add("release", 7201.0);
    assertThat(next()).isEmpty();
    lane.ended(first);
    assertThat(next()).containsExactly("release");
  }

  @Test
  void a_message_that_travels_alone_does_so_in_its_turn() {
    add("a", 0.0);
    lane.add(claimed("b", 0.1, LEASED).afterFailingTogether());
    add("c", 0.2);

    assertThat(next()).containsExactly("a");
    assertThat(next()).containsExactly("b");
    assertThat(next()).containsExactly("c");
  }

  @Test
  void a_message_that_was_tried_often_travels_alone() {
    add("a", 0.0);
    lane.add(claimed("b", 0.1, LEASED, 4));
    lane.add(claimed("c", 0.2, LEASED, 3));
    add("d", 0.3);

    assertThat(next()).containsExactly("a");
    assertThat(next()).containsExactly("b");
    assertThat(next()).containsExactly("c", "d");
  }

  @Test
  void of_those_that_nodes_may_die_of_one_is_on_its_way() {
    lane.add(dangerous("a", 0.0));
    lane.add(dangerous("b", 0.1));
    add("c", 0.2);

    List<Claimed> first = lane.next(NOON);
    assertThat(first).extracting(Claimed::id).containsExactly("a");
    assertThat(next()).isEmpty();
    lane.ended(first);
    assertThat(next()).containsExactly("b");
    assertThat(next()).containsExactly("c");
  }

  @Test
  void a_message_whose_lease_is_nearly_over_does_not_leave_and_is_given_back_once() {
    lane.add(claimed("late", 0.0, NOON.plusSeconds(1)));
    add("good", 0.1);

    assertThat(lane.next(NOON.plusSeconds(2))).extracting(Claimed::id).containsExactly("good");
    assertThat(lane.waiting()).isZero();
    assertThat(lane.takeExpired()).extracting(Claimed::id).containsExactly("late");
    assertThat(lane.takeExpired()).isEmpty();
  }

  private void add(Object... idsAndSeconds) {
    for (int i = 0; i < idsAndSeconds.length; i += 2) {
      lane.add(claimed((String) idsAndSeconds[i], (Double) idsAndSeconds[i + 1], LEASED));
    }
  }

  private List<String> next() {
    return lane.next(NOON).stream().map(Claimed::id).toList();
  }

  private static Claimed claimed(String id, double seconds, Instant leasedUntil) {
    return claimed(id, seconds, leasedUntil, 1);
  }

  private static Claimed claimed(String id, double seconds, Instant leasedUntil, int attempt) {
    Instant due = NOON.plusMillis(Math.round(seconds * 1000));
    Task.Stored message = new Task.Stored(id, "test.address", due, attempt, "{}");
    return Claimed.handedOff(message, leasedUntil);
  }

  private static Claimed dangerous(String id, double seconds) {
    Claimed often = claimed(id, seconds, LEASED, 4);
    return new Claimed(often.message(), 4, LEASED, 1, null, false);
  }
}
