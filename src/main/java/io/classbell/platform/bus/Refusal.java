package io.classbell.platform.bus;

/**
 * One way in which an operation can say no. Constants of this type stand in a module's {@code Api}
 * and are named by the operations that can answer them.
 *
 * @param status the HTTP status that shows it (RFC 9110)
 * @param code the stable snake_case code of the problem document
 * @param detail a sentence for people, used where the refusing place has nothing more exact to say
 * @param retryable whether the same command can succeed later, unchanged
 */
public record Refusal(int status, String code, String detail, boolean retryable) {

  /** Every list's answer to a cursor that none of its pages gave. */
  public static final Refusal INVALID_CURSOR = invalid(Failure.INVALID, "Invalid cursor.");

  /** The definite no of a state that does not allow the command. */
  public static Refusal conflict(String code, String detail) {
    return new Refusal(409, code, detail, false);
  }

  /** What is not there, or is not the caller's to know of. */
  public static Refusal notFound(String detail) {
    return new Refusal(404, "not_found", detail, false);
  }

  /** A field whose value cannot be taken. */
  public static Refusal invalid(String code, String detail) {
    return new Refusal(422, code, detail, false);
  }

  /** The failure, with this refusal's own sentence. */
  public Failure failure() {
    return new Failure(status, code, detail, retryable, null, null);
  }

  /** The failure, with a more exact sentence. */
  public Failure failure(String exactDetail) {
    return new Failure(status, code, exactDetail, retryable, null, null);
  }

  /** {@link #INVALID_CURSOR}, naming the parameter. */
  public static Refused invalidCursor() {
    return new Refused(INVALID_CURSOR.field("cursor", INVALID_CURSOR.detail));
  }

  /** The failure for one field of the request. */
  public Failure field(String field, String exactDetail) {
    return new Failure(
        status,
        code,
        exactDetail,
        retryable,
        null,
        java.util.List.of(new Failure.FieldError(field, code, exactDetail)));
  }

  /** The failure for several fields of the request, each with its own sentence. */
  public Failure fields(java.util.List<Failure.FieldError> errors) {
    return new Failure(status, code, detail, retryable, null, java.util.List.copyOf(errors));
  }

  /** To be thrown where the code cannot return an outcome; with the values that it depends on. */
  public Refused refused(java.util.Map<String, Object> params) {
    return new Refused(failure().with(params));
  }

  /** To be thrown where the code cannot return an outcome. */
  public Refused refused() {
    return new Refused(failure());
  }

  /** To be thrown where the code cannot return an outcome. */
  public Refused refused(String exactDetail) {
    return new Refused(failure(exactDetail));
  }
}
