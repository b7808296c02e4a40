package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.Ids;
import io.classbell.platform.bus.Refused;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CursorTest {
  @Test
  void a_cursor_is_read_as_it_was_written() {
    Cursor cursor = new Cursor(Instant.parse("2030-01-01T10:00:00.123Z"), Ids.next());
    assertThat(Cursor.of(cursor.text())).isEqualTo(cursor);
    assertThat(Cursor.of(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_800_000L, -62_198_755_200_000L})
  void a_time_that_no_database_knows_is_no_cursor_of_ours(long millis) {
    String text = new Cursor(Instant.ofEpochMilli(millis), Ids.next()).text();
    assertThatThrownBy(() -> Cursor.of(text)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "MTIzXw", "X2FiYw", "JyBPUiAxPTE"})
  void what_is_no_cursor_of_ours_is_refused_by_field(String text) {
    assertThatThrownBy(() -> Cursor.of(text))
        .isInstanceOfSatisfying(
            Refused.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(422);
              assertThat(Objects.requireNonNull(r.failure().errors()).getFirst().field())
                  .isEqualTo("cursor");
            });
  }
}
