package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Students who are at it all the time, and expect an orderly house. */
final class Crowd {
  private static final int SIZE = 8;
  private static final int SLOTS = 30;
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final Journal journal = new Journal();
  private final List<Student> students = new ArrayList<>();
  private final List<Thread> running = new ArrayList<>();
  private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
  private final Client admin;
  private volatile boolean stopped;

  /**
   * @param doors the nodes they go to
   */
  Crowd(List<? extends Door> doors) throws InterruptedException {
    long seed = Long.getLong("classbell.seed", new Random().nextInt(1_000_000));
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    School school = new School(Instant.now());
    Client teaches = Client.register(journal, doors, random.nextLong(), "teacher");
    Teacher teacher = new Teacher(teaches, school, random.nextLong());
    for (int i = 0; i < SLOTS; i++) {
      teacher.create();
    }
    for (int i = 0; i < SIZE; i++) {
      Client client = Client.register(journal, doors, random.nextLong(), "student");
      students.add(new Student(client, school, random.nextLong()));
    }
    admin = Client.demo(journal, doors, random.nextLong(), "admin");
  }

  Journal journal() {
    return journal;
  }

  void start() {
    students.forEach(student -> running.add(Thread.ofVirtual().start(() -> work(student))));
  }

  private void work(Student student) {
    try {
      while (!stopped) {
        student.act();
      }
    } catch (Throwable t) {
      broken.add(t);
    }
  }

  /** Waits until a few more of their wishes were met. */
  void awaitAnswers() throws InterruptedException {
    long before = journal.acknowledged();
    long deadline = System.nanoTime() + RECOVERY.toNanos();
    while (journal.acknowledged() < before + 2 * SIZE) {
      assertThat(System.nanoTime()).as("they get no answers").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  /** Lets everybody end what they are at. */
  void stop() throws InterruptedException {
    stopped = true;
    for (Thread one : running) {
      one.join();
    }
    assertThat(broken).isEmpty();
  }

  /** What the platform says must be what they were told, and its books must be right. */
  void compareNotes() throws InterruptedException {
    for (Student student : students) {
      student.settle();
    }
    long deadline = System.nanoTime() + RECOVERY.toNanos();
    List<String> violations = violations();
    while (!violations.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(500);
      violations = violations();
    }
    assertThat(violations).isEmpty();
    for (Student student : students) {
      assertThat(student.disagreements()).isEmpty();
    }
  }

  private List<String> violations() throws InterruptedException {
    List<String> violations = new ArrayList<>();
    for (JsonNode invariant : admin.get("/admin/ledger/audit").get("invariants")) {
      if (!invariant.get("ok").asBoolean()) {
        violations.add(invariant.toString());
      }
    }
    return violations;
  }
}
