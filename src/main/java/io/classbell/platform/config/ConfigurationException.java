package io.classbell.platform.config;

import java.util.List;

/** A configuration that can't be used. Its message lists every mistake, one a line. */
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

  /** Each mistake: the setting's path, what is wrong, and where it was read. */
  public List<String> mistakes() {
    return mistakes;
  }
}
