package io.classbell.platform.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.testing.TestCa;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestPorts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The event bus of nodes that show each other certificates. */
class TlsBusIT {
  private static final String TOLD = "a-secret-that-travels";

  record Question(String text) {}

  record Answer(String text) {}

  private static final Operation<Question, Answer> ECHO =
      Operation.of("test.echo", Question.class, Answer.class);

  @TempDir static Path dir;
  private static TestCa.Identity mine;
  private static TestCa.Identity foreign;
  private static Path authority;
  private static Path foreignAuthority;

  private final List<Vertx> nodes = new ArrayList<>();
  private List<Integer> ports;

  @BeforeEach
  void make() throws IOException {
    if (mine == null) {
      Trace.register();
      TestCa ca = new TestCa(dir, "cluster");
      TestCa other = new TestCa(dir, "elsewhere");
      mine = ca.identity("node", "dns:any.node");
      foreign = other.identity("stranger", "dns:any.node");
      authority = ca.authority();
      foreignAuthority = other.authority();
    }
    ports = TestPorts.free(4);
  }

  @AfterEach
  void stop() {
    nodes.forEach(node -> TestNode.await(node.close()));
  }

  /** A node on the first or second pair of ports, with what it shows and whom it believes. */
  private Vertx node(int index, TestCa.Identity identity, Path ca, int publicPort) {
    ClusterSettings settings =
        SettingsReader.of(ClusterSettings.class)
            .json(
                "test",
                """
                {"enabled": true, "name": "tls-test", "port": %d, "busPort": %d,
                 "members": ["127.0.0.1:%d", "127.0.0.1:%d"],
                 "tlsCertificate": "%s", "tlsKey": "%s", "tlsCa": "%s"}
                """
                    .formatted(
                        ports.get(2 * index),
                        ports.get(2 * index + 1),
                        ports.get(0),
                        ports.get(2),
                        identity.chain(),
                        identity.key(),
                        ca))
            .read();
    EventBusOptions bus = Cluster.eventBus(settings);
    if (publicPort > 0) {
      bus.setClusterPublicPort(publicPort);
    }
    Vertx vertx =
        TestNode.await(
            Vertx.builder()
                .with(new VertxOptions().setEventBusOptions(bus))
                .withClusterManager(Cluster.manager(settings))
                .buildClustered());
    nodes.add(vertx);
    return vertx;
  }

  private static void serveEcho(Vertx vertx) {
    Bus bus = new Bus(vertx);
    Promise<Void> served = Promise.promise();
    ((VertxInternal) vertx)
        .createVirtualThreadContext()
        .runOnContext(
            v -> bus.serve(ECHO, question -> new Answer(question.text())).onComplete(served));
    TestNode.await(served.future());
  }

  private static Future<Answer> ask(Vertx vertx, int seconds) {
    return new Bus(vertx).ask(ECHO, new Question(TOLD), Duration.ofSeconds(seconds));
  }

  @Test
  void nodes_of_one_authority_talk_and_nobody_between_them_can_read_it() throws IOException {
    try (Eavesdropper between = Eavesdropper.before(ports.get(1))) {
      serveEcho(node(0, mine, authority, between.port()));

      assertThat(TestNode.await(ask(node(1, mine, authority, 0), 30)).text()).isEqualTo(TOLD);

      assertThat(between.heard()).isNotEmpty();
      assertThat(new String(between.heard(), StandardCharsets.ISO_8859_1))
          .doesNotContain(TOLD, "test.echo");
    }
  }

  @Test
  void who_shows_a_foreign_certificate_is_not_answered() {
    serveEcho(node(0, mine, authority, 0));
    // It would believe us; we do not believe it.
    Vertx stranger = node(1, foreign, authority, 0);

    assertThatThrownBy(() -> TestNode.await(ask(stranger, 3))).isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void a_node_does_not_talk_to_a_stranger_that_claims_to_serve() {
    serveEcho(node(0, foreign, foreignAuthority, 0));

    assertThatThrownBy(() -> TestNode.await(ask(node(1, mine, authority, 0), 3)))
        .isInstanceOf(OutcomeUnknown.class);
  }

  @Test
  void plain_text_is_not_understood() throws IOException {
    node(0, mine, authority, 0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(1))) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(new byte[] {0, 0, 0, 4, 'p', 'i', 'n', 'g'});
      byte[] answer = socket.getInputStream().readAllBytes();

      // At most TLS's alert: record type 21.
      assertThat(answer)
          .satisfiesAnyOf(a -> assertThat(a).isEmpty(), a -> assertThat(a[0]).isEqualTo((byte) 21));
    }
  }
}
