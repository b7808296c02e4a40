package io.classbell.notification.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.text.NotificationText.Text;
import java.time.Duration;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationTextTest {
  private static final Set<String> VALUES =
      Set.of(
          "title",
          "when",
          "duration",
          "student",
          "teacher",
          "amount",
          "refund",
          "fee",
          "reason",
          "reasons",
          "previousTitle",
          "previousWhen",
          "before",
          "lateBy",
          "cancelledBy",
          "decision",
          "outcome",
          "note");

  private static Text text(Kind kind, Language language, String zone, String... keysAndValues) {
    Map<String, String> data = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      data.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return NotificationText.of(
        kind, data, language, ZoneId.of(zone), Map.of("s", "Sam", "t", "Tess Teach")::get);
  }

  @Test
  void a_booking_in_english() {
    Text text =
        text(
            Kind.booking_confirmed,
            Language.ENGLISH,
            "Europe/Berlin",
            "audience",
            "student",
            "title",
            "Piano",
            "startsAt",
            "2026-11-23T17:00:00Z",
            "durationMinutes",
            "90",
            "teacherId",
            "t",
            "amount",
            "2500");

    assertThat(text.title()).isEqualTo("Booked: Piano");
    assertThat(text.text())
        .isEqualTo(
            """
            Your seat in “Piano” with Tess Teach on Mon 23 Nov 2026, 18:00 (Europe/Berlin, UTC+01:00) is booked.
            Duration: 90 minutes
            Price: 25.00 credits\
            """);
  }

  @Test
  void the_same_in_german() {
    Text text =
        text(
            Kind.booking_confirmed,
            Language.GERMAN,
            "Europe/Berlin",
            "title",
            "Klavier",
            "startsAt",
            "2026-03-02T17:00:00Z",
            "durationMinutes",
            "60",
            "teacherId",
            "t",
            "amount",
            "123456789");

    assertThat(text.title()).isEqualTo("Gebucht: Klavier");
    assertThat(text.text())
        .isEqualTo(
            """
            Ihr Platz in „Klavier“ bei Tess Teach am Mo, 2. März 2026, 18:00 Uhr (Europe/Berlin, UTC+01:00) ist gebucht.
            Dauer: 1 Stunde
            Preis: 1.234.567,89 Credits\
            """);
  }

  @Test
  void a_cancellation_says_who_why_and_what_comes_back() {
    String[] data = {"title", "Piano", "cancelledBy", "teacher", "reason", "ill", "refund", "2500"};

    assertThat(text(Kind.booking_cancelled, Language.ENGLISH, "UTC", data).text())
        .isEqualTo(
            """
            Your booking of “Piano” is cancelled by the teacher.
            Reason: ill
            Refund: 25.00 credits\
            """);
    assertThat(text(Kind.booking_cancelled, Language.GERMAN, "UTC", data).text())
        .isEqualTo(
            """
            Ihre Buchung von „Piano“ wurde storniert (durch die Lehrkraft).
            Grund: ill
            Erstattung: 25,00 Credits\
            """);
  }

  @Test
  void a_move_says_from_where_to_where() {
    assertThat(
            text(
                    Kind.booking_moved,
                    Language.ENGLISH,
                    "Asia/Kolkata",
                    "title",
                    "Flute",
                    "startsAt",
                    "2026-11-24T00:00:00Z",
                    "previousTitle",
                    "Piano",
                    "previousStartsAt",
                    "2026-11-23T17:00:00Z")
                .text())
        .isEqualTo(
            "Your booking of “Piano” on Mon 23 Nov 2026, 22:30 (Asia/Kolkata, UTC+05:30) is moved"
                + " to “Flute” on Tue 24 Nov 2026, 05:30 (Asia/Kolkata, UTC+05:30).");
  }

  @Test
  void a_reminder_says_how_long_there_is() {
    assertThat(
            text(
                    Kind.reminder,
                    Language.ENGLISH,
                    "UTC",
                    "title",
                    "Piano",
                    "before",
                    "PT24H",
                    "startsAt",
                    "2026-11-23T17:00:00Z")
                .text())
        .isEqualTo("“Piano” starts in 24 hours, on Mon 23 Nov 2026, 17:00 (UTC).");
    assertThat(text(Kind.reminder, Language.GERMAN, "UTC", "title", "P", "before", "PT1H").text())
        .isEqualTo("„P“ beginnt in 1 Stunde.");
  }

  @Test
  void a_refusals_code_has_words_and_other_reasons_stay_as_written() {
    assertThat(
            text(Kind.booking_rejected, Language.ENGLISH, "UTC", "reason", "insufficient_credits")
                .text())
        .endsWith("Reason: there are not enough credits in your wallet");
    assertThat(text(Kind.booking_rejected, Language.ENGLISH, "UTC", "reason", "hold_voided").text())
        .isEqualTo("Your seat in “the class” could not be booked.");
    assertThat(text(Kind.meeting_cancelled, Language.ENGLISH, "UTC", "reason", "slot_full").text())
        .endsWith("Reason: slot_full");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-03-29T00:30:00Z|Europe/Berlin|Sun 29 Mar 2026, 01:30 (Europe/Berlin, UTC+01:00)",
        "2026-03-29T01:30:00Z|Europe/Berlin|Sun 29 Mar 2026, 03:30 (Europe/Berlin, UTC+02:00)",
        "2026-10-25T00:30:00Z|Europe/Berlin|Sun 25 Oct 2026, 02:30 (Europe/Berlin, UTC+02:00)",
        "2026-10-25T01:30:00Z|Europe/Berlin|Sun 25 Oct 2026, 02:30 (Europe/Berlin, UTC+01:00)",
        "2026-10-25T02:30:00Z|Europe/Berlin|Sun 25 Oct 2026, 03:30 (Europe/Berlin, UTC+01:00)",
        "2026-12-31T23:59:00Z|Pacific/Auckland|Fri 1 Jan 2027, 12:59 (Pacific/Auckland, UTC+13:00)",
        "2026-07-01T12:00:00Z|America/New_York|Wed 1 Jul 2026, 08:00 (America/New_York, UTC-04:00)",
        "2026-07-01T12:00:00Z|Asia/Kathmandu|Wed 1 Jul 2026, 17:45 (Asia/Kathmandu, UTC+05:45)",
        "2026-07-01T12:00:00Z|UTC|Wed 1 Jul 2026, 12:00 (UTC)",
        "2026-01-01T12:00:00Z|Europe/London|Thu 1 Jan 2026, 12:00 (Europe/London, UTC+00:00)",
        "2026-01-01T12:00:00Z|EST|Thu 1 Jan 2026, 07:00 (EST, UTC-05:00)",
        "2027-01-06T01:00:00Z|America/Vancouver|Tue 5 Jan 2027, 18:00 (America/Vancouver,"
            + " UTC-07:00)",
      })
  void times_are_those_of_the_recipients_clock(String instant, String zone, String expected) {
    assertThat(Language.ENGLISH.when(java.time.Instant.parse(instant), ZoneId.of(zone)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0.00 credits|0,00 Credits",
        "5|0.05 credits|0,05 Credits",
        "-5|-0.05 credits|-0,05 Credits",
        "100|1.00 credits|1,00 Credits",
        "99999|999.99 credits|999,99 Credits",
        "100000|1,000.00 credits|1.000,00 Credits",
        "-9223372036854775808|-92,233,720,368,547,758.08 credits|-92.233.720.368.547.758,08 Credits"
      })
  void amounts_are_credits_with_two_decimals(long minor, String english, String german) {
    assertThat(Language.ENGLISH.amount(minor)).isEqualTo(english);
    assertThat(Language.GERMAN.amount(minor)).isEqualTo(german);
  }

  @ParameterizedTest
  @ValueSource(strings = {"zh", "zh-CN", "zh-Hans-CN", "ZH"})
  void chinese_is_spoken(String locale) {
    assertThat(Language.of(locale)).isSameAs(Language.CHINESE);
  }

  @Test
  void the_same_in_chinese() {
    Text text =
        text(
            Kind.booking_confirmed,
            Language.CHINESE,
            "Asia/Shanghai",
            "title",
            "钢琴",
            "startsAt",
            "2026-03-02T17:00:00Z",
            "durationMinutes",
            "90",
            "teacherId",
            "t",
            "amount",
            "123456789");

    assertThat(text.title()).isEqualTo("预订成功：钢琴");
    assertThat(text.text())
        .isEqualTo(
            """
            您已成功预订课程“钢琴”。
            教师：Tess Teach
            时间：2026年3月3日（周二）01:00（Asia/Shanghai，UTC+08:00）
            时长：90 分钟
            价格：1,234,567.89 积分\
            """);
  }

  @ParameterizedTest
  @CsvSource({"en,true", "en-GB,true", "fr,true", "de,false", "de-AT,false", "DE,false"})
  void a_language_that_we_do_not_speak_is_english(String locale, boolean english) {
    assertThat(Language.of(locale)).isSameAs(english ? Language.ENGLISH : Language.GERMAN);
  }

  @ParameterizedTest
  @CsvSource({
    "PT24H, 24 hours, 24 Stunden",
    "PT20H13M, 20 hours 13 minutes, 20 Stunden 13 Minuten",
    "PT1H1M, 1 hour 1 minute, 1 Stunde 1 Minute",
    "PT59M59S, 59 minutes, 59 Minuten",
    "PT1H0M30S, 1 hour, 1 Stunde",
  })
  void spans_of_time_are_hours_and_minutes(Duration span, String english, String german) {
    assertThat(Language.ENGLISH.span(span)).isEqualTo(english);
    assertThat(Language.GERMAN.span(span)).isEqualTo(german);
  }

  @Test
  void a_late_reminder_says_what_is_left_and_in_the_last_moment_nothing() {
    assertThat(reminder("PT2H5M")).startsWith("“Piano” starts in 2 hours 5 minutes, on");
    assertThat(reminder("PT0S")).startsWith("“Piano” starts, on");
  }

  private static String reminder(String left) {
    return text(
            Kind.reminder,
            Language.ENGLISH,
            "UTC",
            "title",
            "Piano",
            "startsAt",
            "2026-11-23T17:00:00Z",
            "before",
            "PT24H",
            "left",
            left)
        .text();
  }

  @Test
  void what_comes_late_says_so() {
    assertThat(
            text(
                    Kind.meeting_closed,
                    Language.ENGLISH,
                    "UTC",
                    "title",
                    "Piano",
                    "lateBy",
                    "PT26H30M12S")
                .text())
        .isEqualTo(
            """
            “Piano” has ended.
            This comes 26 hours 30 minutes after the end: the platform was away.\
            """);
    assertThat(
            text(Kind.meeting_opened, Language.GERMAN, "UTC", "title", "P", "lateBy", "PT2M")
                .text())
        .endsWith(
            "\n"
                + "Diese Nachricht kommt 2 Minuten nach dem Beginn: die Plattform war nicht"
                + " erreichbar.");
  }

  @Test
  void the_reasons_of_a_review_are_told_in_the_admins_language() {
    String codes = "teacher_absent student_absent:2 opened_late";
    assertThat(text(Kind.review_needed, Language.ENGLISH, "UTC", "reasons", codes).text())
        .endsWith(
            "Why: The teacher did not come. 2 students did not come."
                + " The platform was away when the class was to open.");
    assertThat(text(Kind.review_needed, Language.GERMAN, "UTC", "reasons", "student_absent").text())
        .endsWith("Warum: Eine teilnehmende Person kam nicht.");
    assertThat(text(Kind.review_needed, Language.GERMAN, "UTC", "reasons", "platform_away").text())
        .endsWith("Warum: Die Plattform war nicht erreichbar: niemand konnte teilnehmen.");
    assertThat(
            text(Kind.review_needed, Language.ENGLISH, "UTC", "reasons", "Somebody, else:").text())
        .as("words of an older node")
        .endsWith("Why: Somebody, else:");
  }

  @Test
  void a_booking_that_the_platform_ended_says_why_in_our_words() {
    assertThat(
            text(
                    Kind.booking_cancelled,
                    Language.ENGLISH,
                    "UTC",
                    "cancelledBy",
                    "platform",
                    "reason",
                    "move_too_late")
                .text())
        .contains("by the platform", "Reason: the class began before the move was through");
    assertThat(
            text(
                    Kind.booking_rejected,
                    Language.ENGLISH,
                    "UTC",
                    "title",
                    "Piano",
                    "reason",
                    "insufficient_credits",
                    "previousTitle",
                    "Flute",
                    "previousStartsAt",
                    "2026-11-23T17:00:00Z")
                .text())
        .endsWith("Your booking of “Flute” on Mon 23 Nov 2026, 17:00 (UTC) stays as it is.");
  }

  @Test
  void a_zone_that_is_none_is_utc() {
    assertThat(Language.zone("Mars/Base").getId()).isEqualTo("Z");
  }

  @Test
  void all_languages_say_the_same_things() {
    Language english = Language.ENGLISH;
    for (Language language : Language.all()) {
      assertThat(new TreeSet<>(language.keys())).isEqualTo(new TreeSet<>(english.keys()));
      for (String key : english.keys()) {
        assertThat(language.template(key).names())
            .as(key)
            .containsExactlyInAnyOrderElementsOf(english.template(key).names());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void every_kind_reads_well_whatever_a_fact_leaves_out(Kind kind) {
    for (Language language : Language.all()) {
      for (String audience : new String[] {"student", "teacher", "admin"}) {
        for (String part : new String[] {"title", "text"}) {
          Template template = language.template(kind.name(), audience, part);
          assertThat(template.required()).isEmpty();
          assertThat(VALUES).containsAll(template.names());
        }
        Text bare = text(kind, language, "UTC", "audience", audience);
        assertThat(bare.title()).isNotBlank().doesNotContainPattern("[\\[\\]{}|]|  ");
        assertThat(bare.text()).isNotBlank().doesNotContainPattern("[\\[\\]{}|]|  ");
      }
    }
  }

  @Property
  void what_people_write_is_never_read_as_a_template_nor_breaks_a_title(@ForAll String written) {
    Map<String, String> data = new LinkedHashMap<>();
    for (String value : VALUES) {
      data.put(value, written);
    }
    data.put("title", "{student}" + written + "[x]");
    Text text =
        NotificationText.of(
            Kind.booking_confirmed, data, Language.ENGLISH, ZoneId.of("UTC"), id -> written);

    assertThat(text.title()).hasSizeLessThanOrEqualTo(300).startsWith("Booked: {student}");
    assertThat(text.title().chars().noneMatch(Character::isISOControl)).isTrue();
    assertThat(text.text().chars().noneMatch(c -> c != '\n' && Character.isISOControl(c))).isTrue();
  }
}
