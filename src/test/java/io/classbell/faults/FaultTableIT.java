package io.classbell.faults;

import static io.classbell.faults.Scene.PATIENCE;
import static io.classbell.faults.Scene.SHORT;
import static io.classbell.faults.Scene.assertLater;
import static io.classbell.faults.Scene.await;
import static io.classbell.faults.Scene.awaitMail;
import static io.classbell.faults.Scene.awaitOne;
import static io.classbell.faults.Scene.balance;
import static io.classbell.faults.Scene.book;
import static io.classbell.faults.Scene.notices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.faults.Client.Response;
import io.classbell.testing.TestSmtp;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of the fault table (src/docs/faults.md) that need whole nodes, each a test of its name,
 * on one cluster of three. The other rows have their tests next to what they are about.
 */
class FaultTableIT {
  private static final Duration RECOVERY = Duration.ofSeconds(40);
  private static final Duration SAGA_RECOVERY = Duration.ofSeconds(60);
  private static final Duration LONG_REQUEST = Duration.ofSeconds(40);

  private static Scene scene;
  private static TestCluster cluster;

  @BeforeAll
  static void open() throws Exception {
    scene = new Scene("table");
    cluster = scene.cluster;
  }

  @AfterAll
  static void close() throws Exception {
    if (scene != null) {
      scene.close();
    }
  }

  @AfterEach
  void everything_is_right_again() throws Exception {
    scene.heal();
  }

  /** Node after node dies, each while the one before it may still be on its way back. */
  @Test
  void kill_9_of_any_node_at_any_step_of_any_saga() throws Exception {
    List<String> steps =
        List.of(
            "book.reserved",
            "hold.answered",
            "booking.confirmed",
            "move.reserved",
            "carry.answered",
            "move.ended",
            "cancel.decided",
            "settle.answered",
            "settle.recorded",
            "cancel-meeting.decided");
    for (String step : steps) {
      Client student = scene.richStudent();
      Client asker = step.equals("cancel-meeting.decided") ? scene.teacher : student;
      Command command = leadingTo(step, student);
      cluster.inside().crashAt(step);
      Future<?> asked = scene.inBackground(() -> asker.ask(command, PATIENCE));
      NodeProcess dead = awaitOne("a node dies at " + step, PATIENCE, FaultTableIT::deadNode);
      assertThat(cluster.inside().crashed()).isTrue();

      await("another node ends it", SAGA_RECOVERY, FaultTableIT::nothingIsUnderWay);
      dead.start();
      asked.get();
      assertThat(command.acknowledged()).as("%s at %s", command, step).isTrue();
      assertThat(balance(student)).as(step).isEqualTo(left(step));
    }
  }

  /** What is left of 1000: a seat costs 100, the one that is moved to 300. */
  private static long left(String step) {
    return switch (step) {
      case "book.reserved", "hold.answered", "booking.confirmed" -> 900;
      case "move.reserved", "carry.answered", "move.ended" -> 700;
      default -> 1_000;
    };
  }

  private static Command leadingTo(String step, Client student) throws Exception {
    String slot = scene.slot(100).id();
    if (left(step) == 900) {
      return book(student, slot);
    }
    String booking = scene.booked(student, slot);
    if (left(step) == 700) {
      String body = "{\"slotId\":\"" + scene.slot(300).id() + "\"}";
      return student.command("move", "/bookings/" + booking + "/move", body);
    }
    return step.equals("cancel-meeting.decided")
        ? scene.teacher.command("cancel class", "/meetings/" + slot + "/cancel", "{}")
        : student.command("cancel", "/bookings/" + booking + "/cancel", "{}");
  }

  private static NodeProcess deadNode() {
    return cluster.nodes().stream().filter(n -> !n.isAlive()).findFirst().orElse(null);
  }

  private static boolean nothingIsUnderWay() {
    return cluster.count(
            "SELECT COUNT(*) FROM meeting_participant WHERE status = 'pending'"
                + " OR money IN ('asked', 'settling', 'voiding') OR moving_to IS NOT NULL")
        == 0;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void commit_outcome_unknown(int commitsBefore) throws Exception {
    Client student = scene.richStudent();
    Command book = book(student, scene.slot(100).id());
    cluster.database().loseCommitAfter(commitsBefore);

    Response response = student.post(scene.node(), book, LONG_REQUEST);
    await("a commit is lost", PATIENCE, cluster.database()::lostCommit);
    if (response.status() != 201) {
      assertLater(response);
    }

    student.ask(book, PATIENCE);
    assertThat(book.status()).isEqualTo(201);
    assertThat(balance(student)).isEqualTo(900);
    assertThat(student.list("/bookings")).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"DATABASE_KILLED", "DATABASE_FROZEN", "DATABASE_STALLED", "DATABASE_CUT"})
  void database_restarted_stalled_or_cut(Fault fault) throws Exception {
    Client student = scene.richStudent();
    NodeProcess node = scene.node();
    Command book = book(student, scene.slot(100).id());

    fault.inject(cluster, node);
    try {
      assertLater(student.post(node, book, LONG_REQUEST));
      await("ready is red", PATIENCE, () -> node.status("/health/ready") == 503);
      long asked = System.nanoTime();
      assertThat(node.status("/health/live")).isEqualTo(200);
      assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SHORT);
    } finally {
      fault.mend(cluster, node);
    }

