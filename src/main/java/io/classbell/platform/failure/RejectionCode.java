package io.classbell.platform.failure;

/**
 * One way in which an operation can say no. Constants of this type stand in a module's {@code Api}
 * and are named by the operations that can answer them.
 *
 * @param status the HTTP status that shows it (RFC 9110)
 * @param code the stable snake_case code of the problem document
 * @param detail a sentence for people, used where the refusing place has nothing more exact to say
 * @param retryable whether the same command can succeed later, unchanged
 */
public record RejectionCode(int status, String code, String detail, boolean retryable) {

  /** Every list's answer to a cursor that none of its pages gave. */
  public static final RejectionCode INVALID_CURSOR = invalid(Rejection.INVALID, "Invalid cursor.");

  /** The definite no of a state that does not allow the command. */
  public static RejectionCode conflict(String code, String detail) {
    return new RejectionCode(409, code, detail, false);
  }

  /** What is not there, or is not the caller's to know of. */
  public static RejectionCode notFound(String detail) {
    return new RejectionCode(404, "not_found", detail, false);
  }

  /** A field whose value cannot be taken. */
  public static RejectionCode invalid(String code, String detail) {
    return new RejectionCode(422, code, detail, false);
  }

  /** The failure, with this refusal's own sentence. */
  public Rejection failure() {
    return new Rejection(status, code, detail, retryable, null, null);
  }

  /** The failure, with a more exact sentence. */
  public Rejection failure(String exactDetail) {
    return new Rejection(status, code, exactDetail, retryable, null, null);
  }

  /** {@link #INVALID_CURSOR}, naming the parameter. */
  public static RejectedException invalidCursor() {
    return new RejectedException(INVALID_CURSOR.field("cursor", INVALID_CURSOR.detail));
  }

  /** The failure for one field of the request. */
  public Rejection field(String field, String exactDetail) {
    return new Rejection(
        status,
        code,
        exactDetail,
        retryable,
        null,
        java.util.List.of(new Rejection.FieldError(field, code, exactDetail)));
  }

  /** The failure for several fields of the request, each with its own sentence. */
  public Rejection fields(java.util.List<Rejection.FieldError> errors) {
    return new Rejection(status, code, detail, retryable, null, java.util.List.copyOf(errors));
  }

  /** To be thrown where the code cannot return an outcome; with the values that it depends on. */
  public RejectedException refused(java.util.Map<String, Object> params) {
    return new RejectedException(failure().with(params));
  }

  /** To be thrown where the code cannot return an outcome. */
  public RejectedException refused() {
    return new RejectedException(failure());
  }

  /** To be thrown where the code cannot return an outcome. */
  public RejectedException refused(String exactDetail) {
    return new RejectedException(failure(exactDetail));
  }
}
