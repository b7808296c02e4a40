package io.classbell.platform.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The reason for which a server's TLS connection is not trusted. */
public enum TlsFailure {
  /** The certificate is signed by an unknown authority. */
  UNKNOWN_AUTHORITY("its certificate is not signed by the configured authority"),
  /** The certificate is for another host. */
  OTHER_HOST("its certificate is for another host than the configured one"),
  /** The server does not support TLS in the configured way. */
  NO_TLS("it does not support TLS as configured");

  private final String inWords;

  TlsFailure(String inWords) {
    this.inWords = inWords;
  }

  /** Returns the reason as the end of a sentence that names a setting. */
  public String inWords() {
    return inWords;
  }

  /** Returns the reason of a failed connection; null if it was not a matter of trust. */
  public static @Nullable TlsFailure of(Throwable failure) {
    TlsFailure found = null;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertPathBuilderException || t instanceof CertPathValidatorException) {
        return UNKNOWN_AUTHORITY;
      } else if (t instanceof CertificateException || namesAnotherHost(t)) {
        found = OTHER_HOST;
      } else if (t instanceof SSLException && found == null) {
        found = NO_TLS;
      }
    }
    return found;
  }

  /** The MariaDB driver checks host names itself and reports a mismatch only in the message. */
  private static boolean namesAnotherHost(Throwable t) {
    return String.valueOf(t.getMessage()).contains("hostname verification failed");
  }
}
