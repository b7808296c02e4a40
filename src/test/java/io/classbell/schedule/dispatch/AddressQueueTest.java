package io.classbell.schedule.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Task;
import io.classbell.schedule.model.LeasedMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressQueueTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Instant LEASED = NOON.plusSeconds(10);

  private final AddressQueue lane = new AddressQueue("test.address", 3);

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
    List<List<LeasedMessage>> sent = new ArrayList<>();
    for (int i = 0; i < AddressQueue.MOST_BATCHES; i++) {
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

    List<LeasedMessage> first = lane.next(NOON);
    assertThat(first).extracting(LeasedMessage::id).containsExactly("reminder", "open", "close");
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

    List<LeasedMessage> first = lane.next(NOON);
    assertThat(first).extracting(LeasedMessage::id).containsExactly("a");
    assertThat(next()).isEmpty();
    lane.ended(first);
    assertThat(next()).containsExactly("b");
    assertThat(next()).containsExactly("c");
  }

  @Test
  void a_message_whose_lease_is_nearly_over_does_not_leave_and_is_given_back_once() {
    lane.add(claimed("late", 0.0, NOON.plusSeconds(1)));
    add("good", 0.1);

    assertThat(lane.next(NOON.plusSeconds(2)))
        .extracting(LeasedMessage::id)
        .containsExactly("good");
    assertThat(lane.waiting()).isZero();
    assertThat(lane.takeExpired()).extracting(LeasedMessage::id).containsExactly("late");
    assertThat(lane.takeExpired()).isEmpty();
  }

  private void add(Object... idsAndSeconds) {
    for (int i = 0; i < idsAndSeconds.length; i += 2) {
      lane.add(claimed((String) idsAndSeconds[i], (Double) idsAndSeconds[i + 1], LEASED));
    }
  }

  private List<String> next() {
    return lane.next(NOON).stream().map(LeasedMessage::id).toList();
  }

  private static LeasedMessage claimed(String id, double seconds, Instant leasedUntil) {
    return claimed(id, seconds, leasedUntil, 1);
  }

  private static LeasedMessage claimed(
      String id, double seconds, Instant leasedUntil, int attempt) {
    Instant due = NOON.plusMillis(Math.round(seconds * 1000));
    Task.Stored message = new Task.Stored(id, "test.address", due, attempt, "{}");
    return LeasedMessage.handedOff(message, leasedUntil);
  }

  private static LeasedMessage dangerous(String id, double seconds) {
    LeasedMessage often = claimed(id, seconds, LEASED, 4);
    return new LeasedMessage(often.message(), 4, LEASED, 1, null, false);
  }
}
