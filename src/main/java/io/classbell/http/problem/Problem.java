package io.classbell.http.problem;

import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.List;

/**
 * Creates rejections for errors of the HTTP layer. {@link ProblemWriter} writes them like
 * rejections of the modules.
 */
public final class Problem {

  private Problem() {}

  public static RejectedException of(int status, String code, String detail) {
    return new RejectedException(new Rejection(status, code, detail, false, null, null));
  }

  /** A 503 or 429 with the seconds after which a retry makes sense. */
  public static RejectedException later(
      int status, String code, String detail, int retryAfterSeconds) {
    return new RejectedException(
        new Rejection(status, code, detail, true, retryAfterSeconds, null));
  }

  public static RejectedException fields(List<FieldError> errors) {
    return new RejectedException(Rejection.ofFields(errors));
  }

  public static RejectedException field(String field, String code, String message) {
    return fields(List.of(new FieldError(field, code, message)));
  }

  public static RejectedException notFound() {
    return of(404, "not_found", "There is no such resource.");
  }

  public static RejectedException unauthorized() {
    return of(401, "unauthorized", "A valid access token is needed.");
  }

  public static RejectedException malformed(String detail) {
    return of(400, "malformed_json", detail);
  }
}
