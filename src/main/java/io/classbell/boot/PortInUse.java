package io.classbell.boot;

import java.net.BindException;

/** Recognises the failure of a port that is in use by another program. */
final class PortInUse {
  /** Linux's EADDRINUSE as native sockets report it, independent of the language of the message. */
  private static final String IN_USE = "error(-98)";

  private PortInUse() {}

  static boolean isWhy(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof BindException || String.valueOf(t.getMessage()).contains(IN_USE)) {
        return true;
      }
    }
    return false;
  }
}
