package io.classbell.booking.calendar;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Calendar;
import io.classbell.booking.api.BookingApi.CalendarOf;
import io.classbell.booking.model.CalendarEntry;
import io.classbell.booking.store.CalendarStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Builds the calendar feed of a user: a student's bookings, a teacher's slots. It contains all
 * upcoming classes up to a limit that one person does not reach in practice; a truncated feed says
 * so. Past classes have a lower limit.
 */
public final class CalendarFeed {
  private static final Duration PAST = Duration.ofDays(90);
  private static final Duration CANCELLED_STAYS = Duration.ofDays(30);
  private static final int MAX_UPCOMING = 10_000;
  private static final int MAX_PAST = 1_000;

  /** Feeds built at once on a node: one of the maximal size takes about 20 MB of memory. */
  private static final int BUILT_AT_ONCE = 4;

  private final Node node;
  private final int maxUpcoming;
  private final CalendarStore calendars = new CalendarStore();
  private final Semaphore building = new Semaphore(BUILT_AT_ONCE);

  public CalendarFeed(Node node) {
    this(node, MAX_UPCOMING);
  }

  public CalendarFeed(Node node, int maxUpcoming) {
    this.node = node;
    this.maxUpcoming = maxUpcoming;
  }

  public Future<?> register(Bus bus) {
    return bus.serve(BookingApi.CALENDAR, this::calendar);
  }

  public Calendar calendar(CalendarOf query) {
    building.acquireUninterruptibly();
    try {
      return new Calendar(build(query));
    } finally {
      building.release();
    }
  }

  private String build(CalendarOf query) {
    Instant now = node.clock().now();
    Instant from = now.minus(PAST);
    Instant cancelledSince = now.minus(CANCELLED_STAYS);
    Sql sql = node.database().read();
    String userId = query.caller().userId();
    CalendarStore.Whose whose =
        query.caller().role() == Caller.Role.teacher
            ? CalendarStore.Whose.teacher
            : CalendarStore.Whose.student;
    List<CalendarEntry> upcoming =
        calendars.upcoming(sql, whose, userId, now, cancelledSince, maxUpcoming + 1);
    List<CalendarEntry> past =
        calendars.past(sql, whose, userId, from, now, cancelledSince, MAX_PAST);
    boolean truncated = upcoming.size() > maxUpcoming;
    return CalendarText.of(
        CalendarWords.of(query.locale()),
        truncated ? upcoming.subList(0, maxUpcoming) : upcoming,
        past,
        truncated ? maxUpcoming : null);
  }
}
