package io.classbell.booking.outbox;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.decision.BookingUnitOfWork;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.outbox.Outbox.Outgoing;
import io.classbell.platform.time.PlatformClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what follows from a change to the outbox, as few messages with many ids each. */
public final class BookingOutbox {
  private static final int MOST_EVENTS = 500;
  private static final int MOST_BOOKINGS = 200;

  private final Outbox outbox;
  private final PlatformClock clock;
  private final Duration watchdogDelay;

  public BookingOutbox(Outbox outbox, PlatformClock clock, Duration watchdogDelay) {
    this.outbox = outbox;
    this.clock = clock;
    this.watchdogDelay = watchdogDelay;
  }

  /** Writes the notifications, watchdogs and milestones that follow from the changes of a unit. */
  public void write(Tx tx, BookingUnitOfWork unit) {
    List<Outgoing> messages = new ArrayList<>();
    for (List<Fact> some : chunks(unit.events(), MOST_EVENTS)) {
      messages.add(
          outbox.message(
              NotificationApi.TELL, null, new NotificationApi.Tell(List.copyOf(some)), null));
    }
    resume(messages, unit.watched(), watchAt());
    resume(messages, unit.resumed(), null);
    unit.milestones()
        .forEach(next -> messages.add(Milestones.message(outbox, next.meetingId(), next.point())));
    unit.newDisputes()
        .forEach(
            dispute ->
                messages.add(
                    outbox.message(
                        DisputeApi.ANSWER_DUE,
                        dispute.answerUntil(),
                        new DisputeApi.AnswerDue(dispute.id(), dispute.bookingId()),
                        null)));
    outbox.write(tx, messages);
  }

  /** Sets the watchdog of these bookings. */
  public void watch(Tx tx, Collection<String> bookingIds) {
    List<Outgoing> messages = new ArrayList<>();
    resume(messages, List.copyOf(bookingIds), watchAt());
    outbox.write(tx, messages);
  }

  private void resume(List<Outgoing> messages, List<String> bookingIds, @Nullable Instant at) {
    for (List<String> some : chunks(bookingIds, MOST_BOOKINGS)) {
      messages.add(
          outbox.message(BookingApi.RESUME, at, new BookingApi.Resume(List.copyOf(some)), null));
    }
  }

  /** At full seconds, so that the watchdogs of many groups are due together. */
  private Instant watchAt() {
    return clock.now().plus(watchdogDelay).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
  }

  /** The list in parts of at most this many elements. */
  public static <T> List<List<T>> chunks(List<T> all, int most) {
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      chunks.add(all.subList(from, Math.min(all.size(), from + most)));
    }
    return chunks;
  }
}
