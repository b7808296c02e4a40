package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.component.VEvent;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarTextTest {
  private static final Instant START = Instant.parse("2030-03-31T01:30:00Z");

  @Test
  void a_class_is_one_event_in_utc_with_a_stable_uid() {
    String text = CalendarText.of(List.of(entry("Algebra", 2, false)));
    assertThat(text.split("\r\n"))
        .contains(
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Classbell//Classbell//EN",
            "UID:b1@classbell",
            "SEQUENCE:2",
            "STATUS:CONFIRMED",
            "SUMMARY:Algebra",
            "DTSTART:20300331T013000Z",
            "DTEND:20300331T023000Z",
            "DTSTAMP:20300302T000000Z",
            "LAST-MODIFIED:20300302T000000Z",
            "END:VCALENDAR")
        .doesNotContain("METHOD:PUBLISH");
    assertThat(text).endsWith("END:VCALENDAR\r\n").containsOnlyOnce("UID:");
  }

  @Test
  void a_cancelled_class_says_so() {
    assertThat(CalendarText.of(List.of(entry("Algebra", 3, true))))
        .contains("STATUS:CANCELLED\r\n");
  }

  @Test
  void no_class_is_an_empty_calendar() {
    assertThat(CalendarText.of(List.of())).contains("BEGIN:VCALENDAR").doesNotContain("VEVENT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sums, series; and \\limits",
        "two\nlines",
        "END:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:forged",
        "<b>bold</b> \"quoted\"",
        "Ünïcödé 数学 🎓 and a title that is much longer than the seventy-five octets of a line of text, so it folds",
      })
  void whatever_a_title_holds_it_stays_one_title(String title) {
    String text = CalendarText.of(List.of(entry(title, 0, false)));
    List<VEvent> events = Biweekly.parse(text).first().getEvents();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().getSummary().getValue().replace("\r\n", "\n"))
        .isEqualTo(title.replace("\r\n", "\n"));
    assertThat(text.lines()).as("long lines are folded").allMatch(line -> line.length() <= 76);
  }

  private static CalendarEntry entry(String title, int sequence, boolean cancelled) {
    return new CalendarEntry(
        "b1",
        sequence,
        cancelled,
        title,
        START,
        START.plusSeconds(3600),
        Instant.parse("2030-03-01T00:00:00Z"),
        Instant.parse("2030-03-02T00:00:00Z"));
  }
}
