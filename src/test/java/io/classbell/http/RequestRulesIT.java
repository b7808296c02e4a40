package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.bus.Failure.FieldError;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the validator finds, in this API's words. */
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
    Validator validator =
        contract
            .getSchemaRepository()
            .validator(
                contract
                    .operation(operation)
                    .getRequestBody()
                    .getContent()
                    .get("application/json")
                    .getSchema());
    return FieldErrors.of("", validator.validate(new JsonObject(body)).getErrors());
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
            new FieldError("title", "wrong_type", "The value has the wrong type."),
            new FieldError("startsAt", "wrong_format", "The value has the wrong form."),
            new FieldError("durationMinutes", "out_of_range", "Must be 1 or more."),
            new FieldError("capacity", "out_of_range", "Must be 10000 or less."),
            new FieldError("evil", "unknown_field", "There is no such field."));
  }

  @Test
  void lengths_are_told() {
    assertThat(
            faults(
                "register",
                "{\"email\":\"%s\",\"password\":\"x\",\"name\":\"A\",\"role\":\"admin\"}"
                    .formatted("x".repeat(255))))
        .containsExactlyInAnyOrder(
            new FieldError("email", "too_long", "Must have 254 characters or fewer."),
            new FieldError("password", "too_short", "Must have 8 characters or more."),
            new FieldError("role", "not_allowed", "This value is not one of those allowed."));
    assertThat(faults("updateMe", "{\"name\":\"\"}"))
        .containsExactly(new FieldError("name", "too_short", "Must have 1 character or more."));
    assertThat(faults("updateMe", "{}"))
        .containsExactly(new FieldError("", "too_short", "Must not be empty."));
  }

  @Test
  void a_fault_further_in_is_named_by_its_path_and_what_holds_it_is_not() {
    assertThat(faults("putPreferences", "{\"kinds\":{\"reminder\":{\"email\":1,\"fax\":true}}}"))
        .containsExactlyInAnyOrder(
            new FieldError("kinds.reminder.email", "wrong_type", "The value has the wrong type."),
            new FieldError("kinds.reminder.fax", "unknown_field", "There is no such field."));
    assertThat(faults("putPreferences", "{\"kinds\":{\"gossip\":{\"email\":true}}}"))
        .containsExactly(
            new FieldError("kinds.gossip", "unknown_field", "There is no such field."));
  }

  @Test
  void zero_is_no_adjustment() {
    assertThat(faults("adjustWallet", "{\"amount\":0,\"reason\":\"x\"}"))
        .containsExactly(new FieldError("amount", "not_allowed", "This value is not allowed."));
  }

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
