package io.classbell.booking.slot;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.temporal.TemporalAdjusters;
import java.time.temporal.WeekFields;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.TreeSet;
import org.dmfs.rfc5545.Weekday;
import org.dmfs.rfc5545.recur.Freq;
import org.dmfs.rfc5545.recur.RecurrenceRule;
import org.dmfs.rfc5545.recur.RecurrenceRule.Part;
import org.dmfs.rfc5545.recur.RecurrenceRule.WeekdayNum;
import org.jspecify.annotations.Nullable;

/**
 * The wall times of a parsed recurrence rule, in order, without regard to COUNT and UNTIL. Each
 * period of FREQ (a day, week, month or year) is tried day by day against the parts of the rule, as
 * the table in RFC 5545, 3.3.10 defines them. Supports FREQ from DAILY to YEARLY.
 *
 * <p>lib-recur, which parses the rules, gives wrong occurrences for BYWEEKNO=53 and -53 in years of
 * 52 weeks, for FREQ=YEARLY with BYMONTHDAY, and for BYSETPOS in the first year.
 */
final class RecurrenceDates implements Iterator<LocalDateTime> {
  private final RecurrenceRule rule;
  private final LocalDateTime first;
  private final LocalDate horizon;
  private final WeekFields weeks;
  private final List<LocalTime> times;
  private final Deque<LocalDateTime> found = new ArrayDeque<>();
  private LocalDate period;

  /**
   * Prepares the iteration.
   *
   * @param first the beginning; it is returned only where it fits the rule
   * @param horizon no later day is looked at
   */
  RecurrenceDates(RecurrenceRule rule, LocalDateTime first, LocalDate horizon) {
    this.rule = rule;
    this.first = first;
    this.horizon = horizon;
    // RFC 5545: week 1 is the first with at least four days in the year.
    this.weeks = WeekFields.of(day(rule.getWeekStart()), 4);
    this.times = times();
    this.period = firstPeriod();
  }

  @Override
  public boolean hasNext() {
    // A week of BYWEEKNO can begin up to three days before its year.
    while (found.isEmpty() && !period.minusWeeks(1).isAfter(horizon)) {
      addPeriod();
      period = plus(rule.getInterval());
    }
    return !found.isEmpty();
  }

