package io.classbell.http;

import io.classbell.platform.bus.Failure.FieldError;
import io.vertx.json.schema.OutputUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Says in this API's words what a schema validator found. The validator reports the keyword that
 * failed and every schema above it; only the first kind names a field.
 */
final class FieldErrors {

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");

  private static final Pattern LAST_NUMBER = Pattern.compile("(-?[0-9]+)\\)?$");

  private FieldErrors() {}

  /**
   * @param root what the validated value is called: empty for a body, else the parameter's name
   */
  static List<FieldError> of(String root, @Nullable List<OutputUnit> units) {
    Map<String, FieldError> byField = new LinkedHashMap<>();
    if (units != null) {
      for (OutputUnit unit : units) {
        FieldError error = of(root, unit);
        if (error != null) {
          byField.putIfAbsent(error.field(), error);
        }
      }
    }
    List<FieldError> errors = new ArrayList<>(byField.values());
    errors.removeIf(error -> isEchoOfAnInnerFault(error, byField));
    if (errors.stream().anyMatch(error -> error.code().equals("unknown_field"))) {
      // An object that may have nothing in it has too much in it then; the field says more.
      errors.removeIf(error -> error.field().equals(root) && error.code().equals("too_long"));
    }
    if (errors.isEmpty()) {
      return List.of(new FieldError(root, "invalid", "The value is not valid."));
    }
    return errors;
  }

  /** The validator calls a known field unknown where its own value is at fault further in. */
  private static boolean isEchoOfAnInnerFault(FieldError error, Map<String, FieldError> all) {
    String inside = error.field() + ".";
    return error.code().equals("unknown_field")
        && all.keySet().stream().anyMatch(field -> field.startsWith(inside));
  }

  private static @Nullable FieldError of(String root, OutputUnit unit) {
    String location = String.valueOf(unit.getKeywordLocation());
    String keyword = location.substring(location.lastIndexOf('/') + 1);
    String field = field(root, String.valueOf(unit.getInstanceLocation()));
    String said = String.valueOf(unit.getError());
    return switch (keyword) {
      case "required" -> new FieldError(child(field, said), "required", "This field is required.");
      case "additionalProperties" ->
          new FieldError(child(field, said), "unknown_field", "There is no such field.");
      case "type" -> new FieldError(field, "wrong_type", "The value has the wrong type.");
      case "enum", "const" ->
          new FieldError(field, "not_allowed", "This value is not one of those allowed.");
      case "minimum", "exclusiveMinimum" ->
          new FieldError(field, "out_of_range", "Must be " + limit(said) + " or more.");
      case "maximum", "exclusiveMaximum" ->
          new FieldError(field, "out_of_range", "Must be " + limit(said) + " or less.");
      case "minLength" ->
          new FieldError(field, "too_short", "Must have " + characters(said) + " or more.");
      case "maxLength" ->
          new FieldError(field, "too_long", "Must have " + characters(said) + " or fewer.");
      case "minItems", "minProperties" -> new FieldError(field, "too_short", "Must not be empty.");
      case "maxItems", "maxProperties" -> new FieldError(field, "too_long", "Has too much in it.");
      case "pattern", "format" ->
          new FieldError(field, "wrong_format", "The value has the wrong form.");
      case "not" -> new FieldError(field, "not_allowed", "This value is not allowed.");
      default -> null;
    };
  }

  private static String field(String root, String instanceLocation) {
    String path =
        instanceLocation.startsWith("#") ? instanceLocation.substring(1) : instanceLocation;
    String dotted = path.startsWith("/") ? path.substring(1).replace('/', '.') : path;
    if (root.isEmpty() || dotted.isEmpty()) {
      return root + dotted;
    }
    return root + "." + dotted;
  }

  /** The validator's sentences end with the limit: {@code 0 is less than 1}, {@code (5 < 8)}. */
  private static String limit(String said) {
    Matcher number = LAST_NUMBER.matcher(said);
    return number.find() ? number.group(1) : "another";
  }

  private static String characters(String said) {
    String limit = limit(said);
    return limit.equals("1") ? "1 character" : limit + " characters";
  }

  private static String child(String field, String said) {
    Matcher quoted = QUOTED.matcher(said);
    String name = quoted.find() ? quoted.group(1) : "";
    if (field.isEmpty() || name.isEmpty() || field.equals(name) || field.endsWith("." + name)) {
      return field.isEmpty() ? name : field;
    }
    return field + "." + name;
  }
}
