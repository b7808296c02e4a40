package io.classbell.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.connection.ConnectionLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Caps of connections, with real sockets from several loopback addresses. */
class ConnectionLimitsIT {
  private static final String CONTRACT = "/openapi.yaml";
  private static final String LIVE = "/health/live";

  private final List<Socket> held = new ArrayList<>();
  private HttpHouse house;

  @AfterEach
  void close() throws IOException {
    for (Socket socket : held) {
      socket.close();
    }
    house.close();
  }

  private void open(String settings) {
    house = new HttpHouse(true, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS);
  }

  private Socket connect(String from) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout(40_000);
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", house.http.port()));
    held.add(socket);
    return socket;
  }

  /** Connections that a first answer has shown to be accepted. */
  private void hold(int count, String from) throws IOException {
    for (int i = 0; i < count; i++) {
      assertThat(status(connect(from), LIVE)).isEqualTo("200");
    }
  }

  /** The status of one request, or "closed". */
  private static String status(Socket socket, String path) {
    try {
      socket
          .getOutputStream()
          .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
      byte[] head = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return head.length < 12 ? "closed" : new String(head, ISO_8859_1).substring(9);
    } catch (IOException e) {
      return "closed";
    }
  }

  private String status(String from, String path) throws IOException {
    return status(connect(from), path);
  }

  @Test
  void an_address_above_its_cap_gets_health_checks_only_and_others_are_served() throws IOException {
    open("{\"maxConnections\": 100, \"maxConnectionsPerAddress\": 5, \"bodyDeadline\": \"PT5M\"}");
    hold(5, "127.0.0.2");
    assertThat(status("127.0.0.2", CONTRACT)).isEqualTo("503");
    assertThat(status("127.0.0.2", LIVE)).isEqualTo("200");
    assertThat(status("127.0.0.3", CONTRACT)).isEqualTo("200");

    held.getFirst().close();
    Eventually.isTrue(() -> "200".equals(statusUnchecked("127.0.0.2")));
  }

  private String statusUnchecked(String from) {
    try (Socket socket = connect(from)) {
      return status(socket, CONTRACT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void health_is_answered_on_both_ports_when_all_connections_are_taken() throws IOException {
    open(
        "{\"maxConnections\": 20, \"maxConnectionsPerAddress\": 1000, \"bodyDeadline\": \"PT5M\"}");
    hold(10, "127.0.0.2");
    hold(10, "127.0.0.3");
    // Silent ones, more than the reserve: the oldest of them make room for the newest.
    for (int i = 0; i < 2 * ConnectionLimits.RESERVE; i++) {
      connect("127.0.0.4");
    }
    assertThat(status("127.0.0.5", LIVE)).isEqualTo("200");
    assertThat(status("127.0.0.5", CONTRACT)).isEqualTo("503");
    int management = house.management().port();
    try (Socket socket = new Socket("127.0.0.1", management)) {
      socket.setSoTimeout(40_000);
      assertThat(status(socket, LIVE)).isEqualTo("200");
    }
  }

  @Test
  void one_address_has_at_most_half_of_all_connections() throws IOException {
    open(
        "{\"maxConnections\": 20, \"maxConnectionsPerAddress\": 1000, \"bodyDeadline\": \"PT5M\"}");
    hold(10, "127.0.0.2");
    assertThat(status("127.0.0.2", CONTRACT)).isEqualTo("503");
    assertThat(status("127.0.0.3", CONTRACT)).isEqualTo("200");
  }

  @Test
  void connections_of_a_trusted_proxy_are_capped_in_all_only() throws IOException {
    open(
        "{\"maxConnections\": 20, \"maxConnectionsPerAddress\": 5,"
            + " \"trustedProxies\": [\"127.0.0.2\"], \"bodyDeadline\": \"PT5M\"}");
    hold(15, "127.0.0.2");
    assertThat(status("127.0.0.2", CONTRACT)).isEqualTo("200");
  }

  @Test
  void caps_leave_open_files_for_other_things() {
    open("{}");
    assertThat(ConnectionLimits.possibleConnections(1_048_576)).isEqualTo(1_048_000);
    assertThat(ConnectionLimits.possibleConnections(2_048)).isEqualTo(1_472);
    assertThat(ConnectionLimits.possibleConnections(256)).isEqualTo(64);
    assertThat(ConnectionLimits.possibleConnections(10)).isEqualTo(1);
    assertThat(ConnectionLimits.possibleConnections(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
  }
}
