package io.classbell.http.validation;

import io.classbell.platform.Text;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.Rejection.FieldError;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Normalises and validates one value of a request and its nested values against the contract.
 * Reports all errors at once, with the limits of the contract. Created once per operation; used on
 * event loops.
 *
 * <p>The keywords {@code x-text} and {@code format: date-time} are checked only here: the schema
 * validator does not support the first and interprets the second differently.
 */
public final class ValueRules {
  private static final int MAX_ERRORS = 50;

  /** Text of one line; an optional one without a visible character counts as omitted. */
  private static final String LINE = "line";

  /** Text of one line that may be empty: an empty text removes it. */
  private static final String LABEL = "label";

  /** Text of several lines that may be empty: an empty text removes it. */
  private static final String LINES = "lines";

  private static final Pattern ID_IN_ANY_CASE =
      Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");

  private final String type;
  private final Map<String, ValueRules> fields = new LinkedHashMap<>();
  private final @Nullable ValueRules items;
  private final Set<String> required = new HashSet<>();
  private final boolean isClosed;
  private final @Nullable Long min;
  private final @Nullable Long max;
  private final List<Object> allowed = new ArrayList<>();
  private final @Nullable Object forbidden;
  private final @Nullable Pattern pattern;
  private final String format;
  private final String textKind;
  private final @Nullable Object example;

  private ValueRules(JsonObject schema) {
    type = schema.getString("type", "");
    if (schema.getValue("properties") instanceof JsonObject properties) {
      properties.fieldNames().forEach(name -> fields.put(name, of(properties.getJsonObject(name))));
    }
    items = schema.getValue("items") instanceof JsonObject item ? of(item) : null;
    if (schema.getValue("required") instanceof JsonArray names) {
      names.forEach(name -> required.add(String.valueOf(name)));
    }
    isClosed = Boolean.FALSE.equals(schema.getValue("additionalProperties"));
    min = limit(schema, "minimum", "minLength", "minItems", "minProperties");
    max = limit(schema, "maximum", "maxLength", "maxItems", "maxProperties");
    if (schema.getValue("enum") instanceof JsonArray values) {
      values.forEach(allowed::add);
    } else if (schema.containsKey("const")) {
      allowed.add(schema.getValue("const"));
    }
    forbidden = schema.getValue("not") instanceof JsonObject not ? not.getValue("const") : null;
    String regex = schema.getString("pattern");
    pattern = regex == null ? null : Pattern.compile(regex);
    format = schema.getString("format", "");
    textKind = schema.getString("x-text", "");
    example = example(schema);
  }

  public static ValueRules of(JsonObject schema) {
    return new ValueRules(schema);
  }

  private static @Nullable Long limit(JsonObject schema, String... keywords) {
    for (String keyword : keywords) {
      if (schema.getValue(keyword) instanceof Number number) {
        return number.longValue();
      }
    }
    return null;
  }

  private static @Nullable Object example(JsonObject schema) {
    if (schema.getValue("examples") instanceof JsonArray examples && !examples.isEmpty()) {
      return examples.getValue(0);
    }
    return schema.getValue("example");
  }

  /**
   * Returns the value in canonical form: ids in lower case, without null fields, which many clients
   * send for all optional fields, and without optional texts that have no visible character. Fields
   * that are not in the contract stay unchanged.
   */
  public @Nullable Object normalized(@Nullable Object value) {
    if (value instanceof String text) {
      if (!Text.isVisible(text) && textKind.equals(LINE) && min == null && Text.isOneLine(text)) {
        return null;
      }
      if (!Text.isVisible(text) && (textKind.equals(LABEL) || textKind.equals(LINES))) {
        return Text.areLines(text) ? "" : text;
      }
      return format.equals("uuid") && ID_IN_ANY_CASE.matcher(text).matches()
          ? text.toLowerCase(Locale.ROOT)
          : text;
    }
    if (value instanceof JsonObject object) {
      for (String name : List.copyOf(object.fieldNames())) {
        ValueRules rules = fields.get(name);
        if (rules == null) {
          continue;
        }
        Object inner = rules.normalized(object.getValue(name));
        if (inner == null) {
          object.remove(name);
        } else {
          object.put(name, inner);
        }
      }
    }
    if (value instanceof JsonArray array && items != null) {
      for (int i = 0; i < array.size(); i++) {
        array.set(i, items.normalized(array.getValue(i)));
      }
    }
    return value;
  }

  /**
   * Returns all errors of a value, at most one per field.
   *
   * @param name the parameter's name; empty for a body
   */
  public List<FieldError> faults(String name, @Nullable Object value) {
    List<FieldError> errors = new ArrayList<>();
    check(name, value, errors);
    return errors;
  }

  private void check(String path, @Nullable Object value, List<FieldError> errors) {
    if (errors.size() >= MAX_ERRORS) {
      return;
    }
    FieldError error = hasType(value) ? fault(path, value, errors) : wrongType(path, value);
    if (error == null && value != null && !allowed.isEmpty() && !allowed.contains(value)) {
      error = FieldRules.notOneOf(path, allowed);
    }
    if (error != null) {
      errors.add(error);
    }
  }

