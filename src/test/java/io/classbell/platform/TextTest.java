package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", " é ", "عربي", "日本", "\ud83c\udfbb", "<b>", "?"})
  void what_people_write_can_be_seen_on_one_line(String text) {
    assertThat(Text.isVisible(text)).isTrue();
    assertThat(Text.isOneLine(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\u00a0\u3000", "\u200b", "\ufeff", "\u3164", "\u2800", "\u0301"})
  void what_leaves_no_mark_cannot_be_seen(String text) {
    assertThat(Text.isVisible(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\rb", "a\u0085b", "a\u2028b", "a\u2029b", "a\u0000b", "\u202eabc"})
  void breaks_and_changes_of_direction_are_no_line(String text) {
    assertThat(Text.isOneLine(text)).isFalse();
  }

  @Test
  void characters_are_counted_and_not_their_halves() {
    assertThat(Text.length("\ud83c\udfbb!")).isEqualTo(2);
  }
}