  @Override
  public LocalDateTime next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return found.removeFirst();
  }

  private void addPeriod() {
    boolean byWeekNumber = byWeekNumber();
    LocalDate from = byWeekNumber ? period.minusWeeks(1) : period;
    LocalDate to = byWeekNumber ? plus(1).plusWeeks(1) : plus(1);
    List<LocalDateTime> set = new ArrayList<>();
    for (LocalDate day = from; day.isBefore(to); day = day.plusDays(1)) {
      if (fits(day)) {
        for (LocalTime time : times) {
          set.add(day.atTime(time));
        }
      }
    }
    List<Integer> positions = rule.getByPart(Part.BYSETPOS);
    for (int i = 0; i < set.size(); i++) {
      LocalDateTime time = set.get(i);
      if (hasPosition(positions, i + 1, set.size())
          && !time.isBefore(first)
          && !time.toLocalDate().isAfter(horizon)) {
        found.add(time);
      }
    }
  }

  /** Whether a list has a number, counted from the front or (negative) from the end. */
  private static boolean hasPosition(@Nullable List<Integer> wanted, int number, int of) {
    return wanted == null || wanted.contains(number) || wanted.contains(number - of - 1);
  }

  private boolean fits(LocalDate day) {
    return fitsWeekNumber(day)
        && fitsMonth(day)
        && hasPosition(rule.getByPart(Part.BYYEARDAY), day.getDayOfYear(), day.lengthOfYear())
        && hasPosition(rule.getByPart(Part.BYMONTHDAY), day.getDayOfMonth(), day.lengthOfMonth())
        && fitsWeekday(day)
        && fitsDefaults(day);
  }

  /** The period of a rule with BYWEEKNO is a year of whole weeks. */
  private boolean fitsWeekNumber(LocalDate day) {
    if (!byWeekNumber()) {
      return true;
    }
    int year = period.getYear();
    int weeksInYear =
        (int) LocalDate.of(year, 7, 1).range(weeks.weekOfWeekBasedYear()).getMaximum();
    return day.get(weeks.weekBasedYear()) == year
        && hasPosition(
            rule.getByPart(Part.BYWEEKNO), day.get(weeks.weekOfWeekBasedYear()), weeksInYear);
  }

  private boolean fitsMonth(LocalDate day) {
    List<Integer> months = rule.getByPart(Part.BYMONTH);
    // The library counts months from 0.
    return months == null || months.contains(day.getMonthValue() - 1);
  }

  private boolean fitsWeekday(LocalDate day) {
    List<WeekdayNum> weekdays = rule.getByDayPart();
    if (weekdays == null) {
      return true;
    }
    boolean inMonth =
        rule.getFreq() == Freq.MONTHLY
            || (rule.getFreq() == Freq.YEARLY && rule.getByPart(Part.BYMONTH) != null);
    int number = inMonth ? day.getDayOfMonth() : day.getDayOfYear();
    int length = inMonth ? day.lengthOfMonth() : day.lengthOfYear();
    for (WeekdayNum wanted : weekdays) {
      boolean counted =
          wanted.pos == 0
              || wanted.pos == (number - 1) / 7 + 1
              || -wanted.pos == (length - number) / 7 + 1;
      if (counted && day(wanted.weekday) == day.getDayOfWeek()) {
        return true;
      }
    }
    return false;
  }

  /** Parts that a rule does not specify are taken from its first occurrence. */
  private boolean fitsDefaults(LocalDate day) {
    boolean sameWeekday = day.getDayOfWeek() == first.getDayOfWeek();
    boolean sameDayOfMonth = day.getDayOfMonth() == first.getDayOfMonth();
    boolean byDay = rule.getByDayPart() != null;
    boolean byMonthDay = rule.getByPart(Part.BYMONTHDAY) != null;
    if (rule.getFreq() == Freq.WEEKLY) {
      return byDay || sameWeekday;
    }
    if (rule.getFreq() == Freq.MONTHLY) {
      return byDay || byMonthDay || sameDayOfMonth;
    }
    if (rule.getFreq() == Freq.YEARLY
        && !byDay
        && !byMonthDay
        && rule.getByPart(Part.BYYEARDAY) == null) {
      if (byWeekNumber()) {
        return sameWeekday;
      }
      boolean byMonth = rule.getByPart(Part.BYMONTH) != null;
      return sameDayOfMonth && (byMonth || day.getMonth() == first.getMonth());
    }
    return true;
  }

  private boolean byWeekNumber() {
    return rule.getFreq() == Freq.YEARLY && rule.getByPart(Part.BYWEEKNO) != null;
  }

  private LocalDate firstPeriod() {
    LocalDate day = first.toLocalDate();
    return switch (rule.getFreq()) {
      case DAILY -> day;
      case WEEKLY -> day.with(TemporalAdjusters.previousOrSame(weeks.getFirstDayOfWeek()));
      case MONTHLY -> day.withDayOfMonth(1);
      case YEARLY ->
          LocalDate.of(byWeekNumber() ? day.get(weeks.weekBasedYear()) : day.getYear(), 1, 1);
      default -> throw new IllegalArgumentException("FREQ=" + rule.getFreq());
    };
  }

  private LocalDate plus(int periods) {
    return switch (rule.getFreq()) {
      case DAILY -> period.plusDays(periods);
      case WEEKLY -> period.plusWeeks(periods);
      case MONTHLY -> period.plusMonths(periods);
      default -> period.plusYears(periods);
    };
  }

  private List<LocalTime> times() {
    TreeSet<LocalTime> all = new TreeSet<>();
    for (int hour : numbers(Part.BYHOUR, first.getHour())) {
      for (int minute : numbers(Part.BYMINUTE, first.getMinute())) {
        for (int second : numbers(Part.BYSECOND, first.getSecond())) {
          try {
            all.add(LocalTime.of(hour, minute, second));
          } catch (DateTimeException leapSecond) {
            // Leap seconds (second 60) are not supported.
          }
        }
      }
    }
    return List.copyOf(all);
  }

  private List<Integer> numbers(Part part, int otherwise) {
    List<Integer> given = rule.getByPart(part);
    return given == null ? List.of(otherwise) : given;
  }

  private static DayOfWeek day(Weekday weekday) {
    return switch (weekday) {
      case MO -> DayOfWeek.MONDAY;
      case TU -> DayOfWeek.TUESDAY;
      case WE -> DayOfWeek.WEDNESDAY;
      case TH -> DayOfWeek.THURSDAY;
      case FR -> DayOfWeek.FRIDAY;
      case SA -> DayOfWeek.SATURDAY;
      case SU -> DayOfWeek.SUNDAY;
    };
  }
}
