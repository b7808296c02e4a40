package io.classbell.booking.slot;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.model.SlotDetails;
import io.classbell.platform.LanguageTag;
import io.classbell.platform.Text;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Validates the fields of slots; reports all errors at once. */
public final class SlotRules {
  private static final int LONGEST_TITLE = 120;
  private static final int LONGEST_DESCRIPTION = 2_000;
  private static final int LONGEST_SUBJECT = 60;
  private static final Duration FURTHEST = Duration.ofDays(5 * 366);

  /** Returns the errors of all fields except the start. */
  static List<FieldError> check(
      BookingSettings settings, String title, int durationMinutes, int capacity, long price) {
    List<FieldError> errors = new ArrayList<>();
    add(errors, FieldRules.line("title", title, LONGEST_TITLE));
    add(
        errors,
        FieldRules.range("durationMinutes", durationMinutes, 1, settings.maxDurationMinutes()));
    add(errors, FieldRules.range("capacity", capacity, 1, settings.maxCapacity()));
    add(errors, FieldRules.range("price", price, 0, settings.maxPrice()));
    return errors;
  }

  /**
   * Returns details in the form in which they are stored: an empty text counts as none, and lines
   * end with a line feed.
   */
  static SlotDetails details(
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language,
      List<FieldError> errors) {
    String text = orNull(description);
    if (text != null) {
      text = text.replace("\r\n", "\n").replace('\r', '\n');
      add(errors, FieldRules.lines("description", text, LONGEST_DESCRIPTION));
    }
    String label = orNull(subject);
    if (label != null) {
      add(errors, FieldRules.line("subject", label, LONGEST_SUBJECT));
    }
    String tag = orNull(language);
    String canonical = tag == null ? null : LanguageTag.canonical(tag);
    if (tag != null && canonical == null) {
      errors.add(
          new FieldError(
              "language",
              FieldRules.WRONG_FORMAT,
              "Must be a language tag (BCP 47) of at most %d characters such as en or de-AT."
                  .formatted(LanguageTag.MOST_CHARACTERS)));
    }
    return new SlotDetails(text, label, canonical);
  }

  private static @Nullable String orNull(@Nullable String text) {
    return text == null || !Text.isVisible(text) ? null : text.strip();
  }

  /** Whether the start is valid: in the future, within five years. */
  static boolean startable(Instant startsAt, Instant now) {
    return startsAt.isAfter(now) && startsAt.isBefore(now.plus(FURTHEST));
  }

  /** Returns the error of an invalid start. */
  static FieldError notStartable(String field, Instant now) {
    Instant latest = now.plus(FURTHEST);
    return FieldRules.outOfRange(
        field, "Must be in the future, within five years.", now.toString(), latest.toString());
  }

  /** Throws a rejection with the errors, if there are any. */
  public static void refuse(List<FieldError> errors) {
    if (!errors.isEmpty()) {
      throw new RejectedException(Rejection.ofFields(errors));
    }
  }

  private static void add(List<FieldError> errors, @Nullable FieldError error) {
    if (error != null) {
      errors.add(error);
    }
  }

  private SlotRules() {}
}
