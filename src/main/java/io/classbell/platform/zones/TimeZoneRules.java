package io.classbell.platform.zones;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The time zone rules of this process: those that come with the platform, or newer ones that an
 * operator provides. {@code java.time} has one set of rules per process, so this is static.
 */
public final class TimeZoneRules {
  private static final String PROVIDER = "java.time.zone.DefaultZoneRulesProvider";
  private static final String BUNDLED = "/zones/tzdb.zip";

  private static final ZoneDatabase OURS = bundled();
  private static volatile ZoneDatabase current = OURS;
  private static volatile @Nullable String newestUsed;

  /** A report on the rules in use, for operators. */
  public record Report(String version, String date, boolean inForce, List<String> warnings) {}

  /**
   * Registers the rules with {@code java.time}. Must be called before the process needs a time
   * zone: first in {@code main}, before loggers exist.
   */
  public static void install() {
    if (System.getProperty(PROVIDER) == null) {
      System.setProperty(PROVIDER, IanaZoneRulesProvider.class.getName());
    }
  }

  /** Returns the rules in use. */
  public static ZoneDatabase current() {
    return current;
  }

  /**
   * Loads the rules of a zoneinfo directory or a packed file and uses them in the whole process
   * from now on.
   *
   * @throws IOException if they can't be read
   */
  public static void use(Path path) throws IOException {
    use(ZoneDatabase.read(path));
  }

  static synchronized void use(ZoneDatabase database) {
    current = database;
    Set<String> added = new HashSet<>(database.ids());
    added.removeAll(ZoneRulesProvider.getAvailableZoneIds());
    if (!added.isEmpty() && isInForce()) {
      ZoneRulesProvider.registerProvider(new IanaZoneRulesProvider(Set.copyOf(added)));
    }
  }

  /**
   * Returns the rules of a zone; for a zone that the rules in use lack, those that come with the
   * platform.
   */
  static @Nullable ZoneRules rules(String zoneId) {
    ZoneRules rules = current.rules(zoneId);
    return rules == null ? OURS.rules(zoneId) : rules;
  }

  /** Whether {@code java.time} uses these rules; false if {@link #install} was called too late. */
  public static boolean isInForce() {
    return ZoneRulesProvider.getRules("Europe/London", false) == rules("Europe/London");
  }

  /** Records the newest version that stored times were computed with, here or on other nodes. */
  public static void noteUsed(@Nullable String version) {
    newestUsed = version;
  }

  /**
   * Returns a report on the rules in use and any warnings.
   *
   * @param now real time
   * @param warnAfter rules that are older than this cause a warning
   */
  public static Report report(Instant now, Duration warnAfter) {
    ZoneDatabase database = current;
    List<String> warnings = new ArrayList<>();
    long days = age(now).toDays();
    if (days > warnAfter.toDays()) {
      warnings.add(
          "The time zone rules %s are %d days old; set timeZones.file to newer ones."
              .formatted(database.version(), days));
    }
    String used = newestUsed;
    if (used != null && used.compareTo(database.version()) > 0) {
      warnings.add(
          "Upcoming slots were computed with the time zone rules %s, which are newer than %s."
              .formatted(used, database.version()));
    }
    boolean inForce = isInForce();
    if (!inForce) {
      warnings.add("The JDK's time zone rules are in use, as a time zone was needed too early.");
    }
    return new Report(database.version(), database.date().toString(), inForce, warnings);
  }

  /** Returns how long ago the rules in use were packaged. */
  public static Duration age(Instant now) {
    LocalDate date = current.date();
    return Duration.between(date.atStartOfDay().toInstant(ZoneOffset.UTC), now);
  }

  private static ZoneDatabase bundled() {
    try (InputStream in =
        Objects.requireNonNull(TimeZoneRules.class.getResourceAsStream(BUNDLED), BUNDLED)) {
      return ZoneDatabase.unpack(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TimeZoneRules() {}
}
