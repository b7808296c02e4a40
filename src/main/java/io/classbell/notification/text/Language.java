package io.classbell.notification.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A language of notification texts: its templates and its formats of times, amounts and durations.
 * Names of days and months come from its resource file, so that texts do not change with the JDK.
 */
public final class Language {
  public static final Language ENGLISH = load("en");
  static final Language GERMAN = load("de");
  static final Language CHINESE = load("zh");

  private final Map<String, Template> templates = new HashMap<>();
  private final Map<String, String> words = new HashMap<>();
  private final List<String> days;
  private final List<String> months;
  private final char decimal;
  private final char grouping;

  private Language(Properties lines) {
    for (String key : lines.stringPropertyNames()) {
      words.put(key, lines.getProperty(key));
      templates.put(key, Template.of(lines.getProperty(key)));
    }
    days = List.of(word("days").split(","));
    months = List.of(word("months").split(","));
    decimal = word("decimal").charAt(0);
    grouping = word("grouping").charAt(0);
  }

  /** Returns the language of a locale (BCP 47); English if it is not supported. */
  public static Language of(String locale) {
    int end = locale.indexOf('-');
    String language = (end < 0 ? locale : locale.substring(0, end)).toLowerCase(Locale.ROOT);
    return switch (language) {
      case "de" -> GERMAN;
      case "zh" -> CHINESE;
      default -> ENGLISH;
    };
  }

  private static Language load(String name) {
    Properties lines = new Properties();
    try (InputStream in =
        Language.class.getResourceAsStream("/notification/" + name + ".properties")) {
      lines.load(
          new InputStreamReader(
              Objects.requireNonNull(in, "no texts in " + name), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Language(lines);
  }

  /** Returns all languages, for tests. */
  static List<Language> all() {
    return List.of(ENGLISH, GERMAN, CHINESE);
  }

  /** Returns all keys, for tests. */
  Set<String> keys() {
    return Set.copyOf(words.keySet());
  }

  /** Returns a template that must exist. */
  public Template template(String key) {
    return Objects.requireNonNull(templates.get(key), key);
  }

  /** Returns the template for an audience, or the general one if there is none. */
  Template template(String kind, @Nullable String audience, String part) {
    Template special = audience == null ? null : templates.get(kind + "." + audience + "." + part);
    return special == null ? template(kind + "." + part) : special;
  }

  /** Returns a text by key, or null if there is none. */
  public @Nullable String wordOrNull(String key) {
    return words.get(key);
  }

  /** Returns a text that must exist. */
  public String word(String key) {
    return Objects.requireNonNull(words.get(key), key);
  }

  /**
   * Formats a time in a zone, with the zone's name and offset. The offset tells apart the two equal
   * hours when the clock goes back, and shows readers whose zone rules differ which offset was
   * used.
   */
  String when(Instant instant, ZoneId zone) {
    ZonedDateTime local = instant.atZone(zone);
    return template("when")
        .fill(
            name ->
                switch (name) {
                  case "day" -> days.get(local.getDayOfWeek().getValue() - 1);
                  case "date" -> Integer.toString(local.getDayOfMonth());
                  case "month" -> months.get(local.getMonthValue() - 1);
                  case "year" -> Integer.toString(local.getYear());
                  case "time" -> twoDigits(local.getHour()) + ":" + twoDigits(local.getMinute());
                  case "zone" -> zone.getId();
                  case "offset" -> offset(local);
                  default -> null;
                });
  }

  /** The offset, such as +02:00; null if the zone is UTC itself. */
  private static @Nullable String offset(ZonedDateTime local) {
    String offset = local.getOffset().getId();
    return !offset.equals("Z") ? offset : isUtc(local.getZone()) ? null : "+00:00";
  }

  private static boolean isUtc(ZoneId zone) {
    return zone.equals(ZoneOffset.UTC) || zone.getId().equals("UTC");
  }

  /** Returns the zone with this name; UTC if it is unknown. */
  public static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      return ZoneOffset.UTC;
    }
  }

  /** Formats an amount in minor units as credits with two decimals. */
  String amount(long minor) {
    String digits = Long.toString(minor);
    boolean negative = digits.startsWith("-");
    digits = negative ? digits.substring(1) : digits;
    if (digits.length() < 3) {
      digits = "0".repeat(3 - digits.length()) + digits;
    }
    StringBuilder out = new StringBuilder(negative ? "-" : "");
    int whole = digits.length() - 2;
    for (int i = 0; i < whole; i++) {
      if (i > 0 && (whole - i) % 3 == 0) {
        out.append(grouping);
      }
      out.append(digits.charAt(i));
    }
    out.append(decimal).append(digits, whole, digits.length());
    return number("amount", out.toString());
  }

  /** Formats whole hours as hours and other durations as minutes. */
  String duration(Duration duration) {
    long minutes = duration.toMinutes();
    if (minutes >= 60 && minutes % 60 == 0) {
      long hours = minutes / 60;
      return number(hours == 1 ? "hour" : "hours", Long.toString(hours));
    }
    return number(minutes == 1 ? "minute" : "minutes", Long.toString(minutes));
  }

  /** Formats a duration as hours and minutes. */
  String span(Duration span) {
    Duration rest = span.minusHours(span.toHours());
    return span.toHours() == 0 || rest.toMinutes() == 0
        ? duration(span)
        : duration(span.minus(rest)) + " " + duration(rest);
  }

  private String number(String key, String number) {
    return template(key).fill(name -> name.equals("number") ? number : null);
  }

  private static String twoDigits(int number) {
    return number < 10 ? "0" + number : Integer.toString(number);
  }
}
