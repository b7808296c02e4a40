package io.classbell.booking;

import io.classbell.booking.BookingApi.Calendar;
import io.classbell.booking.BookingApi.CalendarOf;
import io.classbell.platform.Node;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.Sql;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Everybody's own classes as a calendar: a student's bookings, a teacher's slots. */
final class CalendarFeed {
  private static final Duration PAST = Duration.ofDays(90);
  private static final Duration CANCELLED_STAYS = Duration.ofDays(30);

  private final Node node;
  private final CalendarStore calendars = new CalendarStore();

  CalendarFeed(Node node) {
    this.node = node;
  }

  Future<?> register(Bus bus) {
    return bus.serve(BookingApi.CALENDAR, this::calendar);
  }

  Calendar calendar(CalendarOf query) {
    Instant now = node.clock().now();
    Instant from = now.minus(PAST);
    Instant since = now.minus(CANCELLED_STAYS);
    Sql sql = node.database().read();
    String userId = query.caller().userId();
    List<CalendarEntry> entries =
        query.caller().role() == Caller.Role.teacher
            ? calendars.ofTeacher(sql, userId, from, since)
            : calendars.ofStudent(sql, userId, from, since);
    return new Calendar(CalendarText.of(entries));
  }
}
