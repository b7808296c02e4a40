package io.classbell.platform.config;

/**
 * A settings record with rules that no single component can state. Asked once all its components
 * are sound.
 */
public interface ValidatedSettings {
  /** Names every rule that is broken. */
  void check(SettingsErrors mistakes);
}
