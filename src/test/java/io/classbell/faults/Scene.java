package io.classbell.faults;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.faults.Client.Response;
import io.classbell.testing.TestSmtp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A cluster of three whole nodes with a teacher and students, and what its tests ask of them. */
final class Scene implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Less than a request may take, so that one that waits for what is away is told apart. */
  static final Duration SHORT = Duration.ofSeconds(8);

  private static final long WEALTH = 1_000;

  final TestCluster cluster;
  final Client teacher;
  private final Journal journal = new Journal();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private int made;

  /** A thing that takes a while. */
  interface Work {
    void run() throws Exception;
  }

  Scene(String name) throws Exception {
    Path directory = Files.createDirectories(Path.of("target/faults", name));
    cluster = TestCluster.start(directory, List.of(List.of(), List.of(), List.of()), 1);
    teacher = register("teacher");
  }

  NodeProcess node() {
    return cluster.nodes().getFirst();
  }

  Client register(String role) throws InterruptedException {
    return Client.register(journal, cluster.nodes(), made++, role);
  }

  /** Mends everything, and waits until every invariant holds. */
  void heal() throws Exception {
    cluster.healProxies();
    cluster.inside().healBus();
    cluster.awaitReady(PATIENCE);
    Client admin = Client.demo(journal, cluster.nodes(), 1, "admin");
    await(
        "every invariant holds",
        PATIENCE,
        () -> admin.get("/admin/ledger/audit").get("ok").asBoolean());
  }

  /** One with 1000 in the wallet. */
  Client richStudent() throws InterruptedException {
    Client student = register("student");
    done(student, student.command("deposit", "/wallet/deposit", "{\"amount\":" + WEALTH + "}"));
    return student;
  }

  static Command book(Client student, String slot) {
    return student.command("book", "/bookings", "{\"slotId\":\"" + slot + "\"}");
  }

  /** A confirmed booking's id. */
  String booked(Client student, String slot) throws InterruptedException {
    return done(student, book(student, slot)).get("id").asText();
  }

  /** A student who books while something is wrong, and does not feel it. */
  Client bookedWithoutDelay() throws InterruptedException {
    Client student = richStudent();
    Command book = book(student, slot(100).id());
    long asked = System.nanoTime();
    done(student, book);
    assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SHORT);
    return student;
  }

  School.Slot slot(long price) throws InterruptedException {
    return slot(price, Duration.ofDays(30));
  }

  /** A slot that far from now or a bit later; no two overlap. */
  School.Slot slot(long price, Duration away) throws InterruptedException {
    Instant starts = now().plus(away).plus(Duration.ofHours(made++));
    String body =
        "{\"title\":\"Class\",\"startsAt\":\"%s\",\"durationMinutes\":30,\"capacity\":4,\"price\":%d}"
            .formatted(starts, price);
    JsonNode slot = done(teacher, teacher.command("slot", "/teachers/me/slots", body));
    return School.slot(slot);
  }

  /** The platform's time. */
  Instant now() throws InterruptedException {
    return Instant.parse(teacher.get("/test/clock").get("now").asText());
  }

  /** Some students who know some slots. */
  List<Student> students(int count, int slots) throws InterruptedException {
    School school = new School(now());
    for (int i = 0; i < slots; i++) {
      school.add(slot(100));
    }
    List<Student> students = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      students.add(new Student(register("student"), school, i));
    }
    return students;
  }

  /** All of them for so long. */
  void act(List<Student> students, Duration time) throws Exception {
    long deadline = System.nanoTime() + time.toNanos();
    List<Future<?>> running = new ArrayList<>();
    for (Student student : students) {
      running.add(
          inBackground(
              () -> {
                while (System.nanoTime() < deadline) {
                  student.act();
                }
              }));
    }
    for (Future<?> one : running) {
      one.get();
    }
  }

  Future<?> inBackground(Work work) {
    return threads.submit(
        () -> {
          work.run();
          return null;
        });
  }

  /** Asked with patience, and acknowledged: the answer. */
  static JsonNode done(Client client, Command command) throws InterruptedException {
    client.ask(command, PATIENCE);
    assertThat(command.acknowledged()).as("%s", command).isTrue();
    return command.answer();
  }

  static long balance(Client client) throws InterruptedException {
    return client.get("/wallet").get("balance").asLong();
  }

  static List<JsonNode> notices(Client client, String kind) throws InterruptedException {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode notice : Told.to(client).notices()) {
      if (notice.get("kind").asText().equals(kind)) {
        found.add(notice);
      }
    }
    return found;
  }

  /** A problem that says when to come again; never that it failed. */
  static void assertLater(Response response) {
    assertThat(response.status()).as("%s", response.body()).isEqualTo(503);
    assertThat(response.whole().headers().firstValue("retry-after")).isPresent();
    assertThat(response.whole().headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
  }

  /** However often it came, it was one mail. */
  static void awaitMail(Client client) throws Exception {
    await("a mail to " + client.email(), PATIENCE, () -> !TestSmtp.mails(client.email()).isEmpty());
    Map<String, Set<String>> idsBySubject =
        TestSmtp.mails(client.email()).stream()
            .collect(
                groupingBy(
                    mail -> mail.subject(),
                    mapping(mail -> String.valueOf(mail.headers().get("Message-ID")), toSet())));
    assertThat(idsBySubject.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
  }

  static void await(String what, Duration limit, Callable<Boolean> isSo) throws Exception {
    awaitOne(what, limit, () -> isSo.call() ? true : null);
  }

  /** Polls until there is one. */
  static <T> T awaitOne(String what, Duration limit, Callable<@Nullable T> one) throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T found = one.call();
      if (found != null) {
        return found;
      }
      assertThat(System.nanoTime()).as("not within %s: %s", limit, what).isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws Exception {
    threads.close();
    cluster.close();
  }
}
