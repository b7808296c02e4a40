package io.classbell.booking.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.Ids;
import io.classbell.platform.failure.RejectedException;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ListCursorTest {
  @Test
  void a_cursor_is_read_as_it_was_written() {
    ListCursor cursor = new ListCursor(Instant.parse("2030-01-01T10:00:00.123Z"), Ids.next());
    assertThat(ListCursor.of(cursor.text())).isEqualTo(cursor);
    assertThat(ListCursor.of(null)).isNull();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE, 253_402_300_800_000L, -62_198_755_200_000L})
  void a_time_that_no_database_knows_is_no_cursor_of_ours(long millis) {
    String text = new ListCursor(Instant.ofEpochMilli(millis), Ids.next()).text();
    assertThatThrownBy(() -> ListCursor.of(text)).isInstanceOf(RejectedException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "%%%", "MTIzXw", "X2FiYw", "JyBPUiAxPTE"})
  void what_is_no_cursor_of_ours_is_refused_by_field(String text) {
    assertThatThrownBy(() -> ListCursor.of(text))
        .isInstanceOfSatisfying(
            RejectedException.class,
            r -> {
              assertThat(r.failure().status()).isEqualTo(422);
              assertThat(Objects.requireNonNull(r.failure().errors()).getFirst().field())
                  .isEqualTo("cursor");
            });
  }
}
