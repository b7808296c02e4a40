package io.classbell.notification.api;

/** How a device is identified; the names are part of the HTTP API. */
public enum DeviceKind {
  /** A registration token of Firebase Cloud Messaging. */
  token,
  /** A Firebase installation id. */
  fid,
  /** The subscription of a browser (Push API). */
  web_push
}
