package io.classbell.account.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.config.Secret;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class OpaqueTokenTest {

  @Test
  void tokens_are_256_random_bits_that_fit_into_a_link() {
    assertThat(
            Stream.generate(OpaqueToken::next)
                .limit(1000)
                .map(OpaqueToken::hash)
                .collect(Collectors.toSet()))
        .hasSize(1000);
    String shown = OpaqueToken.next().secret().reveal();
    assertThat(Base64.getUrlDecoder().decode(shown)).hasSize(32);
    assertThat(shown).matches("[A-Za-z0-9_-]{43}");
  }

  @Test
  void a_token_is_found_by_what_its_holder_shows() {
    OpaqueToken token = OpaqueToken.next();

    assertThat(OpaqueToken.hashOf(token.secret())).isEqualTo(token.hash()).hasSize(64);
    assertThat(token.toString()).doesNotContain(token.secret().reveal());
  }

  @Test
  void hashes_are_sha_256() {
    assertThat(OpaqueToken.hashOf(Secret.of("abc")))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
