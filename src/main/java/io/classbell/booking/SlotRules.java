package io.classbell.booking;

import io.classbell.platform.Text;
import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Failure.FieldError;
import io.classbell.platform.bus.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a slot may be. Every field at fault is named at once. */
final class SlotRules {
  private static final int LONGEST_TITLE = 120;
  private static final Duration FURTHEST = Duration.ofDays(5 * 366);

  /** The fields at fault but for the start. */
  static List<FieldError> check(
      BookingSettings settings, String title, int durationMinutes, int capacity, long price) {
    List<FieldError> errors = new ArrayList<>();
    if (!Text.isVisible(title) || Text.length(title) > LONGEST_TITLE || !Text.isOneLine(title)) {
      errors.add(
          error(
              "title",
              "Must be 1 to %d characters, with no line breaks.".formatted(LONGEST_TITLE)));
    }
    between(errors, "durationMinutes", durationMinutes, 1, settings.maxDurationMinutes());
    between(errors, "capacity", capacity, 1, settings.maxCapacity());
    between(errors, "price", price, 0, settings.maxPrice());
    return errors;
  }

  /** Whether a class can start then: in the future, within five years. */
  static boolean startable(Instant startsAt, Instant now) {
    return startsAt.isAfter(now) && startsAt.isBefore(now.plus(FURTHEST));
  }

  static FieldError error(String field, String message) {
    return new FieldError(field, MeetingApi.INVALID_FIELD.code(), message);
  }

  /** Throws what was found, if anything. */
  static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw new Refused(
          new Failure(
              MeetingApi.INVALID_FIELD.status(),
              MeetingApi.INVALID_FIELD.code(),
              errors.size() == 1
                  ? errors.getFirst().field() + ": " + errors.getFirst().message()
                  : errors.size() + " fields cannot be taken.",
              false,
              null,
              errors));
    }
  }

  private static void between(
      List<FieldError> errors, String field, long value, long least, long most) {
    if (value < least || value > most) {
      errors.add(error(field, "Must be %d to %d.".formatted(least, most)));
    }
  }

  private SlotRules() {}
}
