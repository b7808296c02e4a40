package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.contract.Access;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.json.schema.JsonSchema;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The page that says what bad input gets is what bad input gets. */
class BadInputPageIT {

  private static final Path PAGE = Path.of("src/docs/bad-input.md");
  private static final String NONE = "–";
  private static final String HUGE = "9223372036854775808";

  private static final String HEAD =
      """
      # Responses to invalid input

      The response of every endpoint to invalid input: a value of the wrong type, missing required fields, a field that is not in the contract, a
      number that is too large for a 64-bit integer, and an id that does not exist. Another user's id gets the same response as an unknown one. Every endpoint refuses
      query parameters that are not in the contract like unknown fields: 422 `invalid`, with the name of the parameter.
      Each cell has the status, the problem's `code` and the fields named in `errors`. A dash (–) means that the endpoint has no such input.
      `BadInputPageIT` checks this page, and writes it when run with `-Dclassbell.docs.write=true`.

      | endpoint | wrong type | missing field | unknown field | huge number | another user's id |
      |---|---|---|---|---|---|
      """;

  private HttpHouse house;
  private Access access;

  /** Run with {@code -Dclassbell.docs.write=true} after changing the contract. */
  @Test
  void the_page_says_what_every_endpoint_answers() throws IOException {
    String page;
    try (HttpHouse opened = HttpHouse.open()) {
      house = opened;
      Contract contract = HttpHouse.wait(Contract.load(house.vertx));
      access = contract.access();
      page =
          HEAD
              + contract.api().operations().stream()
                  .map(this::row)
                  .sorted()
                  .collect(Collectors.joining());
    }
    Files.writeString(Path.of("target/bad-input.md"), page);
    if (Boolean.getBoolean("classbell.docs.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private String row(Operation operation) {
    MediaType json =
        operation.getRequestBody() == null
            ? null
            : operation.getRequestBody().getContent().get("application/json");
    JsonObject schema = json == null ? new JsonObject() : (JsonObject) json.getSchema();
    JsonObject properties = schema.getJsonObject("properties", new JsonObject());
    List<String> cells =
        json == null
            ? List.of(parameter(operation, "x"), NONE, NONE, parameter(operation, HUGE))
            : List.of(
                properties.isEmpty() ? NONE : body(operation, wrongTypes(properties)),
                schema.getJsonArray("required", new JsonArray()).isEmpty()
                    ? NONE
                    : body(operation, "{}"),
                body(operation, "{\"nothing\":1}"),
                huge(operation, properties));
    return "| `%s %s` | %s | %s |\n"
        .formatted(
            operation.getHttpMethod().name(),
            Contract.documentedPath(operation.getOpenAPIPath()),
            String.join(" | ", cells),
            foreignId(operation, json));
  }

  private static String wrongTypes(JsonObject properties) {
    JsonObject body = new JsonObject();
    properties.fieldNames().forEach(name -> body.put(name, new JsonArray().add(1)));
    return body.encode();
  }

  private String huge(Operation operation, JsonObject properties) {
    return properties.fieldNames().stream()
        .filter(
            name ->
                properties.getValue(name) instanceof JsonObject schema
                    && "integer".equals(schema.getString("type")))
        .findFirst()
        .map(name -> body(operation, "{\"" + name + "\":" + HUGE + "}"))
        .orElse(NONE);
  }

  private String body(Operation operation, String body) {
    return ask(operation, AccessIT.pathOf(operation), body);
  }

  /** The first integer parameter of the query, or any. */
  private String parameter(Operation operation, String value) {
    return operation.getParameters().stream()
        .filter(p -> p.getIn() == io.vertx.openapi.contract.Location.QUERY)
        .filter(BadInputPageIT::isInteger)
        .findFirst()
        .map(
            p -> ask(operation, AccessIT.pathOf(operation) + "?" + p.getName() + "=" + value, null))
        .orElse(NONE);
  }

  private static boolean isInteger(Parameter parameter) {
    JsonSchema schema = parameter.getSchema();
    return "integer".equals(schema.get("type"));
  }

  private String foreignId(Operation operation, @Nullable MediaType json) {
    JsonObject example = json == null ? null : json.getOpenAPIModel().getJsonObject("example");
    boolean inPath = operation.getOpenAPIPath().contains("{");
    boolean inBody = example != null && example.containsKey("slotId");
    if (!inPath && !inBody) {
      return NONE;
    }
    JsonObject body = example == null ? null : example.copy();
    if (body != null) {
      // The resolver of the contract leaves its own mark in whatever object it passes.
      body.remove("__absolute_uri__");
    }
    if (body != null && inBody) {
      body.put("slotId", FakeHouse.UNKNOWN);
    }
    return ask(
        operation,
        AccessIT.pathOf(operation).replace(FakeHouse.SLOT, FakeHouse.UNKNOWN),
        body == null ? null : body.encode());
  }

  private String ask(Operation operation, String path, @Nullable String body) {
    String token = null;
    for (Caller.Role role : Caller.Role.values()) {
      if (access.allows(operation.getOperationId(), role)) {
        token = house.token(role);
        break;
      }
    }
    HttpResponse<Buffer> answer = house.send(operation.getHttpMethod(), path, token, body);
    if (answer.statusCode() < 400) {
      return answer.statusCode() + "";
    }
    JsonObject problem = answer.bodyAsJsonObject();
    String fields =
        problem.getJsonArray("errors", new JsonArray()).stream()
            .map(error -> "`" + ((JsonObject) error).getString("field") + "`")
            .sorted()
            .collect(Collectors.joining(", "));
    return answer.statusCode()
        + " "
        + problem.getString("code")
        + (fields.isEmpty() ? "" : ": " + fields);
  }
}
