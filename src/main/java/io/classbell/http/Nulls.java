package io.classbell.http;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out what a body has null for, as many clients write every field that they know of. Fields
 * that the schema does not know stay, and are refused as unknown by the validator.
 *
 * @param fields the fields of an object, each with those of its own
 */
record Nulls(Map<String, Nulls> fields) {

  static final Nulls NONE = new Nulls(Map.of());

  static Nulls of(JsonSchema schema) {
    return ofProperties(schema.get("properties"));
  }

  private static Nulls ofProperties(@Nullable Object properties) {
    Map<String, Nulls> fields = new HashMap<>();
    if (properties instanceof JsonObject known) {
      known.forEach(
          field ->
              fields.put(
                  field.getKey(),
                  field.getValue() instanceof JsonObject schema
                      ? ofProperties(schema.getValue("properties"))
                      : NONE));
    }
    return fields.isEmpty() ? NONE : new Nulls(fields);
  }

  void drop(JsonObject json) {
    for (String name : List.copyOf(json.fieldNames())) {
      Nulls inner = fields.get(name);
      if (inner == null) {
        continue;
      }
      Object value = json.getValue(name);
      if (value == null) {
        json.remove(name);
      } else if (value instanceof JsonObject object) {
        inner.drop(object);
      }
    }
  }
}
