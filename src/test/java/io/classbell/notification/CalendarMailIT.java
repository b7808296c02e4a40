package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestRedis;
import jakarta.mail.BodyPart;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.data.ParserException;
import net.fortuna.ical4j.model.Calendar;
import net.fortuna.ical4j.model.Property;
import net.fortuna.ical4j.model.component.VEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mails about bookings, as a mail server gets them. */
@OnBothDatabases
class CalendarMailIT {
  private static final String BOOKING = "01970000-0000-7000-8000-0000000000b1";

  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private Rig rig;

  CalendarMailIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
    rig.deploy(smtp.port(), "");
  }

  @AfterEach
  void stop() {
    rig.close();
    smtp.close();
  }

  private MimeMessage mail(String user, Kind kind, String audience, int sequence) {
    int before = smtp.received.size();
    rig.tell(
        fact(
            kind + ":" + sequence,
            user,
            kind,
            "audience",
            audience,
            "bookingId",
            BOOKING,
            "meetingId",
            "01970000-0000-7000-8000-0000000000a1",
            "title",
            "代数 😀; Übung, " + "long ".repeat(30),
            "startsAt",
            "2031-03-04T16:00:00Z",
            "durationMinutes",
            "90",
            "sequence",
            Integer.toString(sequence)));
    until("mailed", () -> smtp.received.size() > before);
    byte[] raw = smtp.received.getLast().getBytes(StandardCharsets.ISO_8859_1);
    try {
      return new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(raw));
    } catch (MessagingException e) {
      throw new AssertionError(e);
    }
  }

  private static List<BodyPart> parts(MimeMessage mail) throws MessagingException, IOException {
    assertThat(mail.getContentType()).startsWith("multipart/alternative");
    Multipart parts = (Multipart) mail.getContent();
    List<BodyPart> all = new ArrayList<>();
    for (int i = 0; i < parts.getCount(); i++) {
      all.add(parts.getBodyPart(i));
    }
    return all;
  }

  private static Calendar calendar(BodyPart part)
      throws MessagingException, IOException, ParserException {
    String text = new String(part.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(text.lines()).allMatch(line -> line.getBytes(StandardCharsets.UTF_8).length <= 75);
    Calendar calendar = new CalendarBuilder().build(new StringReader(text));
    assertThat(calendar.validate().hasErrors()).isFalse();
    return calendar;
  }

  private static Map<String, String> event(Calendar calendar) {
    VEvent event = (VEvent) calendar.getComponents("VEVENT").getFirst();
    Map<String, String> values = new HashMap<>();
    for (Property property : event.getProperties()) {
      values.put(property.getName(), property.getValue());
    }
    return values;
  }

  @Test
  void a_booking_enters_moves_in_and_leaves_the_students_calendar() throws Exception {
    String user = rig.person(Role.student, "Europe/Berlin", "zh-CN");
    int sequence = 0;
    for (Kind kind : List.of(Kind.booking_confirmed, Kind.booking_moved, Kind.meeting_cancelled)) {
      String method = kind == Kind.meeting_cancelled ? "CANCEL" : "REQUEST";
      MimeMessage mail = mail(user, kind, "student", sequence);

      List<BodyPart> parts = parts(mail);
      assertThat(parts).hasSize(3);
      assertThat(parts.get(0).getContent().toString()).contains("代数 😀; Übung").contains("您好");
      assertThat(parts.get(1).getContent().toString()).contains("代数 😀; Übung");
      assertThat(parts.get(2).getContentType())
          .isEqualTo("text/calendar; charset=utf-8; method=" + method);
      Calendar calendar = calendar(parts.get(2));
      assertThat(calendar.getProperty("METHOD").orElseThrow().getValue()).isEqualTo(method);
      assertThat(event(calendar))
          .containsEntry("UID", BOOKING + "@classbell")
          .containsEntry("SEQUENCE", Integer.toString(sequence))
          .containsEntry("DTSTART", "20310304T160000Z")
          .containsEntry("DTEND", "20310304T173000Z")
          .containsEntry("STATUS", method.equals("CANCEL") ? "CANCELLED" : "CONFIRMED")
          .containsEntry("ORGANIZER", "mailto:no-reply@classbell.test")
          .containsEntry("ATTENDEE", "mailto:" + rig.email(user));
      assertThat(event(calendar).get("SUMMARY")).startsWith("代数 😀; Übung, long");
      sequence++;
    }
  }

  @Test
  void the_other_headers_are_those_of_every_mail() throws Exception {
    String user = rig.student();
    MimeMessage mail = mail(user, Kind.booking_confirmed, "student", 0);

    assertThat(mail.getSubject()).startsWith("Booked: 代数 😀; Übung");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(mail.getHeader("Message-ID")).hasSize(1);
    assertThat(mail.getHeader("To")).containsExactly(rig.email(user));
    assertThat(mail.getHeader("MIME-Version")).containsExactly("1.0");
    assertThat(mail.getSentDate()).isNotNull();
    assertThat(smtp.received.getLast().lines()).allMatch(line -> line.length() <= 998);
  }

  @Test
  void other_mails_have_no_calendar_part() throws Exception {
    assertThat(parts(mail(rig.student(), Kind.booking_confirmed, "teacher", 0))).hasSize(2);
    assertThat(parts(mail(rig.student(), Kind.refund_issued, "student", 0))).hasSize(2);
  }
}
