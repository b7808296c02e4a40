package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.classbell.http.contract.Access;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the contract promises of answers, held against the answers. */
class ContractIT {

  private static HttpHouse house;
  private static JsonObject document;
  private static Access access;

  @BeforeAll
  @SuppressWarnings("unchecked")
  static void open() throws Exception {
    house = HttpHouse.open();
    Contract contract = HttpHouse.wait(Contract.load(house.vertx));
    access = contract.access();
    Buffer text = contract.text();
    document =
        new JsonObject(
            (Map<String, Object>) new YAMLMapper().readValue(text.getBytes(), Map.class));
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private record Endpoint(HttpMethod method, String path, JsonObject operation) {
    String id() {
      return operation.getString("operationId");
    }
  }

  private static List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>();
    for (Map.Entry<String, Object> path : document.getJsonObject("paths")) {
      for (Map.Entry<String, Object> operation : (JsonObject) path.getValue()) {
        all.add(
            new Endpoint(
                HttpMethod.valueOf(operation.getKey().toUpperCase(Locale.ROOT)),
                path.getKey(),
                (JsonObject) operation.getValue()));
      }
    }
    return all;
  }

  private static String example(Endpoint endpoint) {
    JsonObject body = endpoint.operation.getJsonObject("requestBody");
    if (body == null) {
      return null;
    }
    JsonObject json = body.getJsonObject("content").getJsonObject("application/json");
    return json.getJsonObject("example", new JsonObject()).encode();
  }

  /** The query with the required parameters. */
  private static String query(Endpoint endpoint) {
    return switch (endpoint.id()) {
      case "countSlotDays" -> "?from=2031-03-01&to=2031-03-07";
      case "previewMove" -> "?slotId=" + FakeHouse.SLOT;
      default -> "";
    };
  }

  private static HttpResponse<Buffer> call(Endpoint endpoint) {
    String token = null;
    for (Caller.Role role : Caller.Role.values()) {
      if (access.allows(endpoint.id(), role)) {
        token = house.token(role);
      }
    }
    String path = Contract.PREFIX + AccessIT.filled(endpoint.path) + query(endpoint);
    String body =
        switch (endpoint.id()) {
          case "confirmPasswordReset" -> "{\"token\":\"x\",\"password\":\"long enough\"}";
          case "refresh" -> "{\"refreshToken\":\"x\"}";
          default -> example(endpoint);
        };
    return house.send(endpoint.method, path, token, body);
  }

  /** The promised schema, or null where the answer is promised to have no JSON. */
  private static JsonObject promised(Endpoint endpoint, int status) {
    JsonObject response =
        endpoint.operation.getJsonObject("responses").getJsonObject(Integer.toString(status));
    assertThat(response).as(endpoint.id() + " promises no " + status).isNotNull();
    if (response.containsKey("$ref")) {
      String name = response.getString("$ref").replace("#/components/responses/", "");
      response =
          document.getJsonObject("components").getJsonObject("responses").getJsonObject(name);
    }
    JsonObject content = response.getJsonObject("content", new JsonObject());
    JsonObject json =
        content.getJsonObject(
            "application/json", content.getJsonObject("application/problem+json"));
    return json == null ? null : json.getJsonObject("schema");
  }

  private static JsonObject schemas() {
    return document.getJsonObject("components").getJsonObject("schemas");
  }

  private static OutputUnit validate(JsonObject schema, Object value) {
    JsonObject root =
        schema.copy().put("components", new JsonObject().put("schemas", schemas().copy()));
    JsonSchemaOptions options =
        new JsonSchemaOptions()
            .setBaseUri("app://test")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    JsonSchema json = JsonSchema.of(root);
    return SchemaRepository.create(options).dereference(json).validator(json).validate(value);
  }

