package io.classbell.platform.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection to a server is not to be trusted: which of our settings, or the server, errs.
 */
public enum TlsFailure {
  /** Its certificate is signed by nobody whom we know. */
  UNKNOWN_AUTHORITY("its certificate is not signed by the authority that is named here"),
  /** Its certificate is another host's. */
  OTHER_HOST("its certificate is for another host than the one that is named here"),
  /** It does not speak TLS, or not as we do. */
  NO_TLS("it does not speak TLS as it is asked to here");

  private final String inWords;

  TlsFailure(String inWords) {
    this.inWords = inWords;
  }

  /** The reason as the end of a sentence that names a setting. */
  public String inWords() {
    return inWords;
  }

  /** What a failed connection failed by; null where it was no matter of trust. */
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

  /** The MariaDB driver checks names itself, and says so in words alone. */
  private static boolean namesAnotherHost(Throwable t) {
    return String.valueOf(t.getMessage()).contains("hostname verification failed");
  }
}
