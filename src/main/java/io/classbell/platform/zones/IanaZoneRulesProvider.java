package io.classbell.platform.zones;

import java.time.zone.ZoneRules;
import java.time.zone.ZoneRulesException;
import java.time.zone.ZoneRulesProvider;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Provides {@code java.time} with the rules of {@link TimeZoneRules} instead of the JDK's. The JDK
 * creates it by name; see {@link TimeZoneRules#install}.
 */
public final class IanaZoneRulesProvider extends ZoneRulesProvider {
  private final Set<String> ids;

  /** Provides every zone of the rules that come with the platform. */
  public IanaZoneRulesProvider() {
    this(TimeZoneRules.current().ids());
  }

  IanaZoneRulesProvider(Set<String> ids) {
    this.ids = ids;
  }

  @Override
  protected Set<String> provideZoneIds() {
    return ids;
  }

  /** Not cached by {@code java.time}, because newer rules may be loaded when the node starts. */
  @Override
  protected @Nullable ZoneRules provideRules(String zoneId, boolean forCaching) {
    return forCaching ? null : rules(zoneId);
  }

  @Override
  protected NavigableMap<String, ZoneRules> provideVersions(String zoneId) {
    TreeMap<String, ZoneRules> versions = new TreeMap<>();
    versions.put(TimeZoneRules.current().version(), rules(zoneId));
    return versions;
  }

  private static ZoneRules rules(String zoneId) {
    ZoneRules rules = TimeZoneRules.rules(zoneId);
    if (rules == null) {
      throw new ZoneRulesException("no rules for the time zone " + zoneId);
    }
    return rules;
  }
}
