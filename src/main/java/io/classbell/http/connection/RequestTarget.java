package io.classbell.http.connection;

/** The target of a request, as it is sent. */
public final class RequestTarget {

  /**
   * Whether every percent sign begins an escape (RFC 3986, 2.1). The router fails with an internal
   * error for other targets.
   */
  public static boolean isWellEscaped(String uri) {
    for (int at = uri.indexOf('%'); at >= 0; at = uri.indexOf('%', at + 1)) {
      if (at + 2 >= uri.length() || !isHex(uri.charAt(at + 1)) || !isHex(uri.charAt(at + 2))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHex(char c) {
    return Character.digit(c, 16) >= 0 && c < 128;
  }

  private RequestTarget() {}
}
