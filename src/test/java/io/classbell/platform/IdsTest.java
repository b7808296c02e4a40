package io.classbell.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void ids_are_of_version_7_and_rise_and_never_repeat() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      ids.add(Ids.next());
    }
    assertThat(ids).isSorted().doesNotHaveDuplicates().allMatch(Ids::isId);
    assertThat(UUID.fromString(ids.getFirst()).version()).isEqualTo(7);
    assertThat(UUID.fromString(ids.getFirst()).variant()).isEqualTo(2);
  }

  @Property
  void the_same_parts_give_the_same_id(@ForAll List<String> parts) {
    String[] some = parts.toArray(String[]::new);
    assertThat(Ids.derived(some)).isEqualTo(Ids.derived(some.clone())).matches(Ids::isId);
    assertThat(UUID.fromString(Ids.derived(some)).version()).isEqualTo(8);
    assertThat(UUID.fromString(Ids.derived(some)).variant()).isEqualTo(2);
  }

  @Test
  void parts_do_not_run_into_each_other() {
    assertThat(Ids.derived("ab", "c")).isNotEqualTo(Ids.derived("a", "bc"));
    assertThat(Ids.derived("a", "")).isNotEqualTo(Ids.derived("a"));
    assertThat(Ids.derived("1:a")).isNotEqualTo(Ids.derived("a"));
  }

  @Test
  void only_ids_are_taken_for_ids() {
    assertThat(Ids.isId("01900000-0000-7000-8000-000000000000")).isTrue();
    assertThat(Ids.isId("01900000-0000-7000-8000-00000000000")).isFalse();
    assertThat(Ids.isId("01900000-0000-7000-8000-00000000000G")).isFalse();
    assertThat(Ids.isId("01900000-0000-7000-8000-00000000000A")).isFalse();
    assertThat(Ids.isId("")).isFalse();
  }
}
