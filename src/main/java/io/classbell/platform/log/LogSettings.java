package io.classbell.platform.log;

import io.classbell.platform.config.Setting;

/** How this process writes its log, on standard output. */
public record LogSettings(
    @Setting(
            value =
                "Shape of a line: JSON, readable text, or readable in a terminal and JSON elsewhere.",
            byDefault = "auto")
        Format format,
    @Setting(value = "Least important lines that are written.", byDefault = "info") Level level) {

  /** Shape of a log line. */
  public enum Format {
    /** Text in a terminal, JSON elsewhere. */
    AUTO,
    /** One JSON object a line. */
    JSON,
    /** For people. */
    TEXT
  }

  /** Importance of a log line. */
  public enum Level {
    /** Only what needs a person now. */
    ERROR,
    /** And what went wrong but was dealt with. */
    WARN,
    /** And events of normal operation. */
    INFO,
    /** And what a developer wants. */
    DEBUG
  }
}
