package io.classbell.account.model;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.EmailAddress;
import io.classbell.platform.LanguageTag;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Validates and normalises the fields of a profile. Collects all invalid fields; {@link
 * #rejectIfInvalid} then rejects them together.
 */
public final class ProfileFields {
  private static final long MOST_IN_NAME = 120;
  private static final long FEWEST_IN_PASSWORD = 8;
  private static final long MOST_IN_PASSWORD = 128;
  private static final Set<Role> OPEN_ROLES = Set.of(Role.student, Role.teacher);

  /** Names of the time zone database that all mean UTC. */
  private static final Set<String> UTC_NAMES =
      Set.of("etc/utc", "etc/uct", "etc/universal", "etc/zulu", "uct", "universal", "zulu");

  private static final Map<String, String> ZONES = zones();

  private final List<FieldError> errors = new ArrayList<>();

  public String email(String text) {
    EmailAddress email = EmailAddress.parse(text);
    if (email == null) {
      return invalid(
          "email",
          FieldRules.WRONG_FORMAT,
          "Must be one plain e-mail address such as ada@example.org.",
          text);
    }
    return email.value();
  }

  /** Removes surrounding white space only. */
  public String name(String text) {
    String name = text.strip();
    FieldError error = FieldRules.line("name", name, MOST_IN_NAME);
    if (error != null) {
      errors.add(error);
    }
    return name;
  }

  /** Accepts the roles that registration allows, student and teacher. */
  public Role registrableRole(@Nullable Role role) {
    if (role == null || !OPEN_ROLES.contains(role)) {
      errors.add(FieldRules.notOneOf("role", List.of(Role.student, Role.teacher)));
      return Role.student;
    }
    return role;
  }

  /**
   * Returns the IANA name in the spelling of the time zone database; UTC if none is given. A link
   * such as EST or US/Pacific is kept, because it may later point to a different zone.
   */
  public String timezone(@Nullable String text) {
    String zone = text == null ? "UTC" : ZONES.get(text.toLowerCase(Locale.ROOT));
    return zone == null
        ? invalid(
            "timezone",
            FieldRules.WRONG_FORMAT,
            "Must be the name of an IANA time zone such as Europe/Berlin.",
            "UTC")
        : zone;
  }

  /** Returns a well-formed BCP 47 tag in canonical form; en if none is given. */
  public String locale(@Nullable String text) {
    if (text == null) {
      return "en";
    }
    String tag = LanguageTag.canonical(text);
    if (tag != null) {
      return tag;
    }
    return invalid(
        "locale",
        FieldRules.WRONG_FORMAT,
        "Must be a language tag (BCP 47) of at most %d characters such as en or de-AT."
            .formatted(LanguageTag.MOST_CHARACTERS),
        "en");
  }

  public Secret newPassword(String field, Secret password) {
    String text = password.reveal();
    FieldError length = FieldRules.length(field, text, FEWEST_IN_PASSWORD, MOST_IN_PASSWORD);
    if (length != null) {
      errors.add(length);
      return password;
    }
    if (text.codePoints().anyMatch(ProfileFields::isLoneSurrogate)) {
      return invalid(
          field,
          FieldRules.INVALID_TEXT,
          "The text has characters that can't be stored.",
          password);
    }
    return password;
  }

  public void missing(String field, String why) {
    errors.add(FieldRules.required(field, why));
  }

  /**
   * @throws RejectedException {@link AccountApi#INVALID_FIELD} with every invalid field
   */
  public void rejectIfInvalid() {
    if (!errors.isEmpty()) {
      throw new RejectedException(Rejection.ofFields(errors));
    }
  }

  private <T> T invalid(String field, String code, String message, T instead) {
    errors.add(new FieldError(field, code, message));
    return instead;
  }

  private static boolean isLoneSurrogate(int character) {
    return Character.getType(character) == Character.SURROGATE;
  }

  /** Zone ids by their lower-case names. SystemV names exist in Java only, so they are left out. */
  private static Map<String, String> zones() {
    Map<String, String> zones = new HashMap<>();
    for (String id : ZoneId.getAvailableZoneIds()) {
      if (!id.startsWith("SystemV/")) {
        zones.put(id.toLowerCase(Locale.ROOT), id);
      }
    }
    UTC_NAMES.forEach(name -> zones.put(name, "UTC"));
    return Map.copyOf(zones);
  }
}
