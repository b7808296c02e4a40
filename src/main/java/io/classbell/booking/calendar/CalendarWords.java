package io.classbell.booking.calendar;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a calendar feed in one language.
 *
 * @param name the calendar's name, as calendar applications list it
 * @param description what the feed contains
 * @param truncated how many upcoming classes the feed contains when there are more; with {@code %d}
 */
record CalendarWords(String name, String description, String truncated) {
  private static final CalendarWords ENGLISH = load("en");
  private static final CalendarWords GERMAN = load("de");
  private static final CalendarWords CHINESE = load("zh");

  /** The words of a locale (BCP 47); English where the language is not available. */
  static CalendarWords of(@Nullable String locale) {
    String language = Locale.forLanguageTag(locale == null ? "en" : locale).getLanguage();
    return switch (language) {
      case "de" -> GERMAN;
      case "zh" -> CHINESE;
      default -> ENGLISH;
    };
  }

  static List<CalendarWords> all() {
    return List.of(ENGLISH, GERMAN, CHINESE);
  }

  private static CalendarWords load(String language) {
    Properties texts = new Properties();
    String resource = "/calendar/" + language + ".properties";
    try (InputStream in =
        Objects.requireNonNull(CalendarWords.class.getResourceAsStream(resource), resource)) {
      texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new CalendarWords(
        text(texts, "name"), text(texts, "description"), text(texts, "truncated"));
  }

  private static String text(Properties texts, String key) {
    return Objects.requireNonNull(texts.getProperty(key), key);
  }
}
