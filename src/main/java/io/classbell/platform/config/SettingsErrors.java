package io.classbell.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the mistakes of a configuration, so that operators see all of them at once. */
public final class SettingsErrors {
  private final List<String> found = new ArrayList<>();
  private final Map<String, String> sourceByPath = new LinkedHashMap<>();
  private final String prefix;

  SettingsErrors(Map<String, String> sourceByPath) {
    this("", sourceByPath);
  }

  private SettingsErrors(String prefix, Map<String, String> sourceByPath) {
    this.prefix = prefix;
    this.sourceByPath.putAll(sourceByPath);
  }

  /** Adds a mistake. {@code setting} is a name inside the record that is checked. */
  public void add(String setting, String why) {
    String path = prefix + setting;
    String source = sourceByPath.get(path);
    found.add(path + ": " + why + (source == null ? "" : " (" + source + ")"));
  }

  /** Returns a collector for the record at {@code path}, to be merged with {@link #addAll}. */
  SettingsErrors at(String path) {
    return new SettingsErrors(path.isEmpty() ? "" : path + ".", sourceByPath);
  }

  void addAll(SettingsErrors others) {
    found.addAll(others.found);
  }

  int count() {
    return found.size();
  }

  List<String> found() {
    return List.copyOf(found);
  }
}
