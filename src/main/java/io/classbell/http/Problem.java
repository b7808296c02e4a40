package io.classbell.http;

import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Failure.FieldError;
import io.classbell.platform.bus.Refused;
import java.util.List;

/**
 * The refusals that HTTP itself has reason for. They travel as those of the modules do, and {@link
 * Problems} alone writes either.
 */
final class Problem {

  private Problem() {}

  static Refused of(int status, String code, String detail) {
    return new Refused(new Failure(status, code, detail, false, null, null));
  }

  /** 503 or 429: worth repeating after so many seconds. */
  static Refused later(int status, String code, String detail, int retryAfterSeconds) {
    return new Refused(new Failure(status, code, detail, true, retryAfterSeconds, null));
  }

  static Refused fields(List<FieldError> errors) {
    return new Refused(Failure.ofFields(errors));
  }

  static Refused field(String field, String code, String message) {
    return fields(List.of(new FieldError(field, code, message)));
  }

  static Refused notFound() {
    return of(404, "not_found", "There is no such thing here.");
  }

  static Refused unauthorized() {
    return of(401, "unauthorized", "A valid access token is needed.");
  }

  static Refused malformed(String detail) {
    return of(400, "malformed_json", detail);
  }
}
