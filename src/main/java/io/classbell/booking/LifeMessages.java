package io.classbell.booking;

import io.classbell.booking.BookingApi.Milestone;
import io.classbell.notification.NotificationApi;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outbox.Task;
import io.classbell.platform.outbox.Task.Due;
import java.util.ArrayList;
import java.util.List;

/** What one transaction of a meeting's life leaves in the outbox: few messages for much. */
final class LifeMessages {
  private static final int MOST_FACTS = 1_000;
  private static final int MOST_SETTLEMENTS = 200;

  private final Outbox outbox;
  private final List<Fact> facts = new ArrayList<>();
  private final List<String> settling = new ArrayList<>();
  private final List<Outbox.Outgoing> messages = new ArrayList<>();

  LifeMessages(Outbox outbox) {
    this.outbox = outbox;
  }

  LifeMessages tell(List<Fact> told) {
    facts.addAll(told);
    return this;
  }

  /** The credits of these bookings are to be posted now, as it was decided. */
  LifeMessages settle(List<String> bookingIds) {
    settling.addAll(bookingIds);
    return this;
  }

  /** What follows from a milestone that was carried out. */
  void follow(Due<Milestone> carriedOut, Timeline.Point point, LifeStep step) {
    String meetingId = carriedOut.body().meetingId();
    if (step.next() != null) {
      messages.add(Milestones.message(outbox, meetingId, step.next()));
    }
    if (step.again() != null) {
      messages.add(Milestones.again(outbox, carriedOut, point, step.again()));
    }
  }

  void write(Tx tx) {
    for (int from = 0; from < facts.size(); from += MOST_FACTS) {
      int to = Math.min(from + MOST_FACTS, facts.size());
      atOnce(NotificationApi.TELL, new NotificationApi.Tell(List.copyOf(facts.subList(from, to))));
    }
    for (int from = 0; from < settling.size(); from += MOST_SETTLEMENTS) {
      int to = Math.min(from + MOST_SETTLEMENTS, settling.size());
      atOnce(BookingApi.RESUME, new BookingApi.Resume(List.copyOf(settling.subList(from, to))));
    }
    outbox.write(tx, messages);
  }

  private <B> void atOnce(Task<B> task, B body) {
    messages.add(outbox.message(task, null, body, null));
  }
}
