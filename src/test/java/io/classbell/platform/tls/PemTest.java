package io.classbell.platform.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.platform.bus.ClusterSettings;
import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.SettingsReader;
import io.classbell.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Wrong files are told with all other mistakes, before anything starts. */
class PemTest {
  @TempDir static Path dir;
  private static Path authority;
  private static TestCa.Identity one;
  private static TestCa.Identity other;

  @BeforeAll
  static void make() {
    TestCa ca = new TestCa(dir, "cluster");
    authority = ca.authority();
    one = ca.identity("one", "dns:localhost");
    other = ca.identity("other", "dns:localhost");
  }

  private static List<String> mistakes(Object certificate, Object key, Object ca) {
    String json =
        "{\"tlsCertificate\": \"%s\", \"tlsKey\": \"%s\", \"tlsCa\": \"%s\"}"
            .formatted(certificate, key, ca);
    ConfigurationException e =
        catchThrowableOfType(
            ConfigurationException.class,
            () -> SettingsReader.of(ClusterSettings.class).json("test", json).read());
    return e == null ? List.of() : e.mistakes();
  }

  @Test
  void a_certificate_its_key_and_an_authority_are_sound() {
    assertThat(mistakes(one.chain(), one.key(), authority)).isEmpty();
  }

  @Test
  void files_that_are_not_there_are_all_named() {
    assertThat(mistakes("/no/crt", "/no/key", "/no/ca"))
        .satisfiesExactly(
            m -> assertThat(m).startsWith("tlsCertificate: /no/crt can't be read"),
            m -> assertThat(m).startsWith("tlsKey: /no/key can't be read"),
            m -> assertThat(m).startsWith("tlsCa: /no/ca can't be read"));
  }

  @Test
  void anothers_key_is_known() {
    assertThat(mistakes(one.chain(), other.key(), authority))
        .singleElement()
        .asString()
        .startsWith("tlsKey: ")
        .contains("is not the key of");
  }

  @Test
  void a_key_is_no_certificate_and_a_text_is_neither() throws IOException {
    Path text = Files.writeString(dir.resolve("text"), "hello");

    assertThat(mistakes(one.key(), one.chain(), text))
        .satisfiesExactly(
            m -> assertThat(m).startsWith("tlsCertificate: "),
            m -> assertThat(m).startsWith("tlsKey: ").contains("holds no private key"),
            m -> assertThat(m).startsWith("tlsCa: "));
  }
}
