package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.contract.Access;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input, for every endpoint that takes any, made from the contract itself. */
class BadInputIT {

  private static HttpHouse house;
  private static OpenAPIContract contract;
  private static Access access;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
    Contract loaded = HttpHouse.wait(Contract.load(house.vertx));
    contract = loaded.api();
    access = loaded.access();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  private static Stream<Operation> withBody() {
    return contract.operations().stream().filter(o -> o.getRequestBody() != null);
  }

  private static JsonObject schemaOf(Operation operation) {
    JsonObject schema = new JsonObject();
    operation
        .getRequestBody()
        .getContent()
        .get("application/json")
        .getSchema()
        .fieldNames()
        .forEach(
            name ->
                schema.put(
                    name,
                    operation
                        .getRequestBody()
                        .getContent()
                        .get("application/json")
                        .getSchema()
                        .<Object>get(name)));
    return schema;
  }

  private static JsonObject properties(Operation operation) {
    return schemaOf(operation).getJsonObject("properties", new JsonObject());
  }

  private static String tokenFor(Operation operation) {
    for (Caller.Role role : Caller.Role.values()) {
      if (access.allows(operation.getOperationId(), role)) {
        return house.token(role);
      }
    }
    throw new AssertionError(operation.getOperationId());
  }

  private static HttpResponse<Buffer> send(Operation operation, String body) {
    return house.send(
        operation.getHttpMethod(), AccessIT.pathOf(operation), tokenFor(operation), body);
  }

  private static void expectField(
      List<String> wrong, Operation operation, String field, String body) {
    HttpResponse<Buffer> answer = send(operation, body);
    boolean named =
        answer.statusCode() == 422
            && answer.bodyAsJsonObject().getJsonArray("errors", new JsonArray()).stream()
                .anyMatch(
                    error -> {
                      String at = ((JsonObject) error).getString("field");
                      return at.equals(field) || at.startsWith(field + ".");
                    });
    if (!named) {
      wrong.add(
          operation.getOperationId()
              + " "
              + body
              + ": "
              + answer.statusCode()
              + " "
              + answer.bodyAsString());
    }
  }

  @Test
  void a_wrong_type_is_refused_by_the_fields_name() {
    List<String> wrong = new ArrayList<>();
    withBody()
        .forEach(
            operation ->
                properties(operation)
                    .fieldNames()
                    .forEach(
                        field -> {
                          expectField(wrong, operation, field, "{\"" + field + "\":[[]]}");
                        }));
    assertThat(wrong).isEmpty();
  }

  @Test
  void a_missing_field_is_refused_by_its_name() {
    List<String> wrong = new ArrayList<>();
    withBody()
        .forEach(
            operation ->
                schemaOf(operation)
                    .getJsonArray("required", new JsonArray())
                    .forEach(field -> expectField(wrong, operation, (String) field, "{}")));
    assertThat(wrong).isEmpty();
  }

