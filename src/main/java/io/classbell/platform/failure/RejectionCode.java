package io.classbell.platform.failure;

/**
 * A reason for which an operation can be rejected. A module's {@code Api} defines constants of this
 * type and lists them with the operations that can return them.
 *
 * @param status the HTTP status (RFC 9110)
 * @param code the stable snake_case code of the problem document
 * @param detail a sentence for people, used unless the code that rejects gives a more exact one
 * @param retryable whether the same command can succeed later, unchanged
 */
public record RejectionCode(int status, String code, String detail, boolean retryable) {

  /** The rejection of an invalid cursor, shared by all lists. */
  public static final RejectionCode INVALID_CURSOR = invalid(Rejection.INVALID, "Invalid cursor.");

  /** A rejection because the current state does not allow the command. */
  public static RejectionCode conflict(String code, String detail) {
    return new RejectionCode(409, code, detail, false);
  }

  /** A rejection because the object does not exist or the caller may not see it. */
  public static RejectionCode notFound(String detail) {
    return new RejectionCode(404, "not_found", detail, false);
  }

  /** A rejection because of a field's value. */
  public static RejectionCode invalid(String code, String detail) {
    return new RejectionCode(422, code, detail, false);
  }

  /** Returns the rejection with the default sentence. */
  public Rejection failure() {
    return new Rejection(status, code, detail, retryable, null, null);
  }

  /** Returns the rejection with a more exact sentence. */
  public Rejection failure(String exactDetail) {
    return new Rejection(status, code, exactDetail, retryable, null, null);
  }

  /** Returns {@link #INVALID_CURSOR} with the parameter's name. */
  public static RejectedException invalidCursor() {
    return new RejectedException(INVALID_CURSOR.field("cursor", INVALID_CURSOR.detail));
  }

  /** Returns the rejection for one field of the request. */
  public Rejection field(String field, String exactDetail) {
    return new Rejection(
        status,
        code,
        exactDetail,
        retryable,
        null,
        java.util.List.of(new Rejection.FieldError(field, code, exactDetail)));
  }

  /** Returns the rejection for several fields of the request, each with its own sentence. */
  public Rejection fields(java.util.List<Rejection.FieldError> errors) {
    return new Rejection(status, code, detail, retryable, null, java.util.List.copyOf(errors));
  }

  /** Returns the exception to throw, with the values that the rejection depends on. */
  public RejectedException refused(java.util.Map<String, Object> params) {
    return new RejectedException(failure().with(params));
  }

  /** Returns the exception to throw, with the default sentence. */
  public RejectedException refused() {
    return new RejectedException(failure());
  }

  /** Returns the exception to throw, with a more exact sentence. */
  public RejectedException refused(String exactDetail) {
    return new RejectedException(failure(exactDetail));
  }
}
