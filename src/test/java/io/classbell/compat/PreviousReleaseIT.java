package io.classbell.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.classbell.RealNode;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestPorts;
import io.classbell.testing.TestRedis;
import io.classbell.testing.Visitor;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The release before, on the tables of this one, beside this one on the same bus. Its application
 * directory (as {@code scripts/run} builds it in {@code target/app}) is {@code
 * target/previous/app}, or {@code -Dclassbell.previous=DIR}; without one there is nothing to run.
 */
class PreviousReleaseIT {
  private static final Path PREVIOUS =
      Path.of(System.getProperty("classbell.previous", "target/previous/app"));
  private static final Path PRESENT = Path.of("target/app");

  @TempDir Path directory;
  private final DatabaseSettings database = TestDatabase.MARIADB.fresh();
  private final RedisSettings redis = TestRedis.fresh();
  private final List<Process> processes = new ArrayList<>();

  @Test
  void the_release_before_books_and_cancels_on_the_new_tables_beside_the_new_one()
      throws Exception {
    assumeTrue(
        Files.isDirectory(PREVIOUS.resolve("lib")),
        "there is no previous release at " + PREVIOUS + " (-Dclassbell.previous=DIR names one)");
    assumeTrue(Files.isDirectory(PRESENT.resolve("lib")), "this release is not built: " + PRESENT);
    int member = TestPorts.free();
    int otherMember = TestPorts.free();
    try {
      int before = start("before", PREVIOUS, member, otherMember);
      story(before, before);
      int after = start("after", PRESENT, otherMember, member);
      // The bus picks servers in turn, so each request is served by the one or by the other.
      for (int i = 0; i < 4; i++) {
        story(before, after);
        story(after, before);
      }
      Visitor admin = Visitor.demo(after, "admin");
      until(
          "every invariant holds",
          () -> admin.get("/admin/ledger/audit").mustBe(200).json().path("ok").asBoolean());
      for (String name : List.of("before", "after")) {
        assertThat(Files.readString(directory.resolve(name + ".log")))
            .as("what %s logged", name)
            .doesNotContain("unreadable_message", "was sent no ", " ERROR ");
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  /** A student books at the one node and cancels at the other, and has the credits back. */
  private static void story(int one, int other) {
    Visitor teacher = Visitor.demo(one, "teacher");
    Visitor here = Visitor.register(one, "student");
    Visitor there = here.at(other);
    here.post("/wallet/deposit", "{\"amount\":1000}").mustBe(201);
    long days = ThreadLocalRandom.current().nextLong(3, 1_000);
    String slot =
        "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":30,\"capacity\":2,\"price\":400}"
            .formatted(Instant.now().plus(days, ChronoUnit.DAYS));
    String slotId = teacher.at(other).post("/teachers/me/slots", slot).mustBe(201).text("id");
    String booking = here.post("/bookings", "{\"slotId\":\"" + slotId + "\"}").text("id");
    String path = "/bookings/" + booking;
    until("confirmed", () -> there.get(path).text("status").equals("confirmed"));
    assertThat(balance(there)).isEqualTo(600);
    there.post(path + "/cancel", "{}");
    until("refunded", () -> balance(here) == 1000);
    until("told", () -> here.get("/notifications").json().path("items").size() >= 3);
  }

  private static long balance(Visitor user) {
    return user.get("/wallet").mustBe(200).json().path("balance").asLong();
  }

  private static void until(String what, BooleanSupplier isSo) {
    TestNode.until(what, Duration.ofSeconds(40), isSo);
  }

  private int start(String name, Path application, int member, int otherMember) throws IOException {
    int port = TestPorts.free();
    Path config = directory.resolve(name + ".json");
    Files.writeString(config, config(port, member, otherMember));
    processes.add(
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-cp",
                application + "/lib/*",
                "io.classbell.Classbell",
                "--config",
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start());
    Visitor nobody = Visitor.nobody(port);
    TestNode.until(
        name + " is ready",
        Duration.ofSeconds(90),
        () -> isListening(port) && nobody.get("//health/ready").status() == 200);
    return port;
  }

  private static boolean isListening(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private String config(int port, int member, int otherMember) {
    String own =
        """
        {"mode": "test",
         "http": {"port": %d, "publicUrl": "http://localhost:%d"},
         "log": {"format": "text"},
         "cluster": {"enabled": true, "port": %d, "secret": "a-secret-of-this-test",
                     "members": ["127.0.0.1:%d", "127.0.0.1:%d"]}}
        """
            .formatted(port, port, member, member, otherMember);
    return new JsonObject(RealNode.servers(database, redis))
        .mergeIn(new JsonObject(own), true)
        .encode();
  }
}
