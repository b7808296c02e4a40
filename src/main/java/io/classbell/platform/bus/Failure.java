package io.classbell.platform.bus;

import java.util.List;
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
 */
public record Failure(
    int status,
    String code,
    String detail,
    boolean retryable,
    @Nullable Integer retryAfterSeconds,
    @Nullable List<FieldError> errors) {

  /** A field at fault: its name in the request body, a code, a sentence. */
  public record FieldError(String field, String code, String message) {}
}
