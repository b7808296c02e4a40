package io.classbell.booking.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import biweekly.Biweekly;
import biweekly.component.VEvent;
import io.classbell.booking.model.CalendarEntry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import net.fortuna.ical4j.data.CalendarBuilder;
import net.fortuna.ical4j.model.Component;
import net.fortuna.ical4j.model.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalendarTextTest {
  private static final Instant START = Instant.parse("2030-03-31T01:30:00Z");

  @Test
  void a_class_is_one_event_in_utc_with_a_stable_uid() {
    String text = text(List.of(entry("Algebra", 2, false)));
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
    assertThat(text(List.of(entry("Algebra", 3, true)))).contains("STATUS:CANCELLED\r\n");
  }

  @Test
  void no_class_is_an_empty_calendar() {
    assertThat(text(List.of())).contains("BEGIN:VCALENDAR").doesNotContain("VEVENT");
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
    String text = text(List.of(entry(title, 0, false)));
    List<VEvent> events = Biweekly.parse(text).first().getEvents();
    assertThat(events).hasSize(1);
    assertThat(events.getFirst().getSummary().getValue().replace("\r\n", "\n"))
        .isEqualTo(title.replace("\r\n", "\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"日本語", "🎸", "é", "a", "a日", "é🎸本x", "\u0928\u093f", "👩‍🏫", ",", ";\\"})
  void lines_are_folded_by_75_octets_and_never_inside_a_character(String part) throws Exception {
    for (int shift = 0; shift < 5; shift++) {
      String title = "x".repeat(shift) + part.repeat(40);
      String text = text(List.of(entry(title, 0, false)));
      for (String line : text.split("\r\n")) {
        byte[] octets = line.getBytes(StandardCharsets.UTF_8);
        assertThat(octets).as(line).hasSizeLessThanOrEqualTo(75);
        assertThat(new String(octets, StandardCharsets.UTF_8)).isEqualTo(line);
      }
      assertThat(text).as("CRLF alone ends lines").doesNotContainPattern("(?<!\r)\n|\r(?!\n)");
      assertThat(summariesByAnotherLibrary(text)).containsExactly(title);
    }
  }

  @Test
  void another_library_reads_the_same_calendar() throws Exception {
    String text = text(List.of(entry("日本語".repeat(40), 1, false), entry("Algebra", 3, true)));
    assertThat(summariesByAnotherLibrary(text)).containsExactly("日本語".repeat(40), "Algebra");
  }

  @ParameterizedTest
  @CsvSource({
    "en, Classbell classes",
    "de-AT, Classbell-Kurse",
    "zh-Hans-CN, Classbell 课程",
    "fr, Classbell classes"
  })
  void the_calendar_is_named_in_the_language_of_its_owner(String locale, String name) {
    String text = CalendarText.of(CalendarWords.of(locale), List.of(), List.of(), null);
    assertThat(text.split("\r\n"))
        .contains(
            "NAME:" + name,
            "X-WR-CALNAME:" + name,
            "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
            "X-PUBLISHED-TTL:PT15M");
  }

  @Test
  void a_calendar_that_does_not_contain_every_upcoming_class_says_so() {
    for (CalendarWords words : CalendarWords.all()) {
      String cut = CalendarText.of(words, List.of(), List.of(), 2);
      assertThat(Biweekly.parse(cut).first().getDescriptions().getFirst().getValue())
          .isEqualTo(words.description() + " " + words.truncated().replace("%d", "2"));
      String whole = CalendarText.of(words, List.of(), List.of(), null);
      assertThat(Biweekly.parse(whole).first().getDescriptions().getFirst().getValue())
          .isEqualTo(words.description());
    }
  }

  private static List<String> summariesByAnotherLibrary(String text) throws Exception {
    return new CalendarBuilder()
            .build(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
            .getComponents(Component.VEVENT)
            .stream()
            .map(event -> event.getRequiredProperty(Property.SUMMARY).getValue())
            .toList();
  }

  private static String text(List<CalendarEntry> upcoming) {
    return CalendarText.of(CalendarWords.of("en"), upcoming, List.of(), null);
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
