package io.classbell.account;

import io.classbell.platform.Text;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Failure;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.config.Secret;
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
final class Fields {
  private static final int MOST_IN_NAME = 120;
  private static final int FEWEST_IN_PASSWORD = 8;
  private static final int MOST_IN_PASSWORD = 128;
  private static final int MOST_IN_LOCALE = 35;
  private static final Set<Role> OPEN_ROLES = Set.of(Role.student, Role.teacher);

  /** One name for what the time zone database calls by many. */
  private static final Set<String> UTC_NAMES =
      Set.of("etc/utc", "etc/uct", "etc/universal", "etc/zulu", "uct", "universal", "zulu");

  private static final Map<String, String> ZONES = zones();

  private final List<Failure.FieldError> errors = new ArrayList<>();

  String email(String text) {
    EmailAddress email = EmailAddress.parse(text);
    if (email == null) {
      return fault("email", "This is not one plain e-mail address.", text);
    }
    return email.value();
  }

  /** Spaces around it go; its inside stays as written. */
  String name(String text) {
    String name = text.strip();
    if (!Text.isVisible(name) || Text.length(name) > MOST_IN_NAME) {
      return fault("name", "Must have 1 to " + MOST_IN_NAME + " characters.", name);
    }
    if (!Text.isOneLine(name)) {
      return fault("name", "Must not contain control characters.", name);
    }
    return name;
  }

  /** Nobody registers as an admin. */
  Role openRole(@Nullable Role role) {
    if (role == null || !OPEN_ROLES.contains(role)) {
      return fault("role", "Must be student or teacher.", Role.student);
    }
    return role;
  }

  /** An IANA name, as the time zone database writes it; UTC where none is given. */
  String timezone(@Nullable String text) {
    String zone = text == null ? "UTC" : ZONES.get(text.toLowerCase(Locale.ROOT));
    return zone == null ? fault("timezone", "This is not an IANA time zone.", "UTC") : zone;
  }

  /** A well-formed BCP 47 tag in canonical form; en where none is given. Texts fall back to en. */
  String locale(@Nullable String text) {
    if (text == null) {
      return "en";
    }
    try {
      Locale locale = new Locale.Builder().setLanguageTag(text).build();
      String tag = locale.toLanguageTag();
      if (!locale.getLanguage().isEmpty() && tag.length() <= MOST_IN_LOCALE) {
        return tag;
      }
    } catch (IllformedLocaleException notWellFormed) {
      // Said below, as of a tag without a language.
    }
    return fault("locale", "This is not a BCP 47 language tag.", "en");
  }

  Secret newPassword(String field, Secret password) {
    String text = password.reveal();
    int length = Text.length(text);
    if (length < FEWEST_IN_PASSWORD || length > MOST_IN_PASSWORD) {
      String range = FEWEST_IN_PASSWORD + " to " + MOST_IN_PASSWORD;
      return fault(field, "Must have " + range + " characters.", password);
    }
    if (text.codePoints().anyMatch(Fields::isHalfCharacter)) {
      return fault(field, "This is not well-formed Unicode.", password);
    }
    return password;
  }

  void missing(String field, String why) {
    fault(field, why, field);
  }

  /**
   * @throws Refused {@link AccountApi#INVALID_FIELD} with every field at fault
   */
  void mustBeSound() {
    if (!errors.isEmpty()) {
      Failure.FieldError first = errors.getFirst();
      throw new Refused(
          new Failure(
              AccountApi.INVALID_FIELD.status(),
              AccountApi.INVALID_FIELD.code(),
              first.field() + ": " + first.message(),
              false,
              null,
              List.copyOf(errors)));
    }
  }

  private <T> T fault(String field, String message, T instead) {
    errors.add(new Failure.FieldError(field, AccountApi.INVALID_FIELD.code(), message));
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
