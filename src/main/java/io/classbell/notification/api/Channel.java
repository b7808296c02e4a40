package io.classbell.notification.api;

/** A channel by which users receive notifications; the names are part of the HTTP API. */
public enum Channel {
  /** The inbox; cannot be switched off. */
  in_app,
  /** Mail by SMTP. */
  email,
  /** Push messages to devices. */
  push
}
