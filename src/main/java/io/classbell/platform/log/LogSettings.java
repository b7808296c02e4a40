package io.classbell.platform.log;

import io.classbell.platform.config.Setting;

/** Settings of the log, which is written to standard output. */
public record LogSettings(
    @Setting(
            value = "Format of a line: JSON, text, or text in a terminal and JSON elsewhere.",
            byDefault = "auto")
        Format format,
    @Setting(value = "Lowest level that is written.", byDefault = "info") Level level) {

  /** Shape of a log line. */
  public enum Format {
    /** Text in a terminal, JSON elsewhere. */
    AUTO,
    /** One JSON object a line. */
    JSON,
    /** Text for people. */
    TEXT
  }

  /** Importance of a log line. */
  public enum Level {
    /** Errors that need attention now. */
    ERROR,
    /** Also problems that were handled. */
    WARN,
    /** Also events of normal operation. */
    INFO,
    /** Also details for developers. */
    DEBUG
  }
}
