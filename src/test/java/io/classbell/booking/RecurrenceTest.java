package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.classbell.booking.Recurrence.Invalid;
import io.classbell.booking.Recurrence.Occurrence;
import io.classbell.booking.Recurrence.Shift;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrenceTest {
  private static final LocalDateTime MONDAY = LocalDateTime.parse("2030-01-07T10:00");

  @Test
  void a_weekly_series_keeps_its_wall_time_across_daylight_saving() throws Invalid {
    List<Occurrence> found =
        expand(
            "2030-03-24T10:00", "Europe/Berlin", "FREQ=WEEKLY;COUNT=3"); // the clock goes on 31st
    assertThat(found.stream().map(o -> o.startsAt().toString()))
        .containsExactly("2030-03-24T09:00:00Z", "2030-03-31T08:00:00Z", "2030-04-07T08:00:00Z");
    assertThat(found).allMatch(o -> o.shift() == null);
  }

  @ParameterizedTest
  @CsvSource({
    // zone, local first, which occurrence, what it means, shift
    "Europe/Berlin,       2030-03-30T02:30, 2030-03-31T01:30:00Z, dst_gap", // 02:30 is 03:30
    "Europe/Berlin,       2030-10-26T02:30, 2030-10-27T00:30:00Z, dst_overlap", // the summer's
    "America/New_York,    2030-03-09T02:30, 2030-03-10T07:30:00Z, dst_gap", // 03:30 EDT
    "America/New_York,    2030-11-02T01:30, 2030-11-03T05:30:00Z, dst_overlap", // EDT
    "Australia/Lord_Howe, 2030-10-05T02:15, 2030-10-05T15:45:00Z, dst_gap", // half an hour: 02:45
    "Australia/Lord_Howe, 2030-04-06T01:45, 2030-04-06T14:45:00Z, dst_overlap",
    "America/Sao_Paulo,   2018-11-03T00:15, 2018-11-04T03:15:00Z, dst_gap", // midnight is skipped
    "Pacific/Apia,        2011-12-29T10:00, 2011-12-30T20:00:00Z, dst_gap", // a whole day is
  })
  void a_time_in_a_gap_moves_forward_and_one_in_an_overlap_is_the_earlier(
      String zone, String first, Instant second, Shift shift) throws Invalid {
    List<Occurrence> found = expand(first, zone, "FREQ=DAILY;COUNT=2");
    assertThat(found.get(0).shift()).isNull();
    assertThat(found.get(1).startsAt()).isEqualTo(second);
    assertThat(found.get(1).shift()).isEqualTo(shift);
    assertThat(found.get(1).local()).isEqualTo(LocalDateTime.parse(first).plusDays(1));
  }

  @Test
  void after_a_gap_the_wall_time_is_the_old_one_again() throws Invalid {
    assertThat(expand("2030-03-30T02:30", "Europe/Berlin", "FREQ=DAILY;COUNT=3").get(2).startsAt())
        .isEqualTo(Instant.parse("2030-04-01T00:30:00Z"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4       | 2030-01-07 2030-01-09 2030-01-14 2030-01-16",
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=2       | 2030-01-25 2030-02-22",
        "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3    | 2030-01-31 2030-03-31 2030-05-31",
        "FREQ=WEEKLY;INTERVAL=2;COUNT=3        | 2030-01-07 2030-01-21 2030-02-04",
        "FREQ=YEARLY;COUNT=2                   | 2030-01-07 2031-01-07",
        "freq=daily;count=2                    | 2030-01-07 2030-01-08",
        "RRULE:FREQ=DAILY;COUNT=1              | 2030-01-07",
        "FREQ=WEEKLY;BYDAY=TU;COUNT=1          | 2030-01-08", // the first one that fits
        "FREQ=DAILY;UNTIL=20300109T100000Z     | 2030-01-07 2030-01-08 2030-01-09", // 11:00 there
        "FREQ=DAILY;UNTIL=20300109T085959Z     | 2030-01-07 2030-01-08",
        "FREQ=DAILY;UNTIL=20300109T090000Z     | 2030-01-07 2030-01-08 2030-01-09", // inclusive
        "FREQ=DAILY;UNTIL=20300109T100000      | 2030-01-07 2030-01-08 2030-01-09",
        "FREQ=DAILY;UNTIL=20300109             | 2030-01-07 2030-01-08 2030-01-09",
      })
  void rules_are_read_as_rfc_5545_has_them(String rule, String days) throws Invalid {
    List<Occurrence> found = Recurrence.expand(MONDAY, ZoneId.of("Europe/Berlin"), rule, 200);
    assertThat(found.stream().map(o -> o.local().toLocalDate().toString()))
        .containsExactly(days.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "weekly",
        "FREQ=FORTNIGHTLY;COUNT=2",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=-1",
        "FREQ=WEEKLY;COUNT=201",
        "FREQ=WEEKLY;COUNT=99999999999",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20300201",
        "FREQ=DAILY;UNTIL=20310101", // more than 200
        "FREQ=MONTHLY;COUNT=26", // more than two years
        "FREQ=YEARLY;UNTIL=20400101",
        "FREQ=DAILY;UNTIL=20290101", // before it begins
        "FREQ=HOURLY;COUNT=2",
        "FREQ=MINUTELY;COUNT=2",
        "FREQ=SECONDLY;COUNT=2",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", // never
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20310101",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYSETPOS=300;UNTIL=20320101",
        "FREQ=DAILY;INTERVAL=1000000000;COUNT=3",
        "FREQ=DAILY;COUNT=2;BYHOUR=25",
        "FREQ=DAILY;COUNT=2\nDTSTART:20300101T000000Z",
        "FREQ=DAILY;COUNT=2;FREQ=DAILY;X=<script>",
      })
  void what_is_no_rule_or_no_bounded_one_is_refused_quickly(String rule) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () ->
            assertThatThrownBy(
                    () -> Recurrence.expand(MONDAY, ZoneId.of("Europe/Berlin"), rule, 200))
                .isInstanceOfSatisfying(Invalid.class, RecurrenceTest::isInOurWords));
  }

  private static void isInOurWords(Invalid invalid) {
    assertThat(invalid.error().field()).isEqualTo("rrule");
    assertThat(invalid.error().code())
        .isIn("wrong_format", "out_of_range", "not_allowed", "too_short", "too_long");
    assertThat(invalid.error().message())
        .matches(
            "Must be a recurrence rule \\(RFC 5545\\) such as .*"
                + "|Must have 1 to 500 characters\\."
                + "|FREQ must be .*|COUNT must be .*|INTERVAL must be .*"
                + "|A series may .*|The rule .*");
  }

  @ParameterizedTest
  @CsvSource({
    "COUNT=201, 200",
    "COUNT=0, 200",
    "COUNT=-1, 200",
    "COUNT=99999999999, 200",
    "COUNT=2;INTERVAL=0, 1000",
    "COUNT=2;INTERVAL=1001, 1000",
    "COUNT=2;INTERVAL=99999999999, 1000"
  })
  void a_limit_is_told_with_its_values(String rule, int max) {
    Invalid invalid =
        catchThrowableOfType(
            Invalid.class,
            () ->
                Recurrence.expand(MONDAY, ZoneId.of("Europe/Berlin"), "FREQ=WEEKLY;" + rule, 200));
    assertThat(invalid.error().code()).isEqualTo("out_of_range");
    assertThat(invalid.error().params()).containsEntry("min", 1).containsEntry("max", max);
  }

  @Property(tries = 300)
  void every_occurrence_shows_its_wall_time_in_its_zone_unless_it_was_in_a_gap(
      @ForAll @IntRange(max = 23) int hour,
      @ForAll @IntRange(max = 59) int minute,
      @ForAll @IntRange(min = 1, max = 365) int day,
      @ForAll @IntRange(max = 4) int zone)
      throws Invalid {
    ZoneId where =
        ZoneId.of(
            List.of(
                    "Europe/Berlin",
                    "America/New_York",
                    "Australia/Lord_Howe",
                    "Asia/Kolkata",
                    "America/St_Johns")
                .get(zone));
    LocalDateTime first = LocalDateTime.of(2030, 1, 1, hour, minute).plusDays(day);
    for (Occurrence o : Recurrence.expand(first, where, "FREQ=WEEKLY;COUNT=30", 200)) {
      LocalDateTime shown = LocalDateTime.ofInstant(o.startsAt(), where);
      if (o.shift() == Shift.dst_gap) {
        assertThat(shown).isAfter(o.local());
      } else {
        assertThat(shown).isEqualTo(o.local());
      }
      assertThat(o.local().toLocalTime()).isEqualTo(first.toLocalTime());
    }
  }

  private static List<Occurrence> expand(String first, String zone, String rule) throws Invalid {
    return Recurrence.expand(LocalDateTime.parse(first), ZoneId.of(zone), rule, 200);
  }
}
