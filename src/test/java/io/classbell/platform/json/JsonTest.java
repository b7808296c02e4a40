package io.classbell.platform.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.Secret;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  record Money(String id, long amount, @Nullable Integer percent) {}

  record Moment(Instant at, Duration length, Secret token) {}

  @Test
  void what_is_unknown_is_ignored_and_what_can_be_null_may_be_missing() {
    assertThat(Json.read("{\"id\":\"a\",\"amount\":5,\"later\":{\"x\":[1]}}", Money.class))
        .isEqualTo(new Money("a", 5, null));
    assertThat(Json.write(new Money("a", 5, null))).isEqualTo("{\"id\":\"a\",\"amount\":5}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"a\"}",
        "{\"id\":\"a\",\"amount\":null}",
        "{\"id\":\"a\",\"amount\":1.9}",
        "{\"id\":\"a\",\"amount\":9223372036854775808}",
        "{\"id\":\"a\",\"amount\":1e400}",
        "{\"id\":\"a\",\"amount\":\"five\"}",
        "{\"id\":\"a\",\"amount\":5",
        "[]",
        ""
      })
  void an_amount_is_a_whole_number_or_nothing_is_read(String json) {
    assertThatThrownBy(() -> Json.read(json, Money.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void the_largest_amounts_are_exact() {
    Money money = new Money("a", Long.MAX_VALUE, Integer.MIN_VALUE);
    assertThat(Json.read(Json.write(money), Money.class)).isEqualTo(money);
  }

  @Test
  void times_are_iso_texts_to_the_millisecond() {
    Moment moment =
        new Moment(
            Instant.parse("2026-03-29T01:30:00.120Z"), Duration.ofMinutes(90), Secret.of("s"));
    assertThat(Json.write(moment))
        .isEqualTo("{\"at\":\"2026-03-29T01:30:00.120Z\",\"length\":\"PT1H30M\",\"token\":\"s\"}");
    assertThat(Json.read(Json.write(moment), Moment.class)).isEqualTo(moment);
  }

  @Test
  void what_cannot_be_read_is_not_repeated_in_the_message() {
    assertThatThrownBy(() -> Json.read("{\"id\":\"a\",\"amount\":\"hunter2secret\"", Moment.class))
        .hasMessageNotContaining("hunter2secret");
  }

  private record Numbered(int number) {}

  @Test
  void what_cannot_be_read_is_told_by_its_place_and_not_by_its_value() {
    assertThatThrownBy(() -> Json.read("{\"number\":\"hush\"}", Numbered.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("number")
        .hasMessageNotContaining("hush");
  }
}
