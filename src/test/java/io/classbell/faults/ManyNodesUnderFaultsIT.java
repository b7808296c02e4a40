package io.classbell.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Students, teachers and an admin with journals, against three nodes, while one fault after another
 * is injected and the platform's clock runs on; then everything is healed, all that was due is let
 * happen, and the platform's account must agree with every journal and with every invariant. {@code
 * -Dclassbell.soak.seconds} and {@code -Dclassbell.seed} make it longer and repeatable.
 */
class ManyNodesUnderFaultsIT {
  private static final int STUDENTS = 12;
  private static final int TEACHERS = 3;
  private static final int FIRST_SLOTS = 20;
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  /** Of platform time, which between two jumps passes as real time does. */
  private static final Duration LATE = Duration.ofMinutes(1);

  private static final Duration DISPUTE_WINDOW = Duration.ofHours(24);

  private final long seed = Long.getLong("classbell.seed", new Random().nextInt(1_000_000));
  private final Random random = new Random(seed);
  private final Journal journal = new Journal();
  private final ConcurrentLinkedQueue<Throwable> broken = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void what_was_acknowledged_stands_what_was_refused_is_not_there_and_the_books_are_right()
      throws Exception {
    Duration time = Duration.ofSeconds(Long.getLong("classbell.soak.seconds", 45));
    System.out.println("seed " + seed + ", " + time.toSeconds() + " s of faults");
    Path directory = Files.createDirectories(Path.of("target/faults/" + seed));
    List<List<String>> roles = List.of(List.of(), List.of(), List.of());
    try (TestCluster cluster = TestCluster.start(directory, roles, seed)) {
      List<NodeProcess> nodes = cluster.nodes();
      School school = new School(Instant.now());
      Client adminClient = Client.demo(journal, nodes, random.nextLong(), "admin");
      Admin admin = new Admin(adminClient, school, random.nextLong());
      List<Actor> actors = new ArrayList<>(List.of(admin));
      actors.addAll(people(nodes, school));
      Client probe = Client.register(journal, nodes, random.nextLong(), "student");
      Faults faults = new Faults(random.nextLong(), cluster, probe);

      disturb(cluster, school, actors, faults, time);
      settle(cluster, actors, admin, school);

      List<String> violations = new Promises(cluster, adminClient).violations();
      for (Actor actor : actors) {
        violations.addAll(actor.disagreements());
      }
      report(time, faults, violations);
      assertThat(violations).as("seed %d", seed).isEmpty();
      assertThat(journal.acknowledged())
          .as("the load must have been a load")
          .isGreaterThan(STUDENTS * 10L);
    }
  }

  private List<Actor> people(List<NodeProcess> nodes, School school) throws InterruptedException {
    List<Actor> people = new ArrayList<>();
    for (int i = 0; i < TEACHERS; i++) {
      Client client = Client.register(journal, nodes, random.nextLong(), "teacher");
      Teacher teacher = new Teacher(client, school, random.nextLong());
      for (int j = 0; j < FIRST_SLOTS; j++) {
        teacher.create();
      }
      people.add(teacher);
    }
    for (int i = 0; i < STUDENTS; i++) {
      Client client = Client.register(journal, nodes, random.nextLong(), "student");
      people.add(new Student(client, school, random.nextLong()));
    }
    return people;
  }

  /**
   * Before each fault some time passes, so that classes open and close under faults. Not before
   * what was due is delivered: else reminders that are seconds late in real time would come after
   * their class, and rightly not be sent.
   */
  private void disturb(
      TestCluster cluster, School school, List<Actor> actors, Faults faults, Duration time)
      throws Exception {
    List<Thread> running = actors.stream().map(this::untilStopped).toList();
    long deadline = System.nanoTime() + time.toNanos();
    try {
      while (System.nanoTime() < deadline && broken.isEmpty()) {
        Scene.await("what was due is delivered", RECOVERY, () -> cluster.late(LATE) == 0);
        Duration jump = Duration.ofMinutes(5 + random.nextInt(20));
        cluster.jump(jump);
        school.itIs(school.now().plus(jump));
        faults.injectOne();
      }
    } finally {
      stop.set(true);
      for (Thread one : running) {
        one.join();
      }
    }
    assertThat(broken).as("seed %d", seed).isEmpty();
  }

  private Thread untilStopped(Actor actor) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!stop.get()) {
                  actor.act();
                }
              } catch (Throwable t) {
                broken.add(t);
              }
            });
  }

  /** Unknown outcomes become known, classes end, reviews are decided, teachers are paid. */
  private static void settle(TestCluster cluster, List<Actor> actors, Admin admin, School school)
      throws Exception {
    cluster.healProxies();
    cluster.awaitReady(RECOVERY);
    for (Actor actor : actors) {
      actor.settle();
    }
    Duration toTheEnd = Duration.between(school.now(), school.lastEnd().plus(DISPUTE_WINDOW));
    admin.advance(toTheEnd.plusHours(1), RECOVERY.multipliedBy(3));
    admin.decideAll();
    admin.settle();
  }

  private void report(Duration time, Faults faults, List<String> violations) throws Exception {
    String text =
        "# Seed %d, %d s of faults\n\n%s\n%s\nViolations: %d\n\n%s\n"
            .formatted(
                seed,
                time.toSeconds(),
                journal.report(),
                faults.report(),
                violations.size(),
                String.join("\n", violations));
    System.out.println(text);
    Files.writeString(Path.of("target/faults/" + seed + ".md"), text);
  }
}
