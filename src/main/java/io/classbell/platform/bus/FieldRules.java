package io.classbell.platform.bus;

import io.classbell.platform.Text;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The faults that a field of a request can have, each with one code, one wording and the values
 * that the wording depends on. HTTP and the modules both answer with these.
 */
public final class FieldRules {
  public static final String REQUIRED = "required";
  public static final String OUT_OF_RANGE = "out_of_range";
  public static final String TOO_SHORT = "too_short";
  public static final String TOO_LONG = "too_long";
  public static final String INVALID_TEXT = "invalid_text";
  public static final String NOT_ALLOWED = "not_allowed";
  public static final String WRONG_FORMAT = "wrong_format";

  /** Null where the value is from {@code min} to {@code max}, both included. */
  public static @Nullable FieldError range(String field, long value, long min, long max) {
    return value < min || value > max ? outOfRange(field, min, max) : null;
  }

  /** Says that a number is not from {@code min} to {@code max}; null for a side without limit. */
  public static FieldError outOfRange(String field, @Nullable Long min, @Nullable Long max) {
    String message =
        min == null && max == null
            ? "The number is out of range."
            : min == null
                ? "Must be %d or less.".formatted(max)
                : max == null
                    ? "Must be %d or more.".formatted(min)
                    : "Must be from %d to %d.".formatted(min, max);
    return outOfRange(field, message, min, max);
  }

  /** Says that a value is not between two others, in the unit that the message names. */
  public static FieldError outOfRange(
      String field, String message, @Nullable Object min, @Nullable Object max) {
    return new FieldError(field, OUT_OF_RANGE, message, limits(min, max));
  }

  /** Null where a text has an allowed number of characters (code points). */
  public static @Nullable FieldError length(
      String field, String text, @Nullable Long min, @Nullable Long max) {
    long length = Text.length(text);
    boolean tooShort = min != null && length < min;
    if (!tooShort && (max == null || length <= max)) {
      return null;
    }
    String message =
        min == null
            ? "Must have at most %s.".formatted(characters(max))
            : max == null
                ? "Must have at least %s.".formatted(characters(min))
                : "Must have %d to %s.".formatted(min, characters(max));
    return new FieldError(field, tooShort ? TOO_SHORT : TOO_LONG, message, limits(min, max));
  }

  /**
   * Null where a text that others read in a list or a subject line can be taken: it can be seen, it
   * is one line, and it reads as it is written ({@link Text}).
   *
   * @param most characters
   */
  public static @Nullable FieldError line(String field, String text, long most) {
    FieldError length = length(field, text, 1L, most);
    return length == null ? readable(field, text) : length;
  }

  /** The same, whatever its length. */
  public static @Nullable FieldError readable(String field, String text) {
    if (!Text.isOneLine(text)) {
      return new FieldError(
          field,
          INVALID_TEXT,
          "Must be a single line without control characters or text direction characters.");
    }
    return Text.isVisible(text)
        ? null
        : new FieldError(
            field, TOO_SHORT, "Must have at least one visible character.", Map.of("min", 1));
  }

  /** Says which values are allowed. */
  public static FieldError notOneOf(String field, List<?> allowed) {
    List<String> names = allowed.stream().map(String::valueOf).toList();
    return new FieldError(
        field,
        NOT_ALLOWED,
        "Must be one of: " + String.join(", ", names) + ".",
        Map.of("allowed", names));
  }

  /** Says why a field that is missing is needed. */
  public static FieldError required(String field, String why) {
    return new FieldError(field, REQUIRED, why);
  }

  private static @Nullable Map<String, Object> limits(@Nullable Object min, @Nullable Object max) {
    Map<String, Object> limits = new LinkedHashMap<>();
    if (min != null) {
      limits.put("min", min);
    }
    if (max != null) {
      limits.put("max", max);
    }
    return limits.isEmpty() ? null : limits;
  }

  private static String characters(@Nullable Long count) {
    return count != null && count == 1 ? "1 character" : count + " characters";
  }

  private FieldRules() {}
}
