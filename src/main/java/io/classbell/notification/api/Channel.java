package io.classbell.notification.api;

/** A way to somebody; the names are the API's. */
public enum Channel {
  /** The inbox: always. */
  in_app,
  /** SMTP. */
  email,
  /** Push messages to devices. */
  push
}
