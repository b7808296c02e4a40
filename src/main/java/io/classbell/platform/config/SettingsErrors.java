package io.classbell.platform.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with a configuration, so that an operator hears of all of it at once. */
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

  /** Says that {@code setting} (its name inside the record that checks) is wrong, and why. */
  public void add(String setting, String why) {
    String path = prefix + setting;
    String source = sourceByPath.get(path);
    found.add(path + ": " + why + (source == null ? "" : " (" + source + ")"));
  }

  /** Reports of the record at {@code path} and below, to be merged with {@link #addAll}. */
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
