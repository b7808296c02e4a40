package io.classbell.testing;

import io.classbell.embedded.TestServers;
import java.util.List;

/** The mail server of a test JVM, which catches everything; started when first asked for. */
public final class TestSmtp {
  /** Its host. */
  public static final String HOST = "127.0.0.1";

  private TestSmtp() {}

  /** Its port; without TLS, without login. */
  public static int port() {
    return TestServers.smtpPort();
  }

  /**
   * The mails caught for one address, newest first. Tests share the server: use an address of your
   * own.
   */
  public static List<TestServers.Mail> mails(String to) {
    return TestServers.mails(to);
  }
}