  @Test
  void every_example_is_taken_and_every_answer_is_as_promised() {
    List<String> wrong = new ArrayList<>();
    for (Endpoint endpoint : endpoints()) {
      HttpResponse<Buffer> answer = call(endpoint);
      boolean expectedToFail = endpoint.id().equals("confirmPasswordReset");
      if ((answer.statusCode() >= 300) != expectedToFail) {
        wrong.add(endpoint.id() + ": " + answer.statusCode() + " " + answer.bodyAsString());
        continue;
      }
      if ((answer.statusCode() == 201) != answer.headers().contains("Location")) {
        wrong.add(endpoint.id() + ": Location " + answer.getHeader("Location"));
      }
      JsonObject schema = promised(endpoint, answer.statusCode());
      boolean isJson = String.valueOf(answer.getHeader("Content-Type")).contains("json");
      if ((schema != null) != isJson) {
        wrong.add(endpoint.id() + ": " + answer.getHeader("Content-Type"));
      } else if (schema != null) {
        OutputUnit result = validate(schema, answer.bodyAsJsonObject());
        if (!result.getValid()) {
          wrong.add(endpoint.id() + ": " + result.getErrors());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void an_answer_that_lacks_what_is_promised_would_be_seen() {
    List<String> blind = new ArrayList<>();
    for (Endpoint endpoint : endpoints()) {
      JsonObject schema = promised(endpoint, call(endpoint).statusCode());
      if (schema != null && validate(schema, new JsonObject()).getValid()) {
        blind.add(endpoint.id());
      }
    }
    assertThat(blind).isEmpty();
  }

  @Test
  void refusals_are_as_promised_too() {
    for (Endpoint endpoint : endpoints()) {
      if (!access.isAnonymous(endpoint.id())) {
        String path = Contract.PREFIX + AccessIT.filled(endpoint.path);
        HttpResponse<Buffer> answer = house.send(endpoint.method, path, null, null);
        OutputUnit result = validate(promised(endpoint, 401), answer.bodyAsJsonObject());
        assertThat(result.getValid()).as(endpoint.id()).isTrue();
      }
    }
  }

  @Test
  void the_served_document_names_the_public_address_as_its_only_server() throws IOException {
    String settings = "{\"publicUrl\": \"https://classes.example.com:8443\"}";
    try (HttpHouse other =
        new HttpHouse(false, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS)) {
      HttpResponse<Buffer> served = other.send(HttpMethod.GET, "/openapi.yaml", null, null);
      assertThat(served.statusCode()).isEqualTo(200);
      assertThat(
              new YAMLMapper().readTree(served.body().getBytes()).at("/servers").findValues("url"))
          .singleElement()
          .satisfies(
              url -> assertThat(url.asText()).isEqualTo("https://classes.example.com:8443/api/v1"));
    }
  }

  @Test
  void every_post_takes_an_idempotency_key_and_every_operation_says_what_it_does() {
    for (Endpoint endpoint : endpoints()) {
      assertThat(endpoint.operation.getString("summary")).as(endpoint.id()).isNotBlank();
      if (endpoint.method.equals(HttpMethod.POST)) {
        assertThat(endpoint.operation.getJsonArray("parameters").encode())
            .as(endpoint.id())
            .contains("#/components/parameters/IdempotencyKey");
      }
    }
  }

  /** Tools such as Swagger UI send what the contract shows as an example. */
  @Test
  void no_idempotency_key_is_sent_by_tools_unless_somebody_chooses_one() {
    JsonObject parameter =
        document
            .getJsonObject("components")
            .getJsonObject("parameters")
            .getJsonObject("IdempotencyKey");
    assertThat(parameter.fieldNames()).doesNotContain("example", "examples");
    assertThat(parameter.getJsonObject("schema").fieldNames())
        .doesNotContain("example", "examples", "default");
  }

  @Test
  void whoever_teaches_or_runs_a_class_sees_who_booked_it() {
    for (Caller.Role role : Caller.Role.values()) {
      HttpResponse<Buffer> answer =
          house.send(HttpMethod.GET, "/api/v1/bookings", house.token(role), null);
      JsonObject booking = answer.bodyAsJsonObject().getJsonArray("items").getJsonObject(0);
      if (role == Caller.Role.student) {
        assertThat(booking.containsKey("student")).isFalse();
      } else {
        assertThat(booking.getJsonObject("student"))
            .as(role.name())
            .isEqualTo(new JsonObject().put("id", FakeHouse.STUDENT).put("name", "Terry"));
      }
    }
  }

  @Test
  void the_contract_has_the_endpoints_that_the_product_names() {
    TreeSet<String> all = new TreeSet<>();
    endpoints().forEach(endpoint -> all.add(endpoint.method + " " + endpoint.path));
    assertThat(all)
        .contains(
            "POST /auth/register",
            "POST /auth/login",
            "POST /auth/refresh",
            "POST /auth/logout",
            "POST /auth/password-reset",
            "POST /auth/password-reset/confirm",
            "POST /auth/verify-email",
            "POST /auth/verify-email/resend",
            "GET /me",
            "PATCH /me",
            "GET /me/notification-preferences",
            "PUT /me/notification-preferences",
            "POST /me/devices",
            "DELETE /me/devices",
            "POST /teachers/me/slots",
            "GET /teachers/me/slots",
            "POST /teachers/me/slot-series",
            "GET /slots",
            "GET /teachers",
            "GET /teachers/{id}",
            "POST /bookings",
            "GET /bookings",
            "GET /bookings/{id}",
            "GET /bookings/{id}/cancellation",
            "POST /bookings/{id}/cancel",
            "POST /bookings/{id}/move",
            "GET /meetings/{id}",
            "POST /meetings/{id}/join",
            "POST /meetings/{id}/leave",
            "POST /meetings/{id}/cancel",
            "GET /me/calendar.ics",
            "POST /me/calendar-feed",
            "DELETE /me/calendar-feed",
            "GET /calendar/{token}.ics",
            "GET /wallet",
            "GET /wallet/transactions",
            "POST /wallet/deposit",
            "GET /notifications",
            "POST /notifications/{id}/read",
            "POST /notifications/read-all",
            "GET /admin/reviews",
            "POST /admin/reviews/{meetingId}/decision",
            "GET /admin/users",
            "GET /admin/ledger/audit",
            "GET /admin/dead-letters",
            "POST /admin/dead-letters/{id}/replay",
            "POST /admin/wallets/{userId}/adjustments",
            "GET /test/clock",
            "POST /test/clock");
  }
}
