package io.classbell.platform.bus;

import io.classbell.platform.Text;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Validation errors of request fields. Each has one code, one message and the values that the
 * message depends on. HTTP and the modules share them.
 */
public final class FieldRules {
  public static final String REQUIRED = "required";
  public static final String OUT_OF_RANGE = "out_of_range";
  public static final String TOO_SHORT = "too_short";
  public static final String TOO_LONG = "too_long";
  public static final String INVALID_TEXT = "invalid_text";
  public static final String NOT_ALLOWED = "not_allowed";
  public static final String WRONG_FORMAT = "wrong_format";

  /** Returns null if the value is from {@code min} to {@code max}, both included. */
  public static @Nullable FieldError range(String field, long value, long min, long max) {
    return value < min || value > max ? outOfRange(field, min, max) : null;
  }

  /**
   * Returns the error of a number outside of {@code min} to {@code max}; null means no limit on
   * that side.
   */
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

  /** Returns the error of a value outside of two limits, in the unit that the message names. */
  public static FieldError outOfRange(
      String field, String message, @Nullable Object min, @Nullable Object max) {
    return new FieldError(field, OUT_OF_RANGE, message, limits(min, max));
  }

  /** Returns null if the text has an allowed number of characters (code points). */
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
   * Returns null if the text is valid for a list or a subject line: visible, a single line, and
   * free of control and direction characters ({@link Text}).
   *
   * @param most characters
   */
  public static @Nullable FieldError line(String field, String text, long most) {
    FieldError length = length(field, text, 1L, most);
    return length == null ? readable(field, text) : length;
  }

  /** Returns null if the text is valid as by {@link #line}, whatever its length. */
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

  /**
   * Returns null if the text consists of lines without control characters (except tabs) or text
   * direction characters.
   */
  public static @Nullable FieldError lines(String field, String text, long most) {
    FieldError length = length(field, text, null, most);
    return length == null ? readableLines(field, text) : length;
  }

  /** Returns null if the text is valid as by {@link #lines}, whatever its length. */
  public static @Nullable FieldError readableLines(String field, String text) {
    return Text.areLines(text)
        ? null
        : new FieldError(
            field,
            INVALID_TEXT,
            "Must have no control characters other than line breaks and tabs, and no text direction"
                + " characters.");
  }

  /** Returns the error that lists the allowed values. */
  public static FieldError notOneOf(String field, List<?> allowed) {
    List<String> names = allowed.stream().map(String::valueOf).toList();
    return new FieldError(
        field,
        NOT_ALLOWED,
        "Must be one of: " + String.join(", ", names) + ".",
        Map.of("allowed", names));
  }

  /** Returns the error of a missing field, with the reason why it is required. */
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
