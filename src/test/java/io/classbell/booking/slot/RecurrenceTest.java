package io.classbell.booking.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.classbell.booking.slot.Recurrence.Invalid;
import io.classbell.booking.slot.Recurrence.Occurrence;
import io.classbell.booking.slot.Recurrence.Shift;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.RecurrenceRule;
import org.dmfs.rfc5545.recur.RecurrenceRule.RfcMode;
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
  @CsvSource(
      delimiter = '|',
      value = {
        // Examples of RFC 5545, 3.8.5.3, in the years of their DTSTART.
        "1997-09-02|FREQ=WEEKLY;INTERVAL=2;COUNT=4;WKST=SU;BYDAY=TU,TH|1997-09-02 1997-09-04 1997-09-16 1997-09-18",
        "1997-08-05|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO|1997-08-05 1997-08-10 1997-08-19 1997-08-24",
        "1997-08-05|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU|1997-08-05 1997-08-17 1997-08-19 1997-08-31",
        "1997-09-05|FREQ=MONTHLY;COUNT=3;BYDAY=1FR|1997-09-05 1997-10-03 1997-11-07",
        "1997-09-07|FREQ=MONTHLY;INTERVAL=2;COUNT=4;BYDAY=1SU,-1SU|1997-09-07 1997-09-28 1997-11-02 1997-11-30",
        "1997-09-22|FREQ=MONTHLY;COUNT=3;BYDAY=-2MO|1997-09-22 1997-10-20 1997-11-17",
        "1997-09-28|FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-3|1997-09-28 1997-10-29 1997-11-28",
        "1997-09-30|FREQ=MONTHLY;COUNT=4;BYMONTHDAY=1,-1|1997-09-30 1997-10-01 1997-10-31 1997-11-01",
        "1997-06-10|FREQ=YEARLY;COUNT=4;BYMONTH=6,7|1997-06-10 1997-07-10 1998-06-10 1998-07-10",
        "1997-01-01|FREQ=YEARLY;COUNT=4;BYYEARDAY=1,100,200|1997-01-01 1997-04-10 1997-07-19 1998-01-01",
        "1997-05-19|FREQ=YEARLY;COUNT=2;BYDAY=20MO|1997-05-19 1998-05-18",
        "1997-05-12|FREQ=YEARLY;COUNT=2;BYWEEKNO=20;BYDAY=MO|1997-05-12 1998-05-11",
        "1997-03-13|FREQ=YEARLY;COUNT=4;BYMONTH=3;BYDAY=TH|1997-03-13 1997-03-20 1997-03-27 1998-03-05",
        "1997-09-02|FREQ=MONTHLY;COUNT=2;BYDAY=FR;BYMONTHDAY=13|1998-02-13 1998-03-13",
        "1997-09-13|FREQ=MONTHLY;COUNT=3;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13|1997-09-13 1997-10-11 1997-11-08",
        "1997-09-04|FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3|1997-09-04 1997-10-07 1997-11-06",
        "1997-09-29|FREQ=MONTHLY;COUNT=3;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2|1997-09-29 1997-10-30 1997-11-27",
        "2007-01-15|FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5|2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30",
        // BYMONTHDAY of a year is that of each of its months.
        "2030-01-31|FREQ=YEARLY;BYMONTHDAY=31;COUNT=3|2030-01-31 2030-03-31 2030-05-31",
        "2031-12-01|FREQ=MONTHLY;BYMONTHDAY=-31;COUNT=3|2031-12-01 2032-01-01 2032-03-01",
        "2027-12-30|FREQ=YEARLY;BYYEARDAY=366;COUNT=1|2028-12-31",
        "2028-01-01|FREQ=YEARLY;BYYEARDAY=-366;COUNT=1|2028-01-01",
        // 2027 to 2031 have weeks 1 to 52 only; week 53 of 2026 ends in 2027.
        "2026-12-29|FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU;COUNT=1|2027-01-03",
        "2027-01-02|FREQ=YEARLY;BYWEEKNO=53;BYDAY=SA,SU;COUNT=2|2027-01-02 2027-01-03",
        "2027-01-05|FREQ=YEARLY;BYWEEKNO=-53,1;BYDAY=MO;COUNT=1|2028-01-03",
        "2030-12-29|FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO,TU;COUNT=4|2030-12-30 2030-12-31 2031-12-29 2031-12-30",
        // The set of BYSETPOS is that of the whole period, also where the series begins in it.
        "2027-04-25|FREQ=YEARLY;BYYEARDAY=98,265;BYSETPOS=1;COUNT=1|2028-04-07",
        "2030-01-07|FREQ=DAILY;BYHOUR=9,15;BYSETPOS=-1;COUNT=2|2030-01-07 2030-01-08",
      })
  void days_are_those_that_rfc_5545_defines(String first, String rule, String days) throws Invalid {
    assertThat(
            expand(first + "T09:00", "UTC", rule).stream()
                .map(o -> o.local().toLocalDate().toString()))
        .containsExactly(days.split(" "));
  }

  @Test
  void a_rule_for_week_53_alone_gives_nothing_in_years_of_52_weeks() {
    for (String week : List.of("53", "-53")) {
      assertThatThrownBy(
              () ->
                  expand(
                      "2027-01-04T10:00",
                      "Europe/Berlin",
                      "FREQ=YEARLY;BYWEEKNO=" + week + ";BYDAY=MO;UNTIL=20281231"))
          .isInstanceOf(Invalid.class)
          .hasMessage("The rule gives no occurrences.");
    }
  }

  @Test
  void times_of_a_day_are_combined_in_their_order() throws Invalid {
    assertThat(
            expand("2030-01-07T10:00", "UTC", "FREQ=DAILY;BYHOUR=16,9;BYMINUTE=30,0;COUNT=5")
                .stream()
                .map(o -> o.local().toString()))
        .containsExactly(
            "2030-01-07T16:00",
            "2030-01-07T16:30",
            "2030-01-08T09:00",
            "2030-01-08T09:30",
            "2030-01-08T16:00");
  }

  @Property(tries = 500)
  void every_week_number_is_that_of_java_time(
      @ForAll @IntRange(min = 1, max = 53) int week,
      @ForAll boolean fromTheEnd,
      @ForAll @IntRange(min = 1, max = 7) int weekday,
      @ForAll @IntRange(max = 3_000) int start)
      throws Invalid {
    LocalDateTime first = LocalDateTime.of(2026, 1, 1, 10, 0).plusDays(start);
    LocalDateTime end = first.plusYears(2);
    List<LocalDateTime> expected = new java.util.ArrayList<>();
    for (LocalDateTime day = first; !day.isAfter(end); day = day.plusDays(1)) {
      int number = day.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
      int weeks = (int) IsoFields.WEEK_OF_WEEK_BASED_YEAR.rangeRefinedBy(day).getMaximum();
      int wanted = fromTheEnd ? weeks + 1 - week : week;
      if (number == wanted && day.getDayOfWeek().getValue() == weekday) {
        expected.add(day);
      }
    }
    String rule =
        "FREQ=YEARLY;BYWEEKNO=%d;BYDAY=%s;UNTIL=%s"
            .formatted(
                fromTheEnd ? -week : week,
                List.of("MO", "TU", "WE", "TH", "FR", "SA", "SU").get(weekday - 1),
                end.toLocalDate().toString().replace("-", ""));
    if (expected.isEmpty()) {
      assertThatThrownBy(() -> Recurrence.expand(first, ZoneId.of("UTC"), rule, 200))
          .isInstanceOf(Invalid.class);
    } else {
      assertThat(Recurrence.expand(first, ZoneId.of("UTC"), rule, 200).stream().map(o -> o.local()))
          .isEqualTo(expected);
    }
  }

  /** Where lib-recur is right, which parses the rules, the days are the same. */
  @Property(tries = 500)
  void days_weeks_and_months_are_those_of_another_implementation(
      @ForAll @IntRange(max = 2) int freq,
      @ForAll @IntRange(min = 1, max = 3) int interval,
      @ForAll @IntRange(max = 6) int weekday,
      @ForAll @IntRange(min = -31, max = 31) int monthDay,
      @ForAll @IntRange(min = -5, max = 5) int number,
      @ForAll @IntRange(min = -3, max = 3) int position,
      @ForAll @IntRange(max = 800) int start)
      throws Exception {
    String name = List.of("SU", "MO", "TU", "WE", "TH", "FR", "SA").get(weekday);
    StringBuilder rule =
        new StringBuilder("FREQ=" + List.of("DAILY", "WEEKLY", "MONTHLY").get(freq));
    rule.append(";INTERVAL=").append(interval).append(";WKST=").append(name);
    if (freq != 1 && monthDay % 3 == 0 && monthDay != 0) {
      rule.append(";BYMONTHDAY=").append(monthDay);
    }
    if (number != 0) {
      rule.append(";BYDAY=").append(freq == 2 ? String.valueOf(number) : "").append(name);
      rule.append(freq == 2 ? ",1TH" : ",TH");
      if (position != 0) {
        rule.append(";BYSETPOS=").append(position);
      }
    }
    LocalDateTime first = LocalDateTime.of(2027, 1, 1, 10, 0).plusDays(start);
    RecurrenceRule parsed = new RecurrenceRule(rule + ";COUNT=1000", RfcMode.RFC5545_STRICT);
    var ours = new RecurrenceDates(parsed, first, first.toLocalDate().plusYears(2));
    List<String> a = new java.util.ArrayList<>();
    List<String> b = new java.util.ArrayList<>();
    while (ours.hasNext()) {
      a.add(ours.next().toLocalDate().toString());
    }
    try {
      var theirs =
          parsed.iterator(
              new DateTime(
                  DateTime.UTC,
                  first.getYear(),
                  first.getMonthValue() - 1,
                  first.getDayOfMonth(),
                  10,
                  0,
                  0));
      while (b.size() < a.size() && theirs.hasNext()) {
        DateTime next = theirs.nextDateTime();
        b.add("%d-%02d-%02d".formatted(next.getYear(), next.getMonth() + 1, next.getDayOfMonth()));
      }
    } catch (IllegalArgumentException | IllegalStateException endless) {
      // The library gives up on rules without further occurrences.
    }
    assertThat(a).as(first + " " + rule).isEqualTo(b);
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
