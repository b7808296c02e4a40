package io.classbell.platform.failure;

import io.classbell.platform.bus.FieldRules;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rejection of a request that had no effect. It travels on the bus; HTTP renders it as a
 * problem document (RFC 9457).
 *
 * @param status HTTP status
 * @param code stable snake_case code
 * @param detail a sentence for people
 * @param retryable whether the same command may succeed later, unchanged
 * @param retryAfterSeconds when to retry, if known
 * @param errors the invalid fields, if any
 * @param params the values that the detail mentions, by name, for programs; numbers and strings
 * @param repeated true if this is the stored rejection of an earlier request with the same
 *     Idempotency-Key
 */
public record Rejection(
    int status,
    String code,
    String detail,
    boolean retryable,
    @Nullable Integer retryAfterSeconds,
    @Nullable List<FieldError> errors,
    @Nullable Map<String, Object> params,
    @Nullable Boolean repeated) {

  /** Code of rejections that concern only fields. */
  public static final String INVALID = "invalid";

  /** Creates a rejection that is no repetition. */
  public Rejection(
      int status,
      String code,
      String detail,
      boolean retryable,
      @Nullable Integer retryAfterSeconds,
      @Nullable List<FieldError> errors,
      @Nullable Map<String, Object> params) {
    this(status, code, detail, retryable, retryAfterSeconds, errors, params, null);
  }

  /** Creates a rejection without params. */
  public Rejection(
      int status,
      String code,
      String detail,
      boolean retryable,
      @Nullable Integer retryAfterSeconds,
      @Nullable List<FieldError> errors) {
    this(status, code, detail, retryable, retryAfterSeconds, errors, null);
  }

  /** Returns a rejection with status 422 that names every invalid field. */
  public static Rejection ofFields(List<FieldError> errors) {
    FieldError first = errors.getFirst();
    String detail =
        errors.size() > 1
            ? errors.size() + " fields are not valid; errors names them."
            : first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
    return new Rejection(422, INVALID, detail, false, null, List.copyOf(errors), null);
  }

  /** Returns the same rejection with values for programs. */
  public Rejection with(Map<String, Object> values) {
    return new Rejection(status, code, detail, retryable, retryAfterSeconds, errors, values);
  }

  /** Returns the same rejection as the stored one of an earlier request. */
  public Rejection asRepeated() {
    return new Rejection(
        status, code, detail, retryable, retryAfterSeconds, errors, params, Boolean.TRUE);
  }

  /**
   * An invalid field.
   *
   * @param field dotted path in the request body, or a parameter's name
   * @param code the kind of error; see {@link FieldRules}
   * @param message a sentence for people
   * @param params the values that the message mentions, such as {@code min} and {@code max}
   */
  public record FieldError(
      String field, String code, String message, @Nullable Map<String, Object> params) {

    /** Creates an error without params. */
    public FieldError(String field, String code, String message) {
      this(field, code, message, null);
    }
  }
}
