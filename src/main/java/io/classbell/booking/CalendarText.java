package io.classbell.booking;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.property.Status;
import java.time.Instant;
import java.util.Date;
import java.util.List;

/**
 * Classes as an iCalendar object (RFC 5545), all times in UTC. A feed for subscription: it has no
 * METHOD, and an entry keeps its UID for ever.
 */
final class CalendarText {
  /** How often subscribers may come. REFRESH-INTERVAL (RFC 7986) is read by fewer of them. */
  private static final String REFRESH = "PT15M";

  static String of(List<CalendarEntry> entries) {
    ICalendar calendar = new ICalendar();
    calendar.setProductId("-//Classbell//Classbell//EN");
    calendar.setName("Classbell");
    calendar.addExperimentalProperty("X-WR-CALNAME", "Classbell");
    calendar.addExperimentalProperty("X-PUBLISHED-TTL", REFRESH);
    entries.forEach(entry -> calendar.addEvent(event(entry)));
    return Biweekly.write(calendar).go();
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
