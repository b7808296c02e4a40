package io.classbell.account.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.account.api.AccountSettings.Argon2;
import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
  private static final Argon2 CHEAP = new Argon2(64, 1, 1, 1, 1);
  private static final Secret PASSWORD = Secret.of("correct horse battery");

  @Test
  void only_the_password_itself_matches() {
    PasswordHash hash = PasswordHash.parse(PasswordHash.of(PASSWORD, CHEAP).phc());

    assertThat(hash.matches(PASSWORD)).isTrue();
    assertThat(hash.matches(Secret.of("correct horse batterz"))).isFalse();
    assertThat(hash.matches(Secret.of(""))).isFalse();
  }

  /** Made by the reference implementation: argon2 0~20190702, "-id -t 2 -k 65536 -p 1 -l 32". */
  @Test
  void hashes_of_other_argon2id_programs_are_understood() {
    PasswordHash hash =
        PasswordHash.parse(
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");

    assertThat(hash.matches(Secret.of("password"))).isTrue();
    assertThat(hash.matches(Secret.of("differentpassword"))).isFalse();
  }

  @Test
  void the_same_password_is_stored_otherwise_each_time_and_never_in_clear() {
    String one = PasswordHash.of(PASSWORD, CHEAP).phc();
    String two = PasswordHash.of(PASSWORD, CHEAP).phc();

    assertThat(one).isNotEqualTo(two).startsWith("$argon2id$v=19$m=64,t=1,p=1$");
    assertThat(one).doesNotContain("correct").hasSizeLessThan(255);
    assertThat(one.getBytes(StandardCharsets.US_ASCII)).asString().isEqualTo(one);
  }

  @Test
  void the_same_characters_in_another_normal_form_are_the_same_password() {
    PasswordHash composed = PasswordHash.of(Secret.of("p\u00e4ssword"), CHEAP);

    assertThat(composed.matches(Secret.of("pa\u0308ssword"))).isTrue();
  }

  @Test
  void it_tells_whether_it_cost_what_is_set() {
    PasswordHash hash = PasswordHash.of(PASSWORD, CHEAP);

    assertThat(hash.hasCostOf(CHEAP)).isTrue();
    assertThat(hash.hasCostOf(new Argon2(64, 1, 1, 8, 99))).isTrue();
    assertThat(hash.hasCostOf(new Argon2(128, 1, 1, 1, 1))).isFalse();
    assertThat(hash.hasCostOf(new Argon2(64, 2, 1, 1, 1))).isFalse();
    assertThat(hash.hasCostOf(new Argon2(64, 1, 2, 1, 1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
        "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
      })
  void nothing_else_is_read_as_a_hash(String text) {
    assertThatThrownBy(() -> PasswordHash.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