  private @Nullable FieldError fault(String path, @Nullable Object value, List<FieldError> errors) {
    if (value instanceof JsonObject object) {
      return object(path, object, errors);
    }
    if (value instanceof JsonArray array) {
      return array(path, array, errors);
    }
    if (value instanceof Number number) {
      return number(path, number);
    }
    return value instanceof String text ? text(path, text) : null;
  }

  private boolean hasType(@Nullable Object value) {
    return switch (type) {
      case "object" -> value instanceof JsonObject;
      case "array" -> value instanceof JsonArray;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Number number && isInteger(number);
      case "number" -> value instanceof Number;
      default -> true;
    };
  }

  private static boolean isInteger(Number number) {
    return !(number instanceof BigDecimal decimal) || StrictJson.isInteger(decimal);
  }

  private FieldError wrongType(String path, @Nullable Object value) {
    String expected =
        switch (type) {
          case "object" ->
              path.isEmpty() ? "The body must be a JSON object." : "Must be an object.";
          case "array" -> "Must be a list.";
          case "string" -> "Must be text.";
          case "boolean" -> "Must be true or false.";
          case "integer" -> "Must be a whole number.";
          default -> "Must be a number.";
        };
    String code =
        value instanceof Number && type.equals("integer") ? "not_an_integer" : "wrong_type";
    return new FieldError(path, code, expected, Map.of("type", type));
  }

  private @Nullable FieldError object(String path, JsonObject object, List<FieldError> errors) {
    int before = errors.size();
    for (String name : fields.keySet()) {
      if (object.containsKey(name)) {
        fields.get(name).check(child(path, name), object.getValue(name), errors);
      } else if (required.contains(name)) {
        errors.add(FieldRules.required(child(path, name), "This field is required."));
      }
    }
    if (isClosed) {
      for (String name : object.fieldNames()) {
        if (!fields.containsKey(name) && errors.size() < MAX_ERRORS) {
          errors.add(new FieldError(child(path, name), "unknown_field", "There is no such field."));
        }
      }
    }
    return errors.size() == before ? size(path, object.size()) : null;
  }

  private @Nullable FieldError array(String path, JsonArray array, List<FieldError> errors) {
    if (items != null) {
      for (int i = 0; i < array.size(); i++) {
        items.check(child(path, Integer.toString(i)), array.getValue(i), errors);
      }
    }
    return size(path, array.size());
  }

  private @Nullable FieldError size(String path, int size) {
    if (min != null && size < min) {
      return new FieldError(
          path,
          FieldRules.TOO_SHORT,
          min == 1 ? "Must not be empty." : "Must have at least %d entries.".formatted(min),
          Map.of("min", min));
    }
    return max != null && size > max
        ? new FieldError(
            path,
            FieldRules.TOO_LONG,
            "Must have at most %d entries.".formatted(max),
            Map.of("max", max))
        : null;
  }

  private @Nullable FieldError number(String path, Number number) {
    BigDecimal exact = exact(number);
    boolean inRange =
        (min == null || exact.compareTo(BigDecimal.valueOf(min)) >= 0)
            && (max == null || exact.compareTo(BigDecimal.valueOf(max)) <= 0)
            && (min != null || max != null || !(number instanceof BigDecimal));
    if (!inRange) {
      return FieldRules.outOfRange(path, min, max);
    }
    return forbidden instanceof Number not && exact(not).compareTo(exact) == 0
        ? new FieldError(path, FieldRules.NOT_ALLOWED, "Must not be %s.".formatted(forbidden))
        : null;
  }

  private static BigDecimal exact(Number number) {
    return switch (number) {
      case BigDecimal decimal -> decimal;
      case BigInteger integer -> new BigDecimal(integer);
      default -> BigDecimal.valueOf(number.longValue());
    };
  }

  private @Nullable FieldError text(String path, String text) {
    FieldError error = FieldRules.length(path, text, min, max);
    if (error == null && !text.isEmpty()) {
      error =
          switch (textKind) {
            case LINE, LABEL -> FieldRules.readable(path, text);
            case LINES -> FieldRules.readableLines(path, text);
            default -> null;
          };
    }
    if (error == null && format.equals("date-time")) {
      error = instant(path, text);
    }
    if (error == null && pattern != null && !pattern.matcher(text).find()) {
      error = wrongForm(path);
    }
    return error;
  }

  private FieldError wrongForm(String path) {
    String message =
        format.equals("uuid")
            ? "Must be an id, which is a UUID."
            : example == null
                ? "The value has the wrong form."
                : "Must be written as in this example: %s.".formatted(example);
    return new FieldError(path, FieldRules.WRONG_FORMAT, message);
  }

  private static @Nullable FieldError instant(String path, String text) {
    Instant instant;
    try {
      instant = OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      return new FieldError(
          path,
          FieldRules.WRONG_FORMAT,
          "Must be an instant with offset such as 2031-03-04T16:00:00Z.");
    }
    return Sql.isStorable(instant)
        ? null
        : FieldRules.outOfRange(
            path,
            "Must be in the years 1000 to 9999.",
            "1000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z");
  }

  private static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
