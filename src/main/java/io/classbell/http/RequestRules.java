package io.classbell.http;

import io.classbell.platform.bus.Failure.FieldError;
import io.classbell.platform.bus.Refused;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.json.schema.common.dsl.SchemaType;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.RequestBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the contract asks of one operation's requests. The schemas are the contract's; they are made
 * ready once, and run on the event loop on a body that was parsed once. The router's own validation
 * copies the whole schema table for every value of every request, hops to a worker thread, and
 * stops at the first fault without naming the field.
 */
final class RequestRules {

  private static final String JSON = "application/json";

  /** With any parameters, but no other charset. */
  private static final Pattern JSON_IN_UTF_8 =
      Pattern.compile(
          "(?i)\\s*application/json\\s*(;\\s*+(charset\\s*=\\s*\"?utf-?8\"?\\s*|(?!charset)[^;]*+))*+");

  private record Rule(Parameter parameter, Validator validator) {}

  private final List<Rule> parameters = new ArrayList<>();
  private final @Nullable Validator body;
  private final boolean bodyRequired;
  private final Nulls nulls;

  RequestRules(Operation operation, SchemaRepository schemas) {
    for (Parameter parameter : operation.getParameters()) {
      parameters.add(new Rule(parameter, schemas.validator(parameter.getSchema())));
    }
    RequestBody requestBody = operation.getRequestBody();
    MediaType json = requestBody == null ? null : requestBody.getContent().get(JSON);
    body = json == null ? null : schemas.validator(json.getSchema());
    nulls = json == null ? Nulls.NONE : Nulls.of(json.getSchema());
    bodyRequired = requestBody != null && requestBody.isRequired();
  }

  /**
   * Looks at the headers before the body is read.
   *
   * @throws Refused 415
   */
  void checkContentType(RoutingContext rc) {
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

  /** The request's parameters and body, each as the contract wants it. */
  Input check(RoutingContext rc) {
    List<FieldError> errors = new ArrayList<>();
    Map<String, Object> values = new HashMap<>();
    for (Rule rule : parameters) {
      check(rc, rule, values, errors);
    }
    JsonObject json = check(rc.body().buffer(), errors);
    if (!errors.isEmpty()) {
      throw Problem.fields(errors);
    }
    return new Input(values, json);
  }

  private static void check(
      RoutingContext rc, Rule rule, Map<String, Object> values, List<FieldError> errors) {
    Parameter parameter = rule.parameter;
    String name = parameter.getName();
    List<String> given =
        switch (parameter.getIn()) {
          case PATH -> List.of(rc.pathParam(name));
          case QUERY -> rc.queryParam(name);
          default -> rc.request().headers().getAll(name);
        };
    if (given.isEmpty()) {
      if (parameter.isRequired()) {
        errors.add(new FieldError(name, "required", "This parameter is required."));
      }
      return;
    }
    if (given.size() > 1) {
      errors.add(new FieldError(name, "repeated", "This parameter is given more than once."));
      return;
    }
    Object value = typed(parameter, given.get(0));
    OutputUnit result = rule.validator.validate(value);
    if (result.getValid()) {
      values.put(name, value);
    } else if (parameter.getIn() == Location.PATH) {
      // What is not an id names nothing.
      throw Problem.notFound();
    } else {
      errors.addAll(FieldErrors.of(name, result.getErrors()));
    }
  }

  private static Object typed(Parameter parameter, String text) {
    if (parameter.getSchemaType() == SchemaType.INTEGER && text.matches("-?[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    return text;
  }

  private JsonObject check(@Nullable Buffer raw, List<FieldError> errors) {
    if (body == null) {
      return new JsonObject();
    }
    if (raw == null || raw.length() == 0) {
      if (bodyRequired) {
        throw Problem.malformed("A JSON body is required.");
      }
      return new JsonObject();
    }
    JsonObject json = StrictJson.parse(raw);
    nulls.drop(json);
    OutputUnit result = body.validate(json);
    if (!result.getValid()) {
      errors.addAll(FieldErrors.of("", result.getErrors()));
    }
    return json;
  }

  static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return request.headers().contains("Transfer-Encoding")
        || (length != null && !length.equals("0"));
  }

  private static boolean isJson(String type) {
    return JSON_IN_UTF_8.matcher(type).matches();
  }
}
