package io.classbell.schedule;

import io.classbell.platform.bus.Task;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.outbox.Outbox;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes on one database that each run the schedule and ring the bells that they are told to, into
 * one list.
 */
final class Bells implements AutoCloseable {
  record Ring(String bell) {}

  record Rung(String bell, Instant dueAt, Instant at, int attempt) {}

  static final Task<Ring> RING = Task.of("test.ring", Ring.class);

  final TestDatabase database;
  final DatabaseSettings settings;
  final List<Rung> rung = new CopyOnWriteArrayList<>();
  private final List<TestNode> nodes = new ArrayList<>();

  Bells(TestDatabase database) {
    this.database = database;
    this.settings = database.fresh();
  }

  /** A node that rings every bell. */
  TestNode node() {
    return node("{}");
  }

  TestNode node(String schedule) {
    TestNode node = silentNode(settings);
    ring(node);
    schedule(node, schedule);
    return node;
  }

  /** A node that rings nothing and has no schedule yet. */
  TestNode silentNode(DatabaseSettings on) {
    TestNode node = TestNode.on(on);
    nodes.add(node);
    return node;
  }

  String schedule(TestNode node, String json) {
    return node.deploy(
        new ScheduleVerticle(
            node.node(), SettingsReader.of(ScheduleSettings.class).json("test", json).read()));
  }

  void ring(TestNode node) {
    serve(
        node,
        batch -> {
          batch.forEach(due -> heard(node, due));
          return List.of();
        });
  }

  void heard(TestNode node, Task.Due<Ring> due) {
    rung.add(new Rung(due.body().bell(), due.dueAt(), node.node().clock().now(), due.attempt()));
  }

  void serve(TestNode node, Function<List<Task.Due<Ring>>, List<Task.Failed>> handler) {
    node.run(() -> node.node().bus().serveTask(RING, handler).await());
  }

  void write(TestNode node, @Nullable Instant due, String... bells) {
    Outbox outbox = node.node().outbox();
    List<Outbox.Outgoing> messages =
        Stream.of(bells).map(b -> outbox.message(RING, due, new Ring(b), null)).toList();
    node.run(
        () ->
            node.database()
                .inTransaction(
                    tx -> {
                      outbox.write(tx, messages);
                      return 1;
                    }));
  }

  /** Whatever time it was to wait for. */
  void allDueNow() {
    execute("UPDATE scheduled_message SET due_at = UTC_TIMESTAMP(3)");
  }

  List<String> bells() {
    return rung.stream().map(Rung::bell).toList();
  }

  void untilRung(String... bells) {
    TestNode.until("rung", () -> bells().containsAll(List.of(bells)));
  }

  void untilNothingIsLeft() {
    TestNode.until("nothing left", () -> left() == 0);
  }

  long left() {
    return count("scheduled_message");
  }

  long count(String table) {
    return Long.parseLong(rows("SELECT COUNT(*) FROM " + table).getFirst());
  }

  List<String> rows(String sql) {
    return database.rows(settings, sql);
  }

  void execute(String sql) {
    database.execute(settings, sql);
  }

  @Override
  public void close() {
    nodes.forEach(TestNode::close);
  }
}
