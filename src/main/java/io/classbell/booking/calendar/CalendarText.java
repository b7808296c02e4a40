package io.classbell.booking.calendar;

import biweekly.Biweekly;
import biweekly.ICalDataType;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.property.Status;
import io.classbell.booking.model.CalendarEntry;
import io.classbell.platform.FoldedLines;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes classes as an iCalendar object (RFC 5545) for subscription. All times are in UTC, so no
 * VTIMEZONE is needed. There is no METHOD, and an entry keeps its UID for ever.
 */
final class CalendarText {
  /** How often subscribers should come back: RFC 7986 and its older, more widely read spelling. */
  private static final String REFRESH = "PT15M";

  /**
   * Writes one calendar.
   *
   * @param upcoming classes that have not ended, in order of their start
   * @param past classes that have ended
   * @param truncatedAt the number of upcoming classes that fit, where there are more; or null
   */
  static String of(
      CalendarWords words,
      List<CalendarEntry> upcoming,
      List<CalendarEntry> past,
      @Nullable Integer truncatedAt) {
    String description =
        truncatedAt == null
            ? words.description()
            : words.description() + " " + words.truncated().formatted(truncatedAt);
    ICalendar calendar = new ICalendar();
    calendar.setProductId("-//Classbell//Classbell//EN");
    calendar.setName(words.name());
    calendar.setDescription(description);
    calendar.addExperimentalProperty("X-WR-CALNAME", words.name());
    calendar.addExperimentalProperty("X-WR-CALDESC", description);
    calendar.addExperimentalProperty("REFRESH-INTERVAL", ICalDataType.DURATION, REFRESH);
    calendar.addExperimentalProperty("X-PUBLISHED-TTL", REFRESH);
    upcoming.forEach(entry -> calendar.addEvent(event(entry)));
    past.forEach(entry -> calendar.addEvent(event(entry)));
    // The library folds by characters; the standard limits octets.
    return FoldedLines.of(Biweekly.write(calendar).foldLines(false).go());
  }

  private static VEvent event(CalendarEntry entry) {
    VEvent event = new VEvent();
    event.setUid(entry.id() + "@classbell");
    event.setSequence(entry.sequence());
    event.setStatus(entry.cancelled() ? Status.cancelled() : Status.confirmed());
    event.setSummary(entry.title());
    event.setDateStart(date(entry.startsAt()), true);
    event.setDateEnd(date(entry.endsAt()), true);
    event.setCreated(date(entry.createdAt()));
    event.setLastModified(date(entry.updatedAt()));
    event.setDateTimeStamp(date(entry.updatedAt()));
    return event;
  }

  private static Date date(Instant instant) {
    return Date.from(instant);
  }

  private CalendarText() {}
}
