package io.classbell.booking;

import io.classbell.notification.NotificationApi;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outbox.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one transaction of a meeting's life leaves in the outbox: few messages for much. */
final class LifeMessages {
  private static final int MOST_FACTS = 1_000;
  private static final int MOST_DRIVEN = 200;

  private final Outbox outbox;
  private final List<Fact> facts = new ArrayList<>();
  private final List<String> driven = new ArrayList<>();
  private final List<Outbox.Outgoing> messages = new ArrayList<>();

  LifeMessages(Outbox outbox) {
    this.outbox = outbox;
  }

  LifeMessages tell(List<Fact> told) {
    facts.addAll(told);
    return this;
  }

  /** Those of these bookings whose credits are to go somewhere: that is begun at once. */
  LifeMessages drive(List<BookingRow> bookings) {
    bookings.stream().filter(b -> Step.of(b) != Step.NONE).forEach(b -> driven.add(b.id()));
    return this;
  }

  /** The milestone that comes next, if one does. */
  void follow(String meetingId, Timeline.@Nullable Point next) {
    if (next != null) {
      messages.add(Milestones.message(outbox, meetingId, next));
    }
  }

  void write(Tx tx) {
    for (int from = 0; from < facts.size(); from += MOST_FACTS) {
      int to = Math.min(from + MOST_FACTS, facts.size());
      atOnce(NotificationApi.TELL, new NotificationApi.Tell(List.copyOf(facts.subList(from, to))));
    }
    for (int from = 0; from < driven.size(); from += MOST_DRIVEN) {
      int to = Math.min(from + MOST_DRIVEN, driven.size());
      atOnce(BookingApi.RESUME, new BookingApi.Resume(List.copyOf(driven.subList(from, to))));
    }
    outbox.write(tx, messages);
  }

  private <B> void atOnce(Task<B> task, B body) {
    messages.add(outbox.message(task, null, body, null));
  }
}
