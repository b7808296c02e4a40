package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.contract.Contract;
import io.classbell.http.validation.StrictJson;
import io.classbell.http.validation.ValueRules;
import io.classbell.platform.failure.Rejection.FieldError;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of request bodies, in the words of this API. */
class RequestRulesIT {

  private static Vertx vertx;
  private static OpenAPIContract contract;

  @BeforeAll
  static void load() {
    vertx = Vertx.vertx();
    contract = HttpHouse.wait(Contract.load(vertx)).api();
  }

  @AfterAll
  static void close() {
    HttpHouse.wait(vertx.close());
  }

  private static List<FieldError> faults(String operation, String body) {
    ValueRules rules =
        ValueRules.of(
            (JsonObject)
                contract
                    .operation(operation)
                    .getRequestBody()
                    .getContent()
                    .get("application/json")
                    .getSchema());
    return rules.faults("", rules.normalized(StrictJson.read(Buffer.buffer(body)).value()));
  }

  private static FieldError range(String field, String code, String message, long min, long max) {
    return new FieldError(field, code, message, Map.of("min", min, "max", max));
  }

  private static FieldError type(String field, String code, String message, String type) {
    return new FieldError(field, code, message, Map.of("type", type));
  }

  @Test
  void every_field_at_fault_is_named_once_and_says_what_is_wrong_with_it() {
    assertThat(
            faults(
                "createSlot",
                """
                {"title": 1, "startsAt": "x", "durationMinutes": 0, "capacity": 99999999, "evil": 3}
                """))
        .containsExactlyInAnyOrder(
            new FieldError("price", "required", "This field is required."),
            type("title", "wrong_type", "Must be text.", "string"),
            new FieldError(
                "startsAt",
                "wrong_format",
                "Must be an instant with offset such as 2031-03-04T16:00:00Z."),
            range("durationMinutes", "out_of_range", "Must be from 1 to 1440.", 1, 1440),
            range("capacity", "out_of_range", "Must be from 1 to 1000.", 1, 1000),
            new FieldError("evil", "unknown_field", "There is no such field."));
  }

  @Test
  void a_wrong_type_hides_no_other_and_says_which_type_its_own_field_has() {
    assertThat(
            faults(
                "createSlot",
                """
                {"title": 1.5, "startsAt": 1e400, "durationMinutes": 1.5, "capacity": true, "price": "x"}
                """))
        .containsExactlyInAnyOrder(
            type("title", "wrong_type", "Must be text.", "string"),
            type("startsAt", "wrong_type", "Must be text.", "string"),
            type("durationMinutes", "not_an_integer", "Must be a whole number.", "integer"),
            type("capacity", "wrong_type", "Must be a whole number.", "integer"),
            type("price", "wrong_type", "Must be a whole number.", "integer"));
    assertThat(faults("createSlot", "{\"price\":1e400,\"capacity\":9223372036854775808}"))
        .filteredOn(error -> error.code().equals("out_of_range"))
        .containsExactlyInAnyOrder(
            range("price", "out_of_range", "Must be from 0 to 100000000.", 0, 100000000),
            range("capacity", "out_of_range", "Must be from 1 to 1000.", 1, 1000));
    assertThat(faults("logout", "{\"everywhere\":1}"))
        .containsExactly(type("everywhere", "wrong_type", "Must be true or false.", "boolean"));
    assertThat(faults("logout", "[]"))
        .containsExactly(type("", "wrong_type", "The body must be a JSON object.", "object"));
  }

  @Test
  void an_installations_own_limits_are_those_of_its_contract() {
    OpenAPIContract own =
        HttpHouse.wait(Contract.load(vertx, Map.of("Capacity", 30L, "Price", 7L))).api();
    ValueRules rules =
        ValueRules.of(
            (JsonObject)
                own.operation("createSlot")
                    .getRequestBody()
                    .getContent()
                    .get("application/json")
                    .getSchema());
    assertThat(rules.faults("", new JsonObject().put("capacity", 31).put("price", 8)))
        .contains(
            range("capacity", "out_of_range", "Must be from 1 to 30.", 1, 30),
            range("price", "out_of_range", "Must be from 0 to 7.", 0, 7));
  }

