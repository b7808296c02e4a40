package io.classbell.account.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ada@example.org",
        "a@b.co",
        "ada.lovelace+classes@mail.example.co.uk",
        "o'brien_{x}=y@example.org",
        "student@classbell.test",
        "x@xn--mnchen-3ya.example",
        "1@1.example"
      })
  void plain_addresses_are_taken_as_they_are(String text) {
    assertThat(EmailAddress.parse(text)).isEqualTo(new EmailAddress(text));
  }

  @Test
  void spaces_around_it_go_and_letters_become_small() {
    assertThat(EmailAddress.parse("  Ada@Example.ORG "))
        .isEqualTo(new EmailAddress("ada@example.org"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ada",
        "@example.org",
        "ada@",
        "ada@@example.org",
        "ada@example",
        "ada@example.",
        "ada@.example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        "a b@example.org",
        "ada@exa mple.org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@exa_mple.org",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "\"ada\"@example.org",
        "ada(x)@example.org",
        "Ada <ada@example.org>",
        "<ada@example.org>",
        "d@e.f <v@x.org>",
        "a@b.org,c@d.org",
        "a@b.org;c@d.org",
        "a@b.org\n",
        "\ra@b.org",
        "a@b.org\r\nBcc: c@d.org",
        "a\t@b.org",
        "a\u0000@b.org",
        "a@b.org\u2028",
        "ädä@example.org",
        "ada@münchen.example",
        "ada\uff20example.org",
        "ada@example\u3002org",
        "%0d%0a@@b.org"
      })
  void nothing_else_is_an_address(String text) {
    assertThat(EmailAddress.parse(text)).isNull();
  }

  @Test
  void the_longest_has_254_characters_and_64_before_the_at() {
    String label = "a".repeat(63);
    String domain = label + "." + label + "." + "b".repeat(57) + ".org";

    assertThat(EmailAddress.parse("x".repeat(64) + "@" + domain)).isNotNull();
    assertThat(EmailAddress.parse("x".repeat(64) + "@b" + domain)).isNull();
    assertThat(EmailAddress.parse("x".repeat(65) + "@example.org")).isNull();
    assertThat(EmailAddress.parse("x@" + "a".repeat(64) + ".org")).isNull();
    assertThat(EmailAddress.parse("x".repeat(1_000_000))).isNull();
  }

  @Test
  void letters_that_grow_small_as_ascii_are_not_let_in() {
    // The Kelvin sign's small letter is an ASCII k: it would be another's address.
    assertThat(EmailAddress.parse("\u212aarl@example.org")).isNull();
  }

  @Property
  void what_is_taken_has_no_space_no_control_and_one_at(@ForAll String text) {
    EmailAddress email = EmailAddress.parse(text + "@example.org");
    if (email != null) {
      assertThat(email.value()).matches("[!-~]+@[!-~]+").doesNotContain("<", ">", ",", ";", "\"");
      assertThat(EmailAddress.parse(email.value())).isEqualTo(email);
    }
  }

  @Test
  void it_does_not_print() {
    assertThat(new EmailAddress("ada@example.org")).hasToString("***");
  }
}
