package io.classbell.platform.tls;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Checks a server's TLS certificate once, at start, so that a wrong setting is reported at once.
 * The server's clients would notice it only later and repeatedly.
 */
public final class TlsProbe {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** How a connection switches to TLS. */
  public enum Opening {
    /** TLS from the first byte. */
    AT_ONCE,
    /** TLS after SMTP's STARTTLS (RFC 3207). */
    SMTP_STARTTLS
  }

  private TlsProbe() {}

  /**
   * Returns the reason for which the server is not trusted, or null if it is. Also returns null if
   * the server is unreachable, because that is no mistake of the settings and may be temporary.
   *
   * @param ca PEM file of the authority that must have signed; null for the authorities that Java
   *     trusts
   */
  public static @Nullable TlsFailure ask(String host, int port, @Nullable String ca, Opening how) {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
      plain.setSoTimeout((int) PATIENCE.toMillis());
      if (how == Opening.SMTP_STARTTLS) {
        askForTls(plain);
      }
      SSLSocket socket =
          (SSLSocket) context(ca).getSocketFactory().createSocket(plain, host, port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return null;
    } catch (SSLException e) {
      return hungUp(e) ? null : TlsFailure.of(e);
    } catch (IOException away) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("certificates were checked before", e);
    }
  }

  /** A proxy whose server is down accepts the connection and closes it without data. */
  private static boolean hungUp(SSLException e) {
    return e.getCause() instanceof EOFException || e.getCause() instanceof SocketException;
  }

  private static void askForTls(Socket socket) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    answer(in);
    say(socket, "EHLO localhost");
    answer(in);
    say(socket, "STARTTLS");
    if (!answer(in).startsWith("220")) {
      throw new SSLException("no STARTTLS");
    }
  }

  private static void say(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  /** Returns the last line of a reply: the one without a hyphen after its code. */
  private static String answer(BufferedReader in) throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.length() < 4 || line.charAt(3) != '-') {
        return line;
      }
    }
    throw new IOException("hung up");
  }

  private static SSLContext context(@Nullable String ca)
      throws GeneralSecurityException, IOException {
    KeyStore store = null;
    if (ca != null) {
      store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (X509Certificate certificate : Pem.certificates(Path.of(ca))) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
