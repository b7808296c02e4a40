package io.classbell.notification.mail;

import biweekly.Biweekly;
import biweekly.ICalendar;
import biweekly.component.VEvent;
import biweekly.parameter.ParticipationStatus;
import biweekly.property.Attendee;
import biweekly.property.Method;
import biweekly.property.Organizer;
import biweekly.property.Status;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.platform.FoldedLines;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calendar part of a mail to a student about a booking (iTIP, RFC 5546): it enters, moves or
 * cancels the class in the recipient's calendar. The UID is that of the calendar feed.
 *
 * @param method REQUEST or CANCEL, as in the text
 */
record CalendarPart(String method, String text) {

  /**
   * Returns the part; null if the notification needs none or lacks a value.
   *
   * @param organizer address of the sender, which mail programs compare with {@code From}
   */
  static @Nullable CalendarPart of(
      Said said, Instant at, String organizer, String organizerName, String attendee) {
    boolean request =
        said.kind().equals(Kind.booking_confirmed.name())
            || said.kind().equals(Kind.booking_moved.name());
    boolean cancel =
        said.kind().equals(Kind.booking_cancelled.name())
            || said.kind().equals(Kind.meeting_cancelled.name());
    Map<String, String> data = said.data();
    String bookingId = data.get("bookingId");
    if ((!request && !cancel) || bookingId == null || !"student".equals(data.get("audience"))) {
      return null;
    }
    try {
      Instant startsAt = Instant.parse(data.getOrDefault("startsAt", ""));
      Duration duration =
          Duration.ofMinutes(Long.parseLong(data.getOrDefault("durationMinutes", "")));
      VEvent event = new VEvent();
      event.setUid(bookingId + "@classbell");
      event.setSequence(Integer.parseInt(data.getOrDefault("sequence", "0")));
      event.setDateTimeStamp(Date.from(at));
      event.setSummary(data.getOrDefault("title", said.title()));
      event.setDescription(said.text());
      event.setDateStart(Date.from(startsAt), true);
      event.setDateEnd(Date.from(startsAt.plus(duration)), true);
      event.setStatus(cancel ? Status.cancelled() : Status.confirmed());
      event.setOrganizer(new Organizer(organizerName, organizer));
      Attendee student = new Attendee(null, attendee);
      student.setParticipationStatus(ParticipationStatus.ACCEPTED);
      student.setRsvp(false);
      event.addAttendee(student);
      ICalendar calendar = new ICalendar();
      calendar.setProductId("-//Classbell//Classbell//EN");
      calendar.setMethod(cancel ? Method.cancel() : Method.request());
      calendar.addEvent(event);
      return new CalendarPart(
          cancel ? "CANCEL" : "REQUEST",
          // The library folds by characters; the standard limits octets.
          FoldedLines.of(Biweekly.write(calendar).foldLines(false).go()));
    } catch (DateTimeException | NumberFormatException incomplete) {
      return null;
    }
  }
}
