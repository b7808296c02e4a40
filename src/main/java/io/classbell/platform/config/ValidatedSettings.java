package io.classbell.platform.config;

/**
 * A settings record with rules that involve several components. It is checked after all its
 * components are valid.
 */
public interface ValidatedSettings {
  /** Reports every violated rule. */
  void check(SettingsErrors mistakes);
}
