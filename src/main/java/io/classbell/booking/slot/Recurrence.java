package io.classbell.booking.slot;

import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.Rejection.FieldError;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.dmfs.rfc5545.DateTime;
import org.dmfs.rfc5545.recur.Freq;
import org.dmfs.rfc5545.recur.InvalidRecurrenceRuleException;
import org.dmfs.rfc5545.recur.RecurrenceRule;
import org.dmfs.rfc5545.recur.RecurrenceRule.RfcMode;
import org.jspecify.annotations.Nullable;

/**
 * Computes the occurrences of a recurrence rule (RFC 5545, 3.3.10) in local time of a zone. The
 * local time is kept across daylight saving: a time in a gap moves forward by the gap, and an
 * ambiguous time is the earlier of both.
 */
public final class Recurrence {
  private static final Period LONGEST = Period.ofYears(2);
  private static final long LONGEST_TEXT = 500;
  private static final String FIELD = "rrule";

  /** How far to search for an occurrence that makes a series too long: past the next leap day. */
  private static final Period LOOKED_AHEAD = Period.ofYears(20);

  /** Largest allowed INTERVAL; longer than any series, in any unit. */
  private static final int LONGEST_INTERVAL = 1_000;

  private static final Set<Freq> OFFERED =
      EnumSet.of(Freq.DAILY, Freq.WEEKLY, Freq.MONTHLY, Freq.YEARLY);

  /** The effect of daylight saving on an occurrence. */
  enum Shift {
    dst_gap,
    dst_overlap
  }

  /** {@code local} is what the rule says, {@code startsAt} when that is. */
  record Occurrence(LocalDateTime local, Instant startsAt, @Nullable Shift shift) {}

  /** Thrown for an invalid rule; the error is meant for the author of the rule. */
  static final class Invalid extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial")
    private final FieldError error;

    Invalid(FieldError error) {
      super(error.message(), null, false, false);
      this.error = error;
    }

    FieldError error() {
      return error;
    }

    static Invalid form(String sentence) {
      return new Invalid(new FieldError(FIELD, FieldRules.WRONG_FORMAT, sentence));
    }

    static Invalid range(String sentence, Object min, Object max) {
      return new Invalid(FieldRules.outOfRange(FIELD, sentence, min, max));
    }
  }

  /** The last instant or local time that a rule's UNTIL allows, inclusive. */
  private sealed interface Until {
    record Exactly(Instant instant) implements Until {}

    record OnTheWall(LocalDateTime local) implements Until {}

    record Open() implements Until {}
  }

  /**
   * Returns all occurrences from {@code first} on, in order. If {@code first} does not match the
   * rule, the series begins with the first occurrence after it that does.
   *
   * @param most how many occurrences there may be at most
   */
  static List<Occurrence> expand(LocalDateTime first, ZoneId zone, String text, int most)
      throws Invalid {
    RecurrenceRule rule = parse(text, most);
    Until until = until(rule, zone);
    LocalDateTime end = first.plus(LONGEST);
    Integer count = rule.getCount();
    List<Occurrence> found = new ArrayList<>();
    RecurrenceDates dates =
        new RecurrenceDates(rule, first, first.toLocalDate().plus(LOOKED_AHEAD));
    while (dates.hasNext() && (count == null || found.size() < count)) {
      Occurrence next = at(dates.next(), zone);
      if (ends(until, next)) {
        break;
      }
      if (next.local.isAfter(end)) {
        throw tooLong();
      }
      if (found.size() == most) {
        throw Invalid.range("A series may have at most %d slots.".formatted(most), 1, most);
      }
      found.add(next);
    }
    if (found.isEmpty()) {
      throw Invalid.form("The rule gives no occurrences.");
    }
    if (count != null && found.size() < count) {
      throw tooLong();
    }
    return found;
  }

  private static Invalid tooLong() {
    return Invalid.range("A series may last at most two years.", "P0D", LONGEST.toString());
  }

  private static RecurrenceRule parse(String text, int most) throws Invalid {
    String rule = text.strip();
    if (rule.regionMatches(true, 0, "RRULE:", 0, 6)) {
      rule = rule.substring(6);
    }
    FieldError length = FieldRules.length(FIELD, rule, 1L, LONGEST_TEXT);
    if (length != null) {
      throw new Invalid(length);
    }
    rule = rule.toUpperCase(Locale.ROOT);
    mustBeInRange(rule, "COUNT", most);
    mustBeInRange(rule, "INTERVAL", LONGEST_INTERVAL);
    RecurrenceRule parsed;
    try {
      parsed = new RecurrenceRule(rule, RfcMode.RFC5545_STRICT);
    } catch (InvalidRecurrenceRuleException | IllegalArgumentException e) {
      // The library's message describes its parser and does not help the author of a rule.
      throw Invalid.form(
          "Must be a recurrence rule (RFC 5545) such as FREQ=WEEKLY;BYDAY=MO,WE;COUNT=8.");
    }
    if (!OFFERED.contains(parsed.getFreq())) {
      throw new Invalid(
          new FieldError(
              FIELD,
              FieldRules.NOT_ALLOWED,
              "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY.",
              Map.of("allowed", List.of("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))));
    }
    if (parsed.isInfinite()) {
      throw Invalid.form("The rule must end: give COUNT or UNTIL.");
    }
    return parsed;
  }

  /**
   * Checked before the library parses the rule, because it reports an integer overflow as a syntax
   * error.
   */
  private static void mustBeInRange(String rule, String part, int most) throws Invalid {
    for (String given : rule.split(";")) {
      if (given.startsWith(part + "=")) {
        String number = given.substring(part.length() + 1);
        boolean isNumber = number.matches("-?[0-9]+");
        if (isNumber && !number.matches("0*[1-9][0-9]{0,8}")
            || isNumber && Integer.parseInt(number) > most) {
          throw Invalid.range("%s must be from 1 to %d.".formatted(part, most), 1, most);
        }
      }
    }
  }

  private static Until until(RecurrenceRule rule, ZoneId zone) {
    DateTime until = rule.getUntil();
    if (until == null) {
      return new Until.Open();
    }
    if (until.isAllDay()) {
      return new Until.OnTheWall(local(until).toLocalDate().atTime(23, 59, 59));
    }
    return until.isFloating()
        ? new Until.OnTheWall(local(until))
        : new Until.Exactly(Instant.ofEpochMilli(until.getTimestamp()));
  }

  private static boolean ends(Until until, Occurrence next) {
    return switch (until) {
      case Until.Exactly(Instant instant) -> next.startsAt.isAfter(instant);
      case Until.OnTheWall(LocalDateTime local) -> next.local.isAfter(local);
      case Until.Open() -> false;
    };
  }

  private static Occurrence at(LocalDateTime local, ZoneId zone) {
    int offsets = zone.getRules().getValidOffsets(local).size();
    Shift shift = offsets == 1 ? null : offsets == 0 ? Shift.dst_gap : Shift.dst_overlap;
    // As java.time resolves it: forward by the length of a gap, the earlier offset of an overlap.
    return new Occurrence(local, ZonedDateTime.of(local, zone).toInstant(), shift);
  }

  private static LocalDateTime local(DateTime t) {
    return LocalDateTime.of(
        t.getYear(),
        t.getMonth() + 1,
        t.getDayOfMonth(),
        t.getHours(),
        t.getMinutes(),
        t.getSeconds());
  }

  private Recurrence() {}
}
