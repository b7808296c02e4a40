package io.classbell.account.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.platform.config.ConfigurationException;
import io.classbell.platform.config.SettingsReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class AccountSettingsTest {
  private static final String ADMIN =
      "{\"jwtSecret\": \"0123456789abcdef0123456789abcdef\","
          + " \"firstAdmin\": {\"email\": \"%s\", \"password\": \"a first password\"}}";

  @Test
  void a_first_admin_who_could_not_be_made_is_a_mistake_in_the_settings() {
    for (String email : List.of("admin@localhost", "Ada <ada@example.org>", "ada@127.0.0.1")) {
      assertThat(mistakes(ADMIN.formatted(email)))
          .singleElement()
          .asString()
          .contains("firstAdmin.email");
    }
  }

  @Test
  void a_key_shorter_than_32_bytes_is_a_mistake_in_the_settings() {
    assertThat(mistakes("{\"jwtSecret\": \"0123456789abcdef0123456789abcde\"}"))
        .anyMatch(mistake -> mistake.contains("jwtSecret"));
  }

  private static List<String> mistakes(String json) {
    return catchThrowableOfType(
            ConfigurationException.class,
            () -> SettingsReader.of(AccountSettings.class).json("test", json).read())
        .mistakes();
  }
}
