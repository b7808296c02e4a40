package io.classbell.account.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileFieldsTest {
  private final ProfileFields fields = new ProfileFields();

  @Test
  void names_are_kept_as_written_but_for_the_spaces_around_them() {
    assertThat(fields.name("  Ada  Lovelace ")).isEqualTo("Ada  Lovelace");
    assertThat(fields.name("مریم")).isEqualTo("مریم");
    assertThat(fields.name("<b>&amp;")).isEqualTo("<b>&amp;");
    assertThat(fields.name("😀".repeat(120))).isEqualTo("😀".repeat(120));
    fields.rejectIfInvalid();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "a\nb",
        "a\u0000b",
        "a\u007fb",
        "a\u0085b",
        "a\u2028b",
        "ad\u202enimda",
        "\u2066x\u2069",
        "half \ud83d character"
      })
  void names_that_are_empty_or_hold_controls_are_refused(String name) {
    assertThat(faults(f -> f.name(name))).containsExactly("name");
  }

  @Test
  void a_name_of_121_characters_is_too_long() {
    assertThat(faults(f -> f.name("é".repeat(121)))).containsExactly("name");
  }

  @Test
  void people_register_as_students_and_teachers_only() {
    assertThat(fields.registrableRole(Role.student)).isEqualTo(Role.student);
    assertThat(fields.registrableRole(Role.teacher)).isEqualTo(Role.teacher);
    assertThat(faults(f -> f.registrableRole(Role.admin))).containsExactly("role");
    assertThat(faults(f -> f.registrableRole(null))).containsExactly("role");
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, Europe/Berlin",
    "europe/berlin, Europe/Berlin",
    "AMERICA/ARGENTINA/BUENOS_AIRES, America/Argentina/Buenos_Aires",
    "utc, UTC",
    "Etc/UTC, UTC",
    "Zulu, UTC",
    "EST, EST",
    "mst, MST",
    "HST, HST",
    "est5edt, EST5EDT",
    "us/pacific, US/Pacific",
    "ROC, ROC",
    "GMT+0, GMT+0",
    "etc/gmt+5, Etc/GMT+5"
  })
  void zones_are_written_as_the_time_zone_database_does(String text, String zone) {
    assertThat(fields.timezone(text)).isEqualTo(zone);
    fields.rejectIfInvalid();
  }

  @Test
  void every_zone_taken_can_be_used_and_stored() {
    for (String id : ZoneId.getAvailableZoneIds()) {
      if (!id.startsWith("SystemV/")) {
        String zone = fields.timezone(id);
        assertThat(ZoneId.of(zone)).isNotNull();
        assertThat(zone).hasSizeLessThanOrEqualTo(64).isPrintable();
      }
    }
    fields.rejectIfInvalid();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Mars",
        "+02:00",
        "UTC+2",
        "GMT+02:00",
        "GMT+5",
        "EST+1",
        "PST",
        "Z",
        "SystemV/PST8",
        "Europe/"
      })
  void other_zones_are_refused(String text) {
    assertThat(faults(f -> f.timezone(text))).containsExactly("timezone");
  }

  @ParameterizedTest
  @CsvSource({
    "en, en",
    "DE, de",
    "de-at, de-AT",
    "zh-hans-cn, zh-Hans-CN",
    "fr, fr",
    "iw, he",
    "en-US-u-hc-h23, en-US-u-hc-h23",
    "EN-us-U-HC-H23, en-US-u-hc-h23",
    "de-DE-u-co-phonebk-x-private, de-DE-u-co-phonebk-x-private",
    "de-DE-u-ca-gregory-co-phonebk-nu-latn, de-DE",
    "sl-rozaj-biske-1994, sl-rozaj-biske-1994",
    "x-lovelace, ''"
  })
  void locales_are_canonical_language_tags(String text, String locale) {
    if (locale.isEmpty()) {
      assertThat(faults(f -> f.locale(text))).containsExactly("locale");
    } else {
      assertThat(fields.locale(text)).isEqualTo(locale);
      fields.rejectIfInvalid();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "e", "en_US", "en-", "english language", "../etc", "de\n"})
  void other_locales_are_refused(String text) {
    assertThat(faults(f -> f.locale(text))).containsExactly("locale");
  }

  @Test
  void without_a_word_about_it_zone_and_locale_are_utc_and_en() {
    assertThat(fields.timezone(null)).isEqualTo("UTC");
    assertThat(fields.locale(null)).isEqualTo("en");
  }

  @Test
  void passwords_have_8_to_128_characters_of_any_script() {
    for (String good : List.of("12345678", "x".repeat(128), "пароль 😀", "😀".repeat(128))) {
      fields.newPassword("password", Secret.of(good));
    }
    fields.rejectIfInvalid();
    for (String bad : List.of("", "1234567", "x".repeat(129), "😀".repeat(7), "1234567\ud83d")) {
      assertThat(faults(f -> f.newPassword("password", Secret.of(bad))))
          .containsExactly("password");
    }
  }

  @Test
  void no_refusal_repeats_what_was_sent() {
    Rejection failure =
        refusal(
            f -> {
              f.newPassword("password", Secret.of("hush"));
              f.email("who@where");
            });

    assertThat(failure.toString()).doesNotContain("hush", "who@where");
  }

  private static List<String> faults(Consumer<ProfileFields> sent) {
    return refusal(sent).errors().stream().map(Rejection.FieldError::field).toList();
  }

  private static Rejection refusal(Consumer<ProfileFields> sent) {
    ProfileFields fields = new ProfileFields();
    sent.accept(fields);
    return catchThrowableOfType(RejectedException.class, fields::rejectIfInvalid).failure();
  }
}
