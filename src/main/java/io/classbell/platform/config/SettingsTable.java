package io.classbell.platform.config;

import java.util.List;
import java.util.stream.Collectors;

/** Generates the reference of all settings from the settings records. */
public final class SettingsTable {
  private SettingsTable() {}

  /** Returns text for a terminal: each setting with its type, default and meaning. */
  public static String text(Class<? extends Record> type) {
    return SettingsComponent.leaves(type, "").stream()
        .map(
            leaf ->
                "%s\n    %s; %s%s\n    %s\n    %s\n"
                    .formatted(
                        leaf.path(),
                        leaf.typeInWords(),
                        standing(leaf),
                        bounds(leaf),
                        leaf.setting().value(),
                        leaf.environmentName()))
        .collect(Collectors.joining());
  }

  /** Returns the tables of {@code src/docs/configuration.md}, one per section. */
  public static String markdown(Class<? extends Record> type) {
    StringBuilder page = new StringBuilder();
    for (SettingsComponent section : SettingsComponent.of(type, "")) {
      List<SettingsComponent> leaves =
          section.isRecord()
              ? SettingsComponent.leaves(section.type(), section.path())
              : List.of(section);
      page.append("## ").append(section.path()).append("\n\n");
      if (section.isRecord()) {
        page.append(section.setting().value()).append("\n\n");
      }
      page.append("| setting | type | default | meaning |\n|---|---|---|---|\n");
      leaves.forEach(leaf -> page.append(row(leaf)));
      page.append('\n');
    }
    return page.toString();
  }

  private static String row(SettingsComponent leaf) {
    String standing = leaf.hasDefault() ? "`" + leaf.setting().byDefault() + "`" : standing(leaf);
    return "| `%s` | %s | %s | %s%s |\n"
        .formatted(
            leaf.path(),
            leaf.typeInWords().replace("|", "\\|"),
            standing.replace("|", "\\|"),
            leaf.setting().value().replace("|", "\\|"),
            bounds(leaf).isEmpty() ? "" : " (" + bounds(leaf).substring(2) + ")");
  }

  private static String standing(SettingsComponent leaf) {
    if (leaf.hasDefault()) {
      return "default " + leaf.setting().byDefault();
    } else if (leaf.isList()) {
      return "default none";
    }
    if (leaf.isOptional()) {
      return "optional";
    }
    return leaf.group() == null ? "required" : "required with any of " + leaf.group();
  }

  private static String bounds(SettingsComponent leaf) {
    Setting setting = leaf.setting();
    StringBuilder bounds = new StringBuilder();
    boolean isText = leaf.type() == String.class || leaf.isSecret();
    if (setting.min() != Long.MIN_VALUE) {
      bounds.append("; at least ").append(setting.min()).append(isText ? " characters" : "");
    }
    if (setting.max() != Long.MAX_VALUE) {
      bounds.append("; at most ").append(setting.max()).append(isText ? " characters" : "");
    }
    if (!setting.atLeast().isEmpty()) {
      bounds.append("; at least ").append(setting.atLeast());
    }
    if (!setting.atMost().isEmpty()) {
      bounds.append("; at most ").append(setting.atMost());
    }
    return bounds.toString();
  }
}