  @Test
  void lengths_are_told() {
    assertThat(
            faults(
                "register",
                "{\"email\":\"%s\",\"password\":\"x\",\"name\":\"A\",\"role\":\"admin\"}"
                    .formatted("x".repeat(255))))
        .containsExactlyInAnyOrder(
            range("email", "too_long", "Must have 3 to 254 characters.", 3, 254),
            range("password", "too_short", "Must have 8 to 128 characters.", 8, 128),
            new FieldError(
                "role",
                "not_allowed",
                "Must be one of: student, teacher.",
                Map.of("allowed", List.of("student", "teacher"))));
    assertThat(faults("updateMe", "{\"name\":\"\"}"))
        .containsExactly(range("name", "too_short", "Must have 1 to 120 characters.", 1, 120));
    assertThat(faults("updateMe", "{}"))
        .containsExactly(new FieldError("", "too_short", "Must not be empty.", Map.of("min", 1L)));
  }

  @Test
  void a_fault_further_in_is_named_by_its_path_and_what_holds_it_is_not() {
    assertThat(faults("putPreferences", "{\"kinds\":{\"reminder\":{\"email\":1,\"fax\":true}}}"))
        .containsExactlyInAnyOrder(
            type("kinds.reminder.email", "wrong_type", "Must be true or false.", "boolean"),
            new FieldError("kinds.reminder.fax", "unknown_field", "There is no such field."));
    assertThat(faults("putPreferences", "{\"kinds\":{\"gossip\":{\"email\":true}}}"))
        .containsExactly(
            new FieldError("kinds.gossip", "unknown_field", "There is no such field."));
  }

  @Test
  void zero_is_no_adjustment() {
    assertThat(faults("adjustWallet", "{\"amount\":0,\"reason\":\"x\"}"))
        .containsExactly(new FieldError("amount", "not_allowed", "Must not be 0."));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00a0", "\u200b", "\u2800", " \u3000 ", "\u3164", "\ufeff\u2060"})
  void a_required_text_has_something_to_be_seen_in_it(String blank) {
    for (String[] field : REQUIRED_LINES) {
      assertThat(faults(field[0], new JsonObject().put(field[1], blank).encode()))
          .filteredOn(error -> error.field().equals(field[1]))
          .as(field[0])
          .extracting(FieldError::code)
          .containsExactly("too_short");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u202eb", "a\nb", "a\r\nb", "a\u2028b", "a\u0085b", "\u2067a", "a\tb"})
  void a_text_for_others_is_one_line_that_reads_as_it_is_written(String odd) {
    for (String[] field : ALL_LINES) {
      assertThat(faults(field[0], new JsonObject().put(field[1], odd).encode()))
          .filteredOn(error -> error.field().equals(field[1]))
          .as(field[0])
          .extracting(FieldError::code)
          .containsExactly("invalid_text");
    }
  }

  @Test
  void an_optional_text_without_a_visible_character_is_left_out() {
    assertThat(faults("cancelBooking", "{\"reason\":\" \u00a0\"}")).isEmpty();
    assertThat(faults("cancelMeeting", "{\"reason\":\"\"}")).isEmpty();
  }

  private static final String[][] REQUIRED_LINES = {
    {"createSlot", "title"},
    {"createSlotSeries", "title"},
    {"register", "name"},
    {"updateMe", "name"},
    {"adjustWallet", "reason"},
    {"decideReview", "note"}
  };

  private static final String[][] ALL_LINES =
      Stream.concat(
              Stream.of(REQUIRED_LINES),
              Stream.of(new String[][] {{"cancelBooking", "reason"}, {"cancelMeeting", "reason"}}))
          .toArray(String[][]::new);

  @Test
  void every_body_refuses_fields_that_it_does_not_know() {
    assertThat(contract.operations())
        .filteredOn(operation -> operation.getRequestBody() != null)
        .allSatisfy(
            operation -> {
              Object additional =
                  operation
                      .getRequestBody()
                      .getContent()
                      .get("application/json")
                      .getSchema()
                      .<Object>get("additionalProperties");
              assertThat(additional).as(operation.getOperationId()).isEqualTo(false);
            });
  }
}
