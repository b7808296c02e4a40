package io.classbell.account.model;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.EmailAddress;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people tell of themselves, checked and made canonical. Collects every field at fault; {@link
 * #mustBeSound} then refuses them together.
 */
public final class ProfileFields {
  private static final long MOST_IN_NAME = 120;
  private static final long FEWEST_IN_PASSWORD = 8;
  private static final long MOST_IN_PASSWORD = 128;
  private static final int MOST_IN_LOCALE = 35;
  private static final Set<Role> OPEN_ROLES = Set.of(Role.student, Role.teacher);

  /** One name for what the time zone database calls by many. */
  private static final Set<String> UTC_NAMES =
      Set.of("etc/utc", "etc/uct", "etc/universal", "etc/zulu", "uct", "universal", "zulu");

  private static final Map<String, String> ZONES = zones();

  private final List<FieldError> errors = new ArrayList<>();

  public String email(String text) {
    EmailAddress email = EmailAddress.parse(text);
    if (email == null) {
      return fault(
          "email",
          FieldRules.WRONG_FORMAT,
          "Must be one plain e-mail address such as ada@example.org.",
          text);
    }
    return email.value();
  }

  /** Spaces around it go; its inside stays as written. */
  public String name(String text) {
    String name = text.strip();
    FieldError error = FieldRules.line("name", name, MOST_IN_NAME);
    if (error != null) {
      errors.add(error);
    }
    return name;
  }

  /** Nobody registers as an admin. */
  public Role openRole(@Nullable Role role) {
    if (role == null || !OPEN_ROLES.contains(role)) {
      errors.add(FieldRules.notOneOf("role", List.of(Role.student, Role.teacher)));
      return Role.student;
    }
    return role;
  }

  /**
   * An IANA name, as the time zone database writes it; UTC where none is given. A link such as EST
   * or US/Pacific is kept, as its meaning can change without that of the zone it points to now.
   */
  public String timezone(@Nullable String text) {
    String zone = text == null ? "UTC" : ZONES.get(text.toLowerCase(Locale.ROOT));
    return zone == null
        ? fault(
            "timezone",
            FieldRules.WRONG_FORMAT,
            "Must be the name of an IANA time zone such as Europe/Berlin.",
            "UTC")
        : zone;
  }

  /** A well-formed BCP 47 tag in canonical form; en where none is given. Texts fall back to en. */
  public String locale(@Nullable String text) {
    if (text == null) {
      return "en";
    }
    try {
      Locale locale = new Locale.Builder().setLanguageTag(text).build();
      // RFC 5646, 4.4.2: where room is limited, a tag is shortened from its end.
      String whole = locale.toLanguageTag();
      String tag =
          whole.length() <= MOST_IN_LOCALE ? whole : locale.stripExtensions().toLanguageTag();
      if (!locale.getLanguage().isEmpty() && tag.length() <= MOST_IN_LOCALE) {
        return tag;
      }
    } catch (IllformedLocaleException notWellFormed) {
      // Said below, as of a tag without a language.
    }
    return fault(
        "locale",
        FieldRules.WRONG_FORMAT,
        "Must be a language tag (BCP 47) of at most %d characters such as en or de-AT."
            .formatted(MOST_IN_LOCALE),
        "en");
  }

  public Secret newPassword(String field, Secret password) {
    String text = password.reveal();
    FieldError length = FieldRules.length(field, text, FEWEST_IN_PASSWORD, MOST_IN_PASSWORD);
    if (length != null) {
      errors.add(length);
      return password;
    }
    if (text.codePoints().anyMatch(ProfileFields::isHalfCharacter)) {
      return fault(
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
   * @throws RejectedException {@link AccountApi#INVALID_FIELD} with every field at fault
   */
  public void mustBeSound() {
    if (!errors.isEmpty()) {
      throw new RejectedException(Rejection.ofFields(errors));
    }
  }

  private <T> T fault(String field, String code, String message, T instead) {
    errors.add(new FieldError(field, code, message));
    return instead;
  }

  private static boolean isHalfCharacter(int character) {
    return Character.getType(character) == Character.SURROGATE;
  }

  /** By lower-case name. SystemV names are Java's own. */
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
