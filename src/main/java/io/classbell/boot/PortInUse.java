package io.classbell.boot;

import java.net.BindException;

/** Another program listens where this one wants to: told apart from all else that can fail. */
final class PortInUse {
  /** Linux's EADDRINUSE, as native sockets tell it: whatever the language of the words after it. */
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
