package io.classbell.platform.failure;

import io.classbell.platform.bus.FieldRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A definite no: the command had no effect. Travels on the bus and is shown by HTTP as a problem
 * document (RFC 9457).
 *
 * @param status HTTP status
 * @param code stable snake_case code
 * @param detail a sentence for people
 * @param retryable whether the same command may succeed later, unchanged
 * @param retryAfterSeconds when to come again, if known
 * @param errors the fields at fault, if any
 * @param params the values that the detail speaks of, by name, for programs; numbers and strings
 */
public record Rejection(
    int status,
    String code,
    String detail,
    boolean retryable,
    @Nullable Integer retryAfterSeconds,
    @Nullable List<FieldError> errors,
    @Nullable Map<String, Object> params) {

  /** The code of every failure that is about fields alone. */
  public static final String INVALID = "invalid";

  /** A failure without params. */
  public Rejection(
      int status,
      String code,
      String detail,
      boolean retryable,
      @Nullable Integer retryAfterSeconds,
      @Nullable List<FieldError> errors) {
    this(status, code, detail, retryable, retryAfterSeconds, errors, null);
  }

  /** 422 that names every field at fault. */
  public static Rejection ofFields(List<FieldError> errors) {
    FieldError first = errors.getFirst();
    String detail =
        errors.size() > 1
            ? errors.size() + " fields are not valid; errors names them."
            : first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
    return new Rejection(422, INVALID, detail, false, null, List.copyOf(errors), null);
  }

  /** The same failure with values for programs. */
  public Rejection with(Map<String, Object> values) {
    return new Rejection(status, code, detail, retryable, retryAfterSeconds, errors, values);
  }

  /**
   * A field at fault.
   *
   * @param field dotted path in the request body, or a parameter's name
   * @param code what kind of fault it is; see {@link FieldRules}
   * @param message a sentence for people
   * @param params the values that the message speaks of, such as {@code min} and {@code max}
   */
  public record FieldError(
      String field, String code, String message, @Nullable Map<String, Object> params) {

    /** An error without params. */
    public FieldError(String field, String code, String message) {
      this(field, code, message, null);
    }
  }
}
