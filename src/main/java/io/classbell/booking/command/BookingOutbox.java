package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi;
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

/** What the module writes to the outbox: one message for many facts, one watchdog for many. */
public final class BookingOutbox {
  private static final int MOST_FACTS = 500;
  private static final int MOST_WATCHED = 200;

  private final Outbox outbox;
  private final PlatformClock clock;
  private final Duration watchdogDelay;

  public BookingOutbox(Outbox outbox, PlatformClock clock, Duration watchdogDelay) {
    this.outbox = outbox;
    this.clock = clock;
    this.watchdogDelay = watchdogDelay;
  }

  /** Tells people these facts, and looks after these bookings should nobody end what is begun. */
  void write(Tx tx, List<Fact> facts, Collection<String> watched) {
    List<Outgoing> messages = new ArrayList<>();
    for (List<Fact> some : chunks(facts, MOST_FACTS)) {
      messages.add(
          outbox.message(NotificationApi.TELL, null, new NotificationApi.Tell(some), null));
    }
    for (List<String> some : chunks(List.copyOf(watched), MOST_WATCHED)) {
      messages.add(outbox.message(BookingApi.RESUME, watchAt(), new BookingApi.Resume(some), null));
    }
    outbox.write(tx, messages);
  }

  /** At full seconds, so that the watchdogs of many groups are due together. */
  private Instant watchAt() {
    return clock.now().plus(watchdogDelay).plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
  }

  static <T> List<List<T>> chunks(List<T> all, int most) {
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < all.size(); from += most) {
      chunks.add(all.subList(from, Math.min(all.size(), from + most)));
    }
    return chunks;
  }
}
