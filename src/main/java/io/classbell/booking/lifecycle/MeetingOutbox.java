package io.classbell.booking.lifecycle;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.PendingAction;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.bus.Task;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Outbox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one transaction of a meeting's life leaves in the outbox: few messages for much. */
public final class MeetingOutbox {
  private static final int MOST_FACTS = 1_000;
  private static final int MOST_DRIVEN = 200;

  private final Outbox outbox;
  private final List<Fact> facts = new ArrayList<>();
  private final List<String> driven = new ArrayList<>();
  private final List<Outbox.Outgoing> messages = new ArrayList<>();

  public MeetingOutbox(Outbox outbox) {
    this.outbox = outbox;
  }

  public MeetingOutbox tell(List<Fact> told) {
    facts.addAll(told);
    return this;
  }

  /** Those of these bookings whose credits are to go somewhere: that is begun at once. */
  public MeetingOutbox drive(List<Booking> bookings) {
    bookings.stream()
        .filter(b -> PendingAction.of(b) != PendingAction.NONE)
        .forEach(b -> driven.add(b.id()));
    return this;
  }

  /** The milestone that comes next, if one does. */
  void follow(String meetingId, MeetingTimeline.@Nullable Point next) {
    if (next != null) {
      messages.add(Milestones.message(outbox, meetingId, next));
    }
  }

  public void write(Tx tx) {
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