    student.ask(book, RECOVERY);
    assertThat(book.status()).isEqualTo(201);
    cluster.awaitReady(RECOVERY);
  }

  @Test
  void deadlock_or_lock_wait() throws Exception {
    Client student = scene.richStudent();
    String slot = scene.slot(100).id();
    Command book = book(student, slot);
    try (Connection other = cluster.connection();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT id FROM meeting WHERE id = '" + slot + "' FOR UPDATE");
      assertLater(student.post(scene.node(), book, LONG_REQUEST));
      other.rollback();
    }
    student.ask(book, RECOVERY);
    assertThat(book.status()).isEqualTo(201);
    assertThat(balance(student)).isEqualTo(900);
  }

  @Test
  void redis_restarted() throws Exception {
    cluster.servers().redis().kill();
    Client student;
    try {
      await("degraded", PATIENCE, () -> scene.node().state().equals("degraded"));
      student = scene.bookedWithoutDelay();
    } finally {
      cluster.servers().redis().restart();
    }
    awaitMail(student);
    await("up", PATIENCE, () -> scene.node().state().equals("up"));
  }

  @Test
  void redis_flushed() throws Exception {
    cluster.mail().set(FaultProxy.Mode.CUT);
    Client student = scene.bookedWithoutDelay();
    cluster.servers().command("FLUSHALL");
    cluster.mail().heal();
    awaitMail(student);
  }

  @Test
  void redis_full() throws Exception {
    assertThat(cluster.servers().command("CONFIG SET maxmemory 1")).isEqualTo("+OK");
    try {
      await("degraded", PATIENCE, () -> scene.node().state().equals("degraded"));
      awaitMail(scene.bookedWithoutDelay());
    } finally {
      cluster.servers().command("CONFIG SET maxmemory 0");
    }
    await("up", PATIENCE, () -> scene.node().state().equals("up"));
  }

  @Test
  void smtp_down_does_not_delay_the_notice() throws Exception {
    cluster.mail().set(FaultProxy.Mode.CUT);
    Client student = scene.bookedWithoutDelay();
    await("the notice", RECOVERY, () -> !notices(student, "booking_confirmed").isEmpty());
    assertThat(TestSmtp.mails(student.email())).isEmpty();
    cluster.mail().heal();
    awaitMail(student);
  }

  @Test
  void bus_messages_lost_doubled_late() throws Exception {
    List<Student> students = scene.students(4, 10);
    cluster.inside().disturbBus(100, 0, 0, Duration.ZERO);
    scene.act(students, Duration.ofSeconds(8));
    cluster.inside().disturbBus(20, 30, 30, Duration.ofSeconds(1));
    scene.act(students, Duration.ofSeconds(6));
    cluster.inside().healBus();
    settled(students);
  }

  private static void settled(List<Student> students) throws Exception {
    for (Student student : students) {
      student.settle();
    }
    await("nothing is under way", SAGA_RECOVERY, FaultTableIT::nothingIsUnderWay);
    await(
        "everybody is told",
        PATIENCE,
        () ->
            cluster.count(
                    "SELECT COUNT(*) FROM scheduled_message WHERE address = 'notification.tell'")
                == 0);
    for (Student student : students) {
      assertThat(student.disagreements()).isEmpty();
    }
  }

  @Test
  void all_nodes_down_across_open_and_close() throws Exception {
    Client student = scene.richStudent();
    School.Slot slot = scene.slot(100, Duration.ofDays(5));
    scene.booked(student, slot.id());
    Duration untilOver = Duration.between(scene.now(), slot.endsAt()).plusHours(2);
    for (NodeProcess node : cluster.nodes()) {
      node.kill();
    }
    cluster.jump(untilOver);
    for (NodeProcess node : cluster.nodes()) {
      node.start();
    }
    cluster.awaitReady(PATIENCE);

    await("told of the close", SAGA_RECOVERY, () -> !notices(student, "meeting_closed").isEmpty());
    List<JsonNode> opened = notices(student, "meeting_opened");
    List<JsonNode> closed = notices(student, "meeting_closed");
    assertThat(opened).hasSize(1);
    assertThat(closed).hasSize(1);
    assertThat(opened.getFirst().get("seq").asLong())
        .isLessThan(closed.getFirst().get("seq").asLong());
    assertThat(closed.getFirst().get("data").has("lateBy")).as("the reason").isTrue();
    assertThat(notices(student, "reminder")).isEmpty();
  }

  @Test
  void two_thousand_sockets_dropped_at_once() throws Exception {
    try (Sockets sockets = new Sockets(scene.node())) {
      assertThat(sockets.open(2_000)).isEqualTo(2_000);
      sockets.dropAll();
      scene.bookedWithoutDelay();
      assertThat(scene.node().status("/health/ready")).isEqualTo(200);
      assertThat(sockets.open(2_000)).as("they come again").isEqualTo(2_000);
    }
  }

  @Test
  void sigterm() throws Exception {
    List<Student> students = scene.students(4, 10);
    NodeProcess node = cluster.nodes().getLast();
    Future<?> stopped =
        scene.inBackground(
            () -> assertThat(node.terminate(Duration.ofSeconds(40))).as("exit code").isZero());
    scene.act(students, Duration.ofSeconds(5));
    stopped.get();
    node.start();
    settled(students);
  }
}
