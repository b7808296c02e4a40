package io.classbell.http;

import io.vertx.core.json.JsonObject;

/**
 * One field of a request that is at fault.
 *
 * @param field dotted path in the body ({@code items.0.kind}) or the parameter's name; empty for
 *     the body as a whole
 * @param code stable and snake_case
 * @param message for people
 */
record FieldError(String field, String code, String message) {

  JsonObject toJson() {
    return new JsonObject().put("field", field).put("code", code).put("message", message);
  }
}
