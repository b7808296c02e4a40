package io.classbell.http.validation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {

  private static Rejection refusalOf(String body) {
    RejectedException refused =
        catchThrowableOfType(RejectedException.class, () -> StrictJson.parse(Buffer.buffer(body)));
    assertThat(refused).as(body).isNotNull();
    return refused.failure();
  }

  @Test
  void an_object_is_read_as_it_stands() {
    JsonObject read =
        StrictJson.parse(
            Buffer.buffer(
                "{\"a\":1,\"b\":9223372036854775807,\"c\":[true,null,{\"d\":\"\\ud83d\\ude00\"}]}"));
    assertThat(read)
        .isEqualTo(
            new JsonObject("{\"a\":1,\"b\":9223372036854775807,\"c\":[true,null,{\"d\":\"😀\"}]}"));
    assertThat(read.getLong("b")).isEqualTo(Long.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"a\":1",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":+1}",
        "{\"a\":1,}",
        "{a:1}",
        "nonsense",
        "{\"a\":1,\"a\":1}",
        "{\"a\":\"\n\"}"
      })
  void what_is_not_json_is_malformed(String body) {
    assertThat(refusalOf(body).status()).isEqualTo(400);
  }

  @Test
  void json_is_utf_8_and_nothing_else() {
    for (Charset other : List.of(UTF_16, UTF_16BE, UTF_16LE, ISO_8859_1)) {
      Buffer body = Buffer.buffer("{\"name\":\"Zoë\"}".getBytes(other));
      RejectedException refused =
          catchThrowableOfType(RejectedException.class, () -> StrictJson.parse(body));
      assertThat(refused).as(other.name()).isNotNull();
      assertThat(refused.failure().status()).isEqualTo(400);
    }
    assertThat(StrictJson.parse(Buffer.buffer("\ufeff{\"name\":\"Zoë\"}")).getString("name"))
        .isEqualTo("Zoë");
  }

  @Test
  void a_nested_key_given_twice_is_malformed() {
    assertThat(refusalOf("{\"a\":{\"b\":1,\"b\":2}}").status()).isEqualTo(400);
  }

  @Test
  void nesting_is_bounded() {
    String shallow = "{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}";
    assertThat(StrictJson.parse(Buffer.buffer(shallow)).containsKey("a")).isTrue();
    assertThat(refusalOf("{\"a\":" + "[".repeat(32) + "]".repeat(32) + "}").status())
        .isEqualTo(400);
    assertThat(refusalOf("[".repeat(20_000)).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({
    "1.9, not_an_integer",
    "1e-1, not_an_integer",
    "1e-999999999, not_an_integer",
    "1e400, out_of_range",
    "-1e999999999, out_of_range",
    "1e99999999999, out_of_range",
    "9223372036854775808, out_of_range",
    "9223372036854775808.0, out_of_range",
    "-9223372036854775809, out_of_range"
  })
  void a_number_that_is_no_long_is_refused_by_its_field(String number, String code) {
    Rejection refusal = refusalOf("{\"list\":[{\"amount\":" + number + "}]}");
    assertThat(refusal.status()).isEqualTo(422);
    assertThat(refusal.errors())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.field()).isEqualTo("list.0.amount");
              assertThat(error.code()).isEqualTo(code);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "1e0, 1",
    "1E2, 100",
    "120.00e-1, 12",
    "-0.0, 0",
    "0e999999999, 0",
    "9007199254740993.0, 9007199254740993",
    "9223372036854775807.000, 9223372036854775807"
  })
  void an_integer_is_one_however_it_is_written(String number, long value) {
    JsonObject read = StrictJson.parse(Buffer.buffer("{\"amount\":" + number + "}"));
    assertThat(read.getValue("amount")).isInstanceOfAny(Integer.class, Long.class);
    assertThat(read.getLong("amount")).isEqualTo(value);
  }

  @Test
  void every_fault_is_reported() {
    assertThat(refusalOf("{\"a\":1.5,\"b\":{\"c\":1e400},\"d\":\"\\u0000\"}").errors())
        .extracting(Rejection.FieldError::field)
        .containsExactly("a", "b.c", "d");
  }

  @Test
  void malformed_json_is_located_in_words_of_this_api() {
    assertThat(refusalOf("{\"a\":\n  nonsense}").detail())
        .startsWith("The body is not valid JSON (line 2, column ")
        .doesNotContain("nonsense", "token", "Unrecognized");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"text\"", "null", "true"})
  void anything_but_an_object_is_refused(String body) {
    assertThat(refusalOf(body).status()).isEqualTo(422);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud83d", "\\ude00", "\\ude00\\ud83d", "\\u0000"})
  void text_that_can_not_be_stored_is_refused_by_its_field(String text) {
    Rejection refusal = refusalOf("{\"name\":\"x" + text + "y\"}");
    assertThat(refusal.status()).isEqualTo(422);
    assertThat(refusal.errors().get(0).field()).isEqualTo("name");
  }
}
