package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Clients with a journal against three nodes while one fault after another is injected; then
 * everything is healed, every unknown outcome is asked for again, and the platform's account must
 * agree with every journal and with every invariant. {@code -Dclassbell.soak.seconds} and {@code
 * -Dclassbell.seed} make it longer and repeatable.
 */
class ManyNodesUnderFaultsIT {
  private static final int STUDENTS = 12;
  private static final int SLOTS = 40;
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  @Test
  void what_was_acknowledged_stands_what_was_refused_is_not_there_and_the_books_are_right()
      throws Exception {
    long seed = Long.getLong("classbell.seed", new Random().nextLong());
    Duration time = Duration.ofSeconds(Long.getLong("classbell.soak.seconds", 30));
    System.out.println("seed " + seed + ", " + time.toSeconds() + " s of faults");
    Path directory = Files.createDirectories(Path.of("target/faults/" + System.nanoTime()));
    List<List<String>> roles = List.of(List.of(), List.of(), List.of());
    try (TestCluster cluster = TestCluster.start(directory, roles)) {
      List<String> slots = slots(cluster);
      Random random = new Random(seed);
      List<Student> students = new ArrayList<>();
      for (int i = 0; i < STUDENTS; i++) {
        Random choice = new Random(random.nextLong());
        List<NodeProcess> nodes = cluster.nodes();
        students.add(
            new Student(
                random.nextLong(),
                () -> nodes.get(choice.nextInt(nodes.size())).url(),
                cluster.newStudent(i),
                slots));
      }
      Faults faults = new Faults(random.nextLong(), cluster);
      AtomicBoolean stop = new AtomicBoolean();
      ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
      List<CompletableFuture<Void>> running =
          students.stream().map(s -> runUntil(stop, s, broken)).toList();
      long deadline = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < deadline) {
        faults.injectOne();
      }
      stop.set(true);
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new)).join();
      assertThat(broken).isEmpty();

      cluster.healProxies();
      cluster.awaitReady(RECOVERY);
      for (Student student : students) {
        student.settle(RECOVERY);
      }
      assertThat(settledAudit(cluster)).as("invariants, seed %d", seed).isEmpty();
      for (Student student : students) {
        assertThat(student.disagreements()).as("a journal, seed %d", seed).isEmpty();
      }
      int acknowledged = students.stream().mapToInt(Student::acknowledged).sum();
      int asked = students.stream().mapToInt(Student::asked).sum();
      int again = students.stream().mapToInt(Student::askedAgain).sum();
      System.out.printf(
          "asked %d, asked again %d, acknowledged %d%n%s",
          asked, again, acknowledged, faults.report());
      assertThat(acknowledged).as("the load must have been a load").isGreaterThan(STUDENTS * 5);
    }
  }

  private static List<String> slots(TestCluster cluster) throws Exception {
    String teacher = cluster.demo("teacher");
    Instant first = Instant.now().plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.HOURS);
    List<String> slots = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      String body =
          "{\"title\":\"Class %d\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":4,\"price\":%d}"
              .formatted(i, first.plus(Duration.ofHours(2L * i)), 100 + i);
      slots.add(cluster.call("POST", "/teachers/me/slots", teacher, body).get("id").asText());
    }
    return slots;
  }

  private static CompletableFuture<Void> runUntil(
      AtomicBoolean stop, Student student, ConcurrentLinkedQueue<Throwable> broken) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!stop.get()) {
                  student.act();
                }
              } catch (Throwable t) {
                broken.add(t);
              }
              done.complete(null);
            });
    return done;
  }

  /** The violations that are left when what was under way has had the recovery time to end. */
  private static List<String> settledAudit(TestCluster cluster) throws Exception {
    String admin = cluster.demo("admin");
    long deadline = System.nanoTime() + RECOVERY.toNanos();
    List<String> violations = List.of();
    do {
      violations = new ArrayList<>();
      JsonNode audit = cluster.call("GET", "/admin/ledger/audit", admin, null);
      for (JsonNode invariant : audit.get("invariants")) {
        if (!invariant.get("ok").asBoolean()) {
          violations.add(invariant.get("name").asText() + ": " + invariant.get("violations"));
        }
      }
      if (violations.isEmpty()) {
        return violations;
      }
      Thread.sleep(1_000);
    } while (System.nanoTime() < deadline);
    return violations;
  }
}
