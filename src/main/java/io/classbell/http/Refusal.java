package io.classbell.http;

import java.util.List;

/**
 * A request that ends in a problem document. Thrown or failed with anywhere on a request's way;
 * {@link Problems} alone writes it. It carries no stack trace: it is an answer, not a fault.
 */
final class Refusal extends RuntimeException {

  private final int status;
  private final String code;
  private final List<FieldError> errors;
  private final int retryAfterSeconds;

  private Refusal(
      int status, String code, String detail, List<FieldError> errors, int retryAfterSeconds) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.errors = List.copyOf(errors);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  static Refusal of(int status, String code, String detail) {
    return new Refusal(status, code, detail, List.of(), 0);
  }

  /** 503 or 429: worth repeating after so many seconds. */
  static Refusal later(int status, String code, String detail, int retryAfterSeconds) {
    return new Refusal(status, code, detail, List.of(), retryAfterSeconds);
  }

  static Refusal fields(List<FieldError> errors) {
    return new Refusal(
        422, "invalid_fields", "The request has fields that can't be accepted.", errors, 0);
  }

  static Refusal field(String field, String code, String message) {
    return fields(List.of(new FieldError(field, code, message)));
  }

  static Refusal notFound() {
    return of(404, "not_found", "There is no such thing here.");
  }

  static Refusal unauthorized() {
    return of(401, "unauthorized", "A valid access token is needed.");
  }

  static Refusal malformed(String detail) {
    return of(400, "malformed_json", detail);
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }

  List<FieldError> errors() {
    return errors;
  }

  /** 0 where repeating is no use or any time will do. */
  int retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
