package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.embedded.TlsMariaDb;
import io.classbell.embedded.TlsRedis;
import io.classbell.testing.TestCa;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestPorts;
import io.classbell.testing.TestSmtp;
import io.classbell.testing.TlsProxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program on servers that it reaches by TLS: the right ones, and wrong ones. */
class TlsStartIT {
  private static final Map<String, String> ANY_PORT = Map.of("CLASSBELL_HTTP_MANAGEMENT_PORT", "0");
  private static final String EVERY_SERVER = "127.0.0.1";

  @TempDir static Path dir;
  private static TestCa right;
  private static TestCa wrong;
  private static TlsMariaDb database;
  private static TlsRedis redis;
  private static TlsProxy mail;
  private static TlsProxy mailStartTls;

  @BeforeAll
  static void start() throws Exception {
    right = new TestCa(dir, "right");
    wrong = new TestCa(dir, "wrong");
    TestCa.Identity server = right.identity("server", "ip:" + EVERY_SERVER);
    database = new TlsMariaDb(dir.resolve("data"), server);
    redis = new TlsRedis(dir, server);
    mail = TlsProxy.before(TestSmtp.port(), right.context("server"));
    mailStartTls = TlsProxy.withStartTls(TestSmtp.port(), right.context("server"));
  }

  @AfterAll
  static void stop() throws Exception {
    mailStartTls.close();
    mail.close();
    redis.close();
    database.close();
  }

  /** All servers under {@code host}, trusted by these authorities. */
  private static Path config(
      String host, TestCa databaseCa, TestCa otherCa, boolean implicitTls, int port)
      throws Exception {
    String json =
        """
        {"mode": "test",
         "http": {"port": %d, "publicUrl": "http://localhost:%d"},
         "database": {"host": "%s", "port": %d, "name": "%s", "user": "%s", "password": "%s",
                      "tlsMode": "verify-identity", "tlsCa": "%s"},
         "redis": {"uri": "rediss://%s:%d", "tlsCa": "%s"},
         "account": {"jwtSecret": "0123456789abcdef0123456789abcdef"},
         "notification": {"smtp": {"host": "%s", "port": %d, "implicitTls": %s, "tlsCa": "%s"}}}
        """
            .formatted(
                port,
                port,
                host,
                database.port(),
                database.database(),
                database.login().user(),
                database.login().password().reveal(),
                databaseCa.authority(),
                host,
                redis.port(),
                otherCa.authority(),
                host,
                implicitTls ? mail.port() : mailStartTls.port(),
                implicitTls,
                otherCa.authority());
    return Files.writeString(Files.createTempFile(dir, "config", ".json"), json);
  }

  private static Launched launch(Path config) {
    return Launched.production(ANY_PORT, "--config", config.toString());
  }

  @Test
  void on_the_right_servers_it_runs_and_mails_go_out_by_either_way_of_smtp() throws Exception {
    for (boolean implicitTls : new boolean[] {true, false}) {
      int port = TestPorts.free();
      try (Launched classbell =
          launch(config(EVERY_SERVER, right, right, implicitTls, port)).awaitOpen()) {
        String url = "http://127.0.0.1:" + port;
        HttpClient http = HttpClient.newHttpClient();
        HttpResponse<String> ready =
            http.send(
                HttpRequest.newBuilder(URI.create(url + "/health/ready")).build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(ready.body()).isEqualTo("{\"status\":\"up\"}");

        int before = TestSmtp.mails("student@classbell.test").size();
        HttpRequest reset =
            HttpRequest.newBuilder(URI.create(url + "/api/v1/auth/password-reset"))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"email\":\"student@classbell.test\"}"))
                .build();
        assertThat(http.send(reset, HttpResponse.BodyHandlers.ofString()).statusCode())
            .isLessThan(300);
        TestNode.until(
            "the mail came, implicitTls " + implicitTls + ": " + classbell.output(),
            () -> TestSmtp.mails("student@classbell.test").size() > before);
      }
    }
  }

  @Test
  void redis_and_the_mail_server_of_another_authority_are_refused_by_the_names_of_the_settings()
      throws Exception {
    try (Launched classbell = launch(config(EVERY_SERVER, right, wrong, true, 0))) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains(
              "redis.tlsCa: the server at 127.0.0.1:",
              "notification.smtp.tlsCa: the server at 127.0.0.1:",
              "not signed by the configured authority")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void a_database_of_another_authority_is_refused() throws Exception {
    try (Launched classbell = launch(config(EVERY_SERVER, wrong, right, false, 0))) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains("database.tlsCa: the server at 127.0.0.1:")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void servers_with_a_certificate_for_another_host_are_refused() throws Exception {
    try (Launched classbell = launch(config("localhost", right, right, false, 0))) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains(
              "redis.uri: the server at localhost:",
              "notification.smtp.host: the server at localhost:",
              "for another host");
    }
  }

  @Test
  void a_database_with_a_certificate_for_another_host_is_refused() throws Exception {
    Map<String, String> host =
        Map.of("CLASSBELL_DATABASE_HOST", "localhost", "CLASSBELL_HTTP_MANAGEMENT_PORT", "0");
    Path config = config(EVERY_SERVER, right, right, false, 0);
    try (Launched classbell = Launched.production(host, "--config", config.toString())) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output()).contains("database.host: the server at localhost:");
    }
  }
}
