package io.classbell.platform.zones;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The footer of a TZif file (RFC 9636, 3.3): a POSIX TZ string that applies after the last
 * transition of the file.
 *
 * @param daylight null if there is no daylight saving time
 */
record PosixZone(ZoneOffset standard, @Nullable Daylight daylight) {
  private static final String NAME = "(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)";
  private static final String TIME = "[+-]?\\d{1,3}(?::\\d{1,2}(?::\\d{1,2})?)?";
  private static final String DATE = "(?:M\\d{1,2}\\.\\d\\.\\d|J\\d{1,3}|\\d{1,3})";
  private static final Pattern FORM =
      Pattern.compile(
          "%1$s(?<std>%2$s)(?:%1$s(?<dst>%2$s)?(?:,(?<from>%3$s)(?:/(?<fromTime>%2$s))?,(?<to>%3$s)(?:/(?<toTime>%2$s))?)?)?"
              .formatted(NAME, TIME, DATE));

  private static final Pattern MONTH_WEEK_DAY = Pattern.compile("M(\\d{1,2})\\.(\\d)\\.(\\d)");
  private static final int TWO_O_CLOCK = 7_200;
  private static final int LAST_WEEK = 5;

  /** Daylight saving time, which begins and ends every year at these times. */
  record Daylight(ZoneOffset offset, Turn from, Turn to) {}

  /** A day of every year, and seconds after its midnight, which may be negative or exceed a day. */
  record Turn(String day, int seconds) {

    LocalDateTime in(int year) {
      return dayIn(year).atStartOfDay().plusSeconds(seconds);
    }

    private LocalDate dayIn(int year) {
      Matcher m = MONTH_WEEK_DAY.matcher(day);
      if (m.matches()) {
        LocalDate month = LocalDate.of(year, Integer.parseInt(m.group(1)), 1);
        int week = Integer.parseInt(m.group(2));
        // POSIX counts days from Sunday as 0, java.time from Monday as 1 to Sunday as 7.
        DayOfWeek weekday = DayOfWeek.of((Integer.parseInt(m.group(3)) + 6) % 7 + 1);
        return month.with(
            TemporalAdjusters.dayOfWeekInMonth(week == LAST_WEEK ? -1 : week, weekday));
      }
      LocalDate newYear = LocalDate.of(year, 1, 1);
      if (day.startsWith("J")) {
        // Days from 1 to 365; 29 February is never counted.
        int number = Integer.parseInt(day.substring(1));
        return newYear.plusDays(number - 1 + (newYear.isLeapYear() && number > 59 ? 1 : 0));
      }
      return newYear.plusDays(Integer.parseInt(day));
    }
  }

  /**
   * Parses a TZ string.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  static PosixZone parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException("not a POSIX TZ string: " + text);
    }
    // POSIX counts west of Greenwich as positive.
    int standard = -seconds(m.group("std"));
    ZoneOffset offset = ZoneOffset.ofTotalSeconds(standard);
    if (m.group("from") == null) {
      return new PosixZone(offset, null);
    }
    int saving = m.group("dst") == null ? standard + 3_600 : -seconds(m.group("dst"));
    Turn from = new Turn(m.group("from"), secondsOr(m.group("fromTime"), TWO_O_CLOCK));
    Turn to = new Turn(m.group("to"), secondsOr(m.group("toTime"), TWO_O_CLOCK));
    return new PosixZone(offset, new Daylight(ZoneOffset.ofTotalSeconds(saving), from, to));
  }

  /**
   * Returns the transitions after an instant (in epoch seconds) until the end of a year, in order.
   */
  List<ZoneOffsetTransition> transitions(long after, int untilYear) {
    if (daylight == null || daylight.offset.equals(standard)) {
      return List.of();
    }
    List<ZoneOffsetTransition> found = new ArrayList<>();
    int firstYear = LocalDateTime.ofEpochSecond(after, 0, ZoneOffset.UTC).getYear() - 1;
    Map<Long, ZoneOffsetTransition> byInstant = new TreeMap<>(Comparator.naturalOrder());
    for (int year = firstYear; year <= untilYear; year++) {
      put(byInstant, ZoneOffsetTransition.of(daylight.from.in(year), standard, daylight.offset));
      put(byInstant, ZoneOffsetTransition.of(daylight.to.in(year), daylight.offset, standard));
    }
    byInstant.forEach(
        (second, transition) -> {
          if (second > after) {
            found.add(transition);
          }
        });
    return found;
  }

  private static void put(Map<Long, ZoneOffsetTransition> all, ZoneOffsetTransition transition) {
    all.put(transition.toEpochSecond(), transition);
  }

  private static int secondsOr(@Nullable String text, int otherwise) {
    return text == null ? otherwise : seconds(text);
  }

  private static int seconds(String text) {
    boolean negative = text.startsWith("-");
    String[] parts = text.replaceFirst("^[+-]", "").split(":");
    int seconds = 0;
    for (int i = 0; i < 3; i++) {
      seconds = seconds * 60 + (i < parts.length ? Integer.parseInt(parts[i]) : 0);
    }
    return negative ? -seconds : seconds;
  }
}
