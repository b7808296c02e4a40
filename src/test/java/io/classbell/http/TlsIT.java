package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.testing.TestCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doors with a certificate of their own, no proxy before them. */
class TlsIT {
  @TempDir static Path dir;
  private static TestCa.Identity first;
  private static TestCa.Identity second;

  /** What the doors are told to show. */
  private TestCa.Identity shown;

  private HttpHouse house;

  @BeforeAll
  static void make() {
    TestCa ca = new TestCa(dir, "authority");
    first = ca.identity("first", "dns:localhost");
    second = ca.identity("second", "dns:localhost");
  }

  @BeforeEach
  void open() throws IOException {
    shown = new TestCa.Identity(dir.resolve("shown.crt.pem"), dir.resolve("shown.key.pem"));
    show(first);
    house =
        new HttpHouse(
            false,
            "{\"tlsCertificate\": \"%s\", \"tlsKey\": \"%s\", \"tlsReload\": \"PT0.1S\", \"publicUrl\": \"https://localhost\"}"
                .formatted(shown.chain(), shown.key()),
            HttpHouse.NO_DATABASE,
            HttpHouse.NO_REDIS);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void show(TestCa.Identity identity) throws IOException {
    Files.copy(identity.key(), shown.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(identity.chain(), shown.chain(), StandardCopyOption.REPLACE_EXISTING);
  }

  /** A connection by one version of TLS, to whomever answers. */
  private SSLSocket connect(String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), house.http.port());
    socket.setEnabledProtocols(new String[] {protocol});
    socket.setSoTimeout(20_000);
    socket.startHandshake();
    return socket;
  }

  private static String get(Socket socket) throws IOException {
    String request = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private String whoAnswers() {
    try (SSLSocket socket = connect("TLSv1.3")) {
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void tls_1_2_and_1_3_are_spoken_and_browsers_are_told_to_use_nothing_else() throws Exception {
    for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
      try (SSLSocket socket = connect(protocol)) {
        assertThat(get(socket))
            .startsWith("HTTP/1.1 200")
            .containsIgnoringCase("strict-transport-security: max-age=31536000");
      }
    }
  }

  @Test
  void plain_http_is_not_answered() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), house.http.port())) {
      socket.setSoTimeout(20_000);
      assertThat(get(socket)).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void a_certificate_that_is_replaced_is_shown_without_a_restart() throws Exception {
    assertThat(whoAnswers()).isEqualTo("CN=first");

    show(second);

    Eventually.isTrue(() -> whoAnswers().equals("CN=second"));
  }

  @Test
  void a_replacement_that_is_no_certificate_changes_nothing() throws Exception {
    Files.writeString(shown.chain(), "nothing");
    long until = System.nanoTime() + 1_000_000_000L;
    while (System.nanoTime() < until) {
      assertThat(whoAnswers()).isEqualTo("CN=first");
    }
  }

  @Test
  void tls_1_1_is_refused() {
    assertThatThrownBy(() -> connect("TLSv1.1")).isInstanceOf(SSLException.class);
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
