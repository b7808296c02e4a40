package io.classbell.http.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.failure.RejectedException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageCursorTest {
  private static final Map<String, Object> FILTERS =
      Map.of("teacherId", "t", "from", "2031-03-04T16:00:00Z", "limit", 2L);

  private static final String CURSOR = PageCursor.bind("inner 日本", "searchSlots", FILTERS);

  private static void refused(String cursor, String operation, Map<String, Object> filters) {
    assertThatThrownBy(() -> PageCursor.open(cursor, operation, filters))
        .isInstanceOfSatisfying(
            RejectedException.class,
            refused -> {
              assertThat(refused.failure().status()).isEqualTo(422);
              assertThat(refused.failure().errors())
                  .singleElement()
                  .satisfies(error -> assertThat(error.field()).isEqualTo("cursor"));
            });
  }

  @Test
  void its_own_list_takes_it_with_another_limit_and_another_spelling_of_an_instant() {
    assertThat(PageCursor.open(CURSOR, "searchSlots", FILTERS)).isEqualTo("inner 日本");
    Map<String, Object> sameFilters =
        Map.of(
            "teacherId", "t", "from", "2031-03-04T17:00:00+01:00", "limit", 50L, "cursor", CURSOR);
    assertThat(PageCursor.open(CURSOR, "searchSlots", sameFilters)).isEqualTo("inner 日本");
  }

  @Test
  void another_list_and_other_filters_refuse_it() {
    refused(CURSOR, "listMySlots", FILTERS);
    refused(CURSOR, "searchSlots", Map.of());
    refused(CURSOR, "searchSlots", Map.of("teacherId", "u", "from", "2031-03-04T16:00:00Z"));
    refused(CURSOR, "searchSlots", Map.of("studentId", "t", "from", "2031-03-04T16:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAAAAAAAAAA", "no base64!", "inner"})
  void anything_else_is_refused(String cursor) {
    refused(cursor, "searchSlots", FILTERS);
  }
}
