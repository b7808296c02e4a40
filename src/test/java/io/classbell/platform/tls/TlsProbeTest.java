package io.classbell.platform.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.tls.TlsProbe.Opening;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is away is nobody to distrust. */
class TlsProbeTest {
  private static @Nullable TlsFailure probe(Answer answer) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> served = CompletableFuture.runAsync(() -> serve(server, answer));
      TlsFailure found = TlsProbe.ask("127.0.0.1", server.getLocalPort(), null, Opening.AT_ONCE);
      served.join();
      return found;
    }
  }

  private interface Answer {
    void to(Socket client) throws IOException;
  }

  private static void serve(ServerSocket server, Answer answer) {
    try (Socket client = server.accept()) {
      answer.to(client);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_proxy_that_hangs_up_as_its_server_is_away_is_no_matter_of_trust() throws Exception {
    assertThat(probe(client -> client.getInputStream().read(new byte[1024]))).isNull();
    assertThat(probe(client -> client.setSoLinger(true, 0))).isNull();
  }

  @Test
  void a_server_that_speaks_something_else_is_told() throws Exception {
    assertThat(
            probe(
                client -> {
                  client
                      .getOutputStream()
                      .write("220 mail\r\n".getBytes(StandardCharsets.US_ASCII));
                  client.getInputStream().readAllBytes();
                }))
        .isEqualTo(TlsFailure.NO_TLS);
  }
}