  @Test
  void null_is_no_value_for_a_required_field() {
    List<String> wrong = new ArrayList<>();
    withBody()
        .forEach(
            operation ->
                schemaOf(operation)
                    .getJsonArray("required", new JsonArray())
                    .forEach(
                        field ->
                            expectField(
                                wrong, operation, (String) field, "{\"" + field + "\":null}")));
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PATCH | /me                                 | {"name":"Ada","timezone":null,"locale":null,"newPassword":null}
          PUT   | /me/notification-preferences        | {"kinds":{"reminder":{"email":false,"push":null},"meeting_opened":null}}
          POST  | /auth/login                         | {"email":"a@b.c","password":"x","refreshTokenIn":null}
          POST  | /auth/logout                        | {"refreshToken":null,"everywhere":null}
          """)
  void null_for_an_optional_field_is_as_if_it_were_left_out(
      String method, String path, String body) {
    HttpResponse<Buffer> answer =
        house.send(
            HttpMethod.valueOf(method),
            Contract.PREFIX + path,
            house.token(Caller.Role.student),
            body);
    assertThat(answer.statusCode()).as(answer.bodyAsString()).isIn(200, 204);
  }

  @Test
  void null_for_an_optional_body_is_as_if_there_were_none() {
    List<String> wrong = new ArrayList<>();
    withBody()
        .filter(operation -> !operation.getRequestBody().isRequired())
        .forEach(
            operation -> {
              HttpResponse<Buffer> with = send(operation, "null");
              if (with.statusCode() == 422 || with.statusCode() == 400) {
                wrong.add(operation.getOperationId() + ": " + with.bodyAsString());
              }
            });
    assertThat(wrong).isEmpty();
    assertThat(
            house
                .send(HttpMethod.POST, "/api/v1/bookings", house.token(Caller.Role.student), "null")
                .statusCode())
        .isEqualTo(422);
  }

  @Test
  void a_parameter_that_the_contract_has_not_is_refused_by_its_name_everywhere() {
    List<String> wrong = new ArrayList<>();
    contract
        .operations()
        .forEach(
            operation -> {
              for (String name : List.of("Limit", "LIMIT", "Cursor", "page", "expand[]")) {
                HttpResponse<Buffer> answer =
                    house.send(
                        operation.getHttpMethod(),
                        AccessIT.pathOf(operation) + "?" + name.replace("[", "%5B") + "=1",
                        tokenFor(operation),
                        operation.getRequestBody() == null ? null : "{}");
                boolean named =
                    answer.statusCode() == 422
                        && answer.bodyAsJsonObject().getJsonArray("errors").stream()
                            .map(JsonObject.class::cast)
                            .anyMatch(
                                error ->
                                    error.getString("field").equals(name)
                                        && error.getString("code").equals("unknown_parameter"));
                if (!named) {
                  wrong.add(operation.getOperationId() + " " + name + " " + answer.statusCode());
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void a_misspelt_parameter_is_told_how_it_is_written() {
    HttpResponse<Buffer> answer =
        house.send(HttpMethod.GET, "/api/v1/slots?Limit=1", house.token(Caller.Role.student), null);
    assertThat(answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0).getMap())
        .containsEntry("field", "Limit")
        .containsEntry("message", "There is no such parameter; its name is written limit.");
  }

  @Test
  void ids_in_upper_case_are_those_in_lower_case() {
    String student = house.token(Caller.Role.student);
    String upper = FakeHouse.TEACHER.toUpperCase(Locale.ROOT);
    assertThat(upper).isNotEqualTo(FakeHouse.TEACHER);
    HttpResponse<Buffer> meeting =
        house.send(HttpMethod.GET, "/api/v1/meetings/" + upper, student, null);
    assertThat(meeting.statusCode()).isEqualTo(200);
    assertThat(
            house
                .send(HttpMethod.GET, "/api/v1/slots?teacherId=" + upper, student, null)
                .statusCode())
        .isEqualTo(200);
    house.send(HttpMethod.POST, "/api/v1/bookings", student, "{\"slotId\":\"" + upper + "\"}");
    assertThat(String.valueOf(house.neighbours.asked))
        .contains("slotId=" + FakeHouse.TEACHER, "teacherId=" + FakeHouse.TEACHER)
        .doesNotContain(upper);
  }

  @Test
  void a_cursor_belongs_to_its_list_and_its_filters() {
    String student = house.token(Caller.Role.student);
    String filter = "teacherId=" + FakeHouse.TEACHER;
    String cursor =
        house
            .send(HttpMethod.GET, "/api/v1/slots?limit=1&" + filter, student, null)
            .bodyAsJsonObject()
            .getString("nextCursor");
    assertThat(cursor).isNotNull();
    assertThat(
            house
                .send(
                    HttpMethod.GET,
                    "/api/v1/slots?limit=5&" + filter + "&cursor=" + cursor,
                    student,
                    null)
                .statusCode())
        .isEqualTo(200);
    for (String other :
        List.of(
            "/slots?cursor=", "/teachers?cursor=", "/bookings?cursor=", "/notifications?cursor=")) {
      HttpResponse<Buffer> answer =
          house.send(HttpMethod.GET, "/api/v1" + other + cursor, student, null);
      assertThat(answer.statusCode()).as(other).isEqualTo(422);
      assertThat(
              answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0).getString("field"))
          .isEqualTo("cursor");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "P367D, out_of_range",
    "P9999999999999999999D, out_of_range",
    "PT999999999999999999H, out_of_range",
    "PT, wrong_format",
    "P1Y, wrong_format"
  })
  void a_step_of_the_clock_that_can_not_be_taken_says_why(String step, String code) {
    HttpResponse<Buffer> answer =
        house.send(
            HttpMethod.POST,
            "/api/v1/test/clock",
            house.token(Caller.Role.student),
            "{\"advance\":\"" + step + "\"}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0).getMap())
        .containsEntry("field", "advance")
        .containsEntry("code", code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e0", "10E-1"})
  void an_integer_is_taken_however_it_is_written(String one) {
    HttpResponse<Buffer> answer =
        house.send(
            HttpMethod.POST,
            "/api/v1/teachers/me/slots",
            house.token(Caller.Role.teacher),
            """
            {"title":"Harmony","startsAt":"2031-03-04T16:00:00Z","durationMinutes":60,
             "capacity":%s,"price":2500.0}
            """
                .formatted(one));
    assertThat(answer.statusCode()).as(answer.bodyAsString()).isEqualTo(201);
  }

  @Test
  void null_for_an_unknown_field_is_refused_by_its_name() {
    HttpResponse<Buffer> answer =
        house.send(
            HttpMethod.PATCH,
            "/api/v1/me",
            house.token(Caller.Role.student),
            "{\"name\":\"Ada\",\"role\":null}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0).getMap())
        .containsEntry("field", "role")
        .containsEntry("code", "unknown_field");
  }

  @Test
  void an_unknown_field_is_refused_by_its_name() {
    List<String> wrong = new ArrayList<>();
    withBody()
        .forEach(
            operation -> {
              for (String field : List.of("role", "balance", "emailVerified", "status", "userId")) {
                if (!properties(operation).containsKey(field)) {
                  expectField(wrong, operation, field, "{\"" + field + "\":\"admin\"}");
                }
              }
            });
    assertThat(wrong).isEmpty();
  }

  @Test
  void a_number_that_is_none_of_ours_is_refused_by_the_fields_name() {
    List<String> wrong = new ArrayList<>();
    int[] integers = {0};
    withBody()
        .forEach(
            operation ->
                properties(operation)
                    .forEach(
                        property -> {
                          if (!isInteger(property.getValue())) {
                            return;
                          }
                          integers[0]++;
                          for (String number :
                              List.of(
                                  "1e400",
                                  "1.9",
                                  "9223372036854775808",
                                  "9223372036854775807",
                                  "-9223372036854775808",
                                  "\"1\"")) {
                            expectField(
                                wrong,
                                operation,
                                property.getKey(),
                                "{\"" + property.getKey() + "\":" + number + "}");
                          }
                        }));
    assertThat(wrong).isEmpty();
    assertThat(integers[0]).isGreaterThan(8);
  }

  private static boolean isInteger(Object schema) {
    JsonObject json = (JsonObject) schema;
    String ref = json.getString("$ref", "");
    return "integer".equals(json.getString("type"))
        || ref.endsWith("/Amount")
        || ref.endsWith("/Price")
        || ref.endsWith("/Capacity")
        || ref.endsWith("/DurationMinutes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "nonsense", "{\"a\":1,\"a\":2}", "{\"a\":1}{}"})
  void what_is_not_json_is_400_everywhere(String body) {
    Map<String, Integer> statuses = new TreeMap<>();
    withBody().forEach(o -> statuses.put(o.getOperationId(), send(o, body).statusCode()));
    assertThat(statuses.values()).containsOnly(400);
  }

  @Test
  void another_content_type_is_415_everywhere() {
    withBody()
        .forEach(
            operation -> {
              HttpResponse<Buffer> answer =
                  HttpHouse.wait(
                      house
                          .request(
                              operation.getHttpMethod(),
                              AccessIT.pathOf(operation),
                              tokenFor(operation))
                          .putHeader("Content-Type", "text/plain")
                          .sendBuffer(Buffer.buffer("{}")));
              assertThat(answer.statusCode()).as(operation.getOperationId()).isEqualTo(415);
            });
  }

  @Test
  void what_is_not_an_id_and_an_id_of_nothing_are_answered_alike() {
    contract.operations().stream()
        .filter(operation -> operation.getOpenAPIPath().contains("{"))
        // Its path has a token, not an id; CalendarRoutesIT tries tokens of nothing.
        .filter(operation -> !operation.getOperationId().equals("getCalendarFeed"))
        // Accounts of the ledger have names; LedgerExplorerIT asks for unknown ones.
        .filter(operation -> !operation.getOperationId().equals("listLedgerEntries"))
        .forEach(
            operation -> {
              String path =
                  AccessIT.pathOf(operation)
                      .replace(FakeHouse.SLOT, "nonsense")
                      .replace("/manual", "/nonsense");
              HttpResponse<Buffer> answer =
                  house.send(operation.getHttpMethod(), path, tokenFor(operation), null);
              assertThat(answer.statusCode()).as(operation.getOperationId()).isIn(404, 400);
            });
    assertThat(
            house
                .send(
                    HttpMethod.GET,
                    "/api/v1/bookings/" + FakeHouse.UNKNOWN,
                    house.token(Caller.Role.student),
                    null)
                .statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/slots?limit=0",
        "/api/v1/slots?limit=101",
        "/api/v1/slots?limit=1e1",
        "/api/v1/slots?limit=99999999999999999999",
        "/api/v1/slots?limit=1&limit=2",
        "/api/v1/slots?from=yesterday",
        "/api/v1/slots?to=2031-02-30T00:00:00Z",
        "/api/v1/slots?teacherId=me",
        "/api/v1/slots?from=0999-12-31T23:59:59Z",
        "/api/v1/slots?to=9999-12-31T23:59:59-01:00",
        "/api/v1/notifications?after=-1",
        "/api/v1/notifications?after=x"
      })
  void a_bad_parameter_is_refused_by_its_name(String path) {
    HttpResponse<Buffer> answer =
        house.send(HttpMethod.GET, path, house.token(Caller.Role.student), null);
    String name = path.substring(path.indexOf('?') + 1, path.indexOf('='));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.bodyAsJsonObject().getJsonArray("errors").getJsonObject(0).getString("field"))
        .isEqualTo(name);
  }

  @Test
  void an_address_that_is_not_well_escaped_is_400() {
    String token = house.token(Caller.Role.student);
    assertThat(house.send(HttpMethod.GET, "/api/v1/bookings/%zz", token, null).statusCode())
        .isEqualTo(400);
    assertThat(house.send(HttpMethod.GET, "/api/v1/slots?cursor=%", token, null).statusCode())
        .isEqualTo(400);
    int management = house.management().port();
    for (String path : new String[] {"/%zz", "/health/%", "/metrics?name[]=%4"}) {
      HttpResponse<Buffer> answer =
          HttpHouse.wait(house.client.get(management, "127.0.0.1", path).send());
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("malformed_request");
    }
  }
}
