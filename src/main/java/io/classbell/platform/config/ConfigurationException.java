package io.classbell.platform.config;

import java.util.List;

/** Thrown for an invalid configuration. The message lists every mistake, one per line. */
public final class ConfigurationException extends RuntimeException {
  private final transient List<String> mistakes;

  ConfigurationException(List<String> mistakes) {
    super(
        (mistakes.size() == 1
                ? "The configuration has a mistake:"
                : "The configuration has mistakes:")
            + "\n  "
            + String.join("\n  ", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** The mistakes: for each the setting's path, what is wrong, and where the value came from. */
  public List<String> mistakes() {
    return mistakes;
  }
}
