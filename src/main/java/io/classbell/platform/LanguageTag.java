package io.classbell.platform;

import java.util.IllformedLocaleException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Language tags (BCP 47, RFC 5646) of users and classes. */
public final class LanguageTag {
  public static final int MOST_CHARACTERS = 35;

  /**
   * Returns the tag in canonical form, without extensions where they make it too long; null if it
   * is not well-formed, names no language or is too long.
   */
  public static @Nullable String canonical(String text) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(text).build();
      // RFC 5646, 4.4.2: where room is limited, a tag is shortened from its end.
      String whole = locale.toLanguageTag();
      String tag =
          whole.length() <= MOST_CHARACTERS ? whole : locale.stripExtensions().toLanguageTag();
      return locale.getLanguage().isEmpty() || tag.length() > MOST_CHARACTERS ? null : tag;
    } catch (IllformedLocaleException notWellFormed) {
      return null;
    }
  }

  private LanguageTag() {}
}
