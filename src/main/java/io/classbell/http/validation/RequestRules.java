package io.classbell.http.validation;

import io.classbell.http.call.Input;
import io.classbell.http.problem.Problem;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Validates requests of one operation against the contract. The schemas are prepared once and run
 * on the event loop on a body that is parsed once. {@link ValueRules} reports errors with field
 * names; a value must pass the schema validator too. The router's own validation is not used,
 * because it copies all schemas for every value, switches to a worker thread, and stops at the
 * first error without naming the field.
 */
public final class RequestRules {

  private static final String JSON = "application/json";

  private static final int MAX_UNKNOWN = 50;

  private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,1000}");

  /** Allows any parameters, but no other charset. */
  private static final Pattern JSON_IN_UTF_8 =
      Pattern.compile(
          "(?i)\\s*application/json\\s*(;\\s*+(charset\\s*=\\s*\"?utf-?8\"?\\s*|(?!charset)[^;]*+))*+");

  private record Rule(Parameter parameter, ValueRules values, Validator validator) {}

  private final List<Rule> parameters = new ArrayList<>();
  private final Set<String> queryNames = new TreeSet<>();
  private final @Nullable Validator validator;
  private final @Nullable ValueRules values;
  private final boolean bodyRequired;

  public RequestRules(Operation operation, SchemaRepository schemas) {
    for (Parameter parameter : operation.getParameters()) {
      parameters.add(
          new Rule(
              parameter,
              ValueRules.of((JsonObject) parameter.getSchema()),
              schemas.validator(parameter.getSchema())));
      if (parameter.getIn() == Location.QUERY) {
        queryNames.add(parameter.getName());
      }
    }
    RequestBody requestBody = operation.getRequestBody();
    MediaType json = requestBody == null ? null : requestBody.getContent().get(JSON);
    validator = json == null ? null : schemas.validator(json.getSchema());
    values = json == null ? null : ValueRules.of((JsonObject) json.getSchema());
    bodyRequired = requestBody != null && requestBody.isRequired();
  }

  /**
   * Checks the headers before the body is read.
   *
   * @throws RejectedException 415
   */
  public void checkContentType(RoutingContext rc) {
    String type = rc.request().getHeader("Content-Type");
    boolean hasBody = hasBody(rc.request());
    if (type == null ? hasBody && bodyRequired : hasBody && !isJson(type)) {
      throw Problem.of(
          415, "unsupported_media_type", "The body must be application/json, in UTF-8.");
    }
    String encoding = rc.request().getHeader("Content-Encoding");
    if (hasBody && encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      throw Problem.of(415, "unsupported_media_type", "The body must not be compressed.");
    }
  }

  /**
   * Validates and returns the parameters and body.
   *
   * @throws RejectedException 422 with all errors of fields and parameters; 404 for an invalid path
   *     parameter; 400 for a body that is not JSON
   */
  public Input check(RoutingContext rc) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, List<String>> query = query(rc);
    Map<String, Object> checked = new HashMap<>();
    for (Rule rule : parameters) {
      check(rc, rule, query, checked, errors);
    }
    for (String name : query.keySet()) {
      if (!queryNames.contains(name) && errors.size() < MAX_UNKNOWN) {
        errors.add(unknown(name));
      }
    }
    JsonObject json = check(rc.body().buffer(), errors);
    if (!errors.isEmpty()) {
      throw Problem.fields(errors);
    }
    return new Input(checked, json);
  }

  /** Query parameters by exact name: {@code Limit} is not {@code limit}. */
  private static Map<String, List<String>> query(RoutingContext rc) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    for (Map.Entry<String, String> given : rc.queryParams()) {
      query.computeIfAbsent(given.getKey(), name -> new ArrayList<>()).add(given.getValue());
    }
    return query;
  }

  private FieldError unknown(String name) {
    for (String known : queryNames) {
      if (known.equalsIgnoreCase(name)) {
        return new FieldError(
            name,
            "unknown_parameter",
            "There is no such parameter; its name is written %s.".formatted(known));
      }
    }
    return new FieldError(
        name,
        "unknown_parameter",
        queryNames.isEmpty()
            ? "There is no such parameter; this operation has none."
            : "There is no such parameter; there are: %s."
                .formatted(String.join(", ", queryNames)));
  }

  private static void check(
      RoutingContext rc,
      Rule rule,
      Map<String, List<String>> query,
      Map<String, Object> checked,
      List<FieldError> errors) {
    Parameter parameter = rule.parameter;
    String name = parameter.getName();
    List<String> given =
        switch (parameter.getIn()) {
          case PATH -> List.of(rc.pathParam(name));
          case QUERY -> query.getOrDefault(name, List.of());
          default -> rc.request().headers().getAll(name);
        };
    if (given.isEmpty()) {
      if (parameter.isRequired()) {
        errors.add(FieldRules.required(name, "This parameter is required."));
      }
      return;
    }
    if (given.size() > 1) {
      errors.add(new FieldError(name, "repeated", "This parameter is given more than once."));
      return;
    }
    Object value = rule.values.normalized(typed(parameter, given.get(0)));
    List<FieldError> faults = rule.values.faults(name, value);
    if (faults.isEmpty() && value != null && rule.validator.validate(value).getValid()) {
      checked.put(name, value);
    } else if (parameter.getIn() == Location.PATH) {
      // A malformed id cannot identify a resource.
      throw Problem.notFound();
    } else {
      errors.addAll(faults.isEmpty() ? invalid(name) : faults);
    }
  }

  private static Object typed(Parameter parameter, String text) {
    if (parameter.getSchemaType() == SchemaType.INTEGER && INTEGER.matcher(text).matches()) {
      BigDecimal number = new BigDecimal(text);
      if (number.precision() < 19) {
        return number.longValueExact();
      }
      return number;
    }
    if (parameter.getSchemaType() == SchemaType.BOOLEAN
        && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    return text;
  }

  private JsonObject check(@Nullable Buffer raw, List<FieldError> errors) {
    if (validator == null || values == null) {
      return new JsonObject();
    }
    if (raw == null || raw.length() == 0) {
      if (bodyRequired) {
        throw Problem.malformed("A JSON body is required.");
      }
      return new JsonObject();
    }
    StrictJson.Parsed parsed = StrictJson.read(raw);
    if (parsed.value() == null && !bodyRequired) {
      // Generated clients send null if there is no body.
      return new JsonObject();
    }
    Object value = values.normalized(parsed.value());
    List<FieldError> faults = new ArrayList<>(values.faults("", value));
    Set<String> named = faults.stream().map(FieldError::field).collect(Collectors.toSet());
    parsed.faults().stream().filter(fault -> !isNamed(fault.field(), named)).forEach(faults::add);
    if (faults.isEmpty() && !validator.validate(value).getValid()) {
      faults = invalid("");
    }
    errors.addAll(faults);
    return value instanceof JsonObject json ? json : new JsonObject();
  }

  /** Whether a field or one of its parents is in the set. */
  private static boolean isNamed(String field, Set<String> named) {
    for (int end = field.length(); end >= 0; end = field.lastIndexOf('.', end - 1)) {
      if (named.contains(field.substring(0, end))) {
        return true;
      }
      if (end == 0) {
        return false;
      }
    }
    return false;
  }

  /** Generic error for keywords of the contract that {@link ValueRules} does not cover. */
  private static List<FieldError> invalid(String name) {
    return List.of(new FieldError(name, "invalid", "The value is not valid."));
  }

  public static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.headers().contains("Transfer-Encoding")
        || (length != null && !length.equals("0"));
  }

  private static boolean isJson(String type) {
    return JSON_IN_UTF_8.matcher(type).matches();
  }
}
