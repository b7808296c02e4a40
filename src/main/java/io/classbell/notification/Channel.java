package io.classbell.notification;

/** A way to somebody; the names are the API's. */
enum Channel {
  /** The inbox: always. */
  in_app,
  /** SMTP. */
  email,
  /** Push messages to devices. */
  push
}
