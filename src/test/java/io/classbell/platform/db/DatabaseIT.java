package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VertxException;
import io.vertx.mysqlclient.MySQLException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class DatabaseIT {
  private static final String TABLE =
      "CREATE TABLE account (id INT PRIMARY KEY, n INT NOT NULL, label VARCHAR(9) UNIQUE)"
          + " ENGINE = InnoDB";
  private static final String ADD = "UPDATE account SET n = n + ? WHERE id = ?";

  @Parameter TestDatabase database;
  private DatabaseSettings settings;
  private FaultyWire wire;
  private TestNode node;

  @BeforeEach
  void start() {
    settings = database.empty();
    database.execute(settings, TABLE, "INSERT INTO account (id, n) VALUES (1, 0), (2, 0)");
    database.grant(settings);
    wire = FaultyWire.to(settings.port());
    node = TestNode.bare(through(wire, 4, 100, "PT10S"));
  }

  @AfterEach
  void stop() {
    node.close();
    wire.close();
  }

  @Test
  void every_connection_is_prepared() {
    List<String> variables =
        node.run(
            () ->
                node.database()
                    .read()
                    .first(
                        "SELECT @@%s AS isolation, @@time_zone AS zone, @@sql_mode AS mode,"
                                .formatted(
                                    database == TestDatabase.MARIADB
                                        ? "tx_isolation"
                                        : "transaction_isolation")
                            + " @@innodb_lock_wait_timeout AS wait, @@autocommit AS alone,"
                            + " @@character_set_connection AS charset",
                        r ->
                            List.of(
                                r.getString("isolation"),
                                r.getString("zone"),
                                r.getString("mode"),
                                String.valueOf(r.getLong("wait")),
                                r.getString("charset"),
                                String.valueOf(r.getLong("alone")))));
    assertThat(variables).element(0).isEqualTo("READ-COMMITTED");
    assertThat(variables).element(1).isEqualTo("+00:00");
    assertThat(variables.get(2)).contains("STRICT_TRANS_TABLES", "NO_ENGINE_SUBSTITUTION");
    assertThat(variables).element(3).isEqualTo("3");
    assertThat(variables).element(4).isEqualTo("utf8mb4");
    assertThat(variables).element(5).isEqualTo("1");
  }

  @Test
  void work_that_throws_leaves_nothing() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      tx.execute(ADD, 5, 1);
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    assertThat(n(1)).isZero();
  }

  @Test
  void an_error_that_the_work_catches_fails_the_transaction_all_the_same() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      tx.execute(ADD, 5, 1);
                      try {
                        tx.execute("INSERT INTO account (id, n) VALUES (1, 1)");
                      } catch (MySQLException e) {
                        assertThat(SqlErrors.duplicateKey(e)).isEqualTo("PRIMARY");
                      }
                      return "half";
                    }))
        .isInstanceOf(MySQLException.class);
    assertThat(n(1)).isZero();
  }

  @Test
  void what_is_written_without_waiting_is_there_for_what_follows() {
    Long seen =
        inTransaction(
            tx -> {
              // New to the connection, each of them: it has to prepare the first before it runs it.
              tx.write("UPDATE account SET n = n + ? WHERE id = 1", 3);
              tx.write("UPDATE account SET n = n * ? WHERE id = 1", 2);
              return tx.first(
                  "SELECT n * 10 AS n FROM account WHERE id = ?", r -> r.getLong("n"), 1);
            });
    assertThat(seen).isEqualTo(60);
    assertThat(n(1)).isEqualTo(6);
  }

  @Test
  void a_write_that_nobody_waited_for_fails_the_transaction() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      tx.write(ADD, 5, 1);
                      tx.write("INSERT INTO account (id, n) VALUES (?, 0)", 1);
                      tx.write(ADD, 7, 2);
                      return null;
                    }))
        .satisfies(e -> assertThat(SqlErrors.duplicateKey(e)).isEqualTo("PRIMARY"));
    assertThat(n(1)).isZero();
    assertThat(n(2)).isZero();
  }

  @Test
  void nothing_is_decided_by_what_a_failed_write_left() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      tx.write("INSERT INTO account (id, n) VALUES (?, 0)", 1);
                      tx.first("SELECT n FROM account WHERE id = ?", r -> r.getLong("n"), 3);
                      throw new IllegalStateException("what was just written is not there");
                    }))
        .satisfies(e -> assertThat(SqlErrors.duplicateKey(e)).isEqualTo("PRIMARY"));
  }

  @Test
  void a_violated_key_is_told_by_its_name() {
    database.execute(settings, "INSERT INTO account (id, n, label) VALUES (3, 0, 'x')");
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> tx.execute("INSERT INTO account (id, n, label) VALUES (4, 0, 'x')")))
        .satisfies(e -> assertThat(SqlErrors.duplicateKey(e)).isEqualTo("label"));
  }

  @Test
  void two_who_lock_crosswise_both_come_through() {
    List<Future<Integer>> both = new ArrayList<>();
    Promise<Void> firstHasOne = Promise.promise();
    Promise<Void> secondHasTwo = Promise.promise();
    both.add(crosswise(1, 2, firstHasOne, secondHasTwo));
    both.add(crosswise(2, 1, secondHasTwo, firstHasOne));

    TestNode.await(Future.all(both));

    assertThat(List.of(n(1), n(2))).containsExactly(2, 2);
  }

  private Future<Integer> crosswise(
      int first, int second, Promise<Void> mine, Promise<Void> other) {
    return node.start(
        () ->
            node.database()
                .inTransaction(
                    tx -> {
                      tx.execute(ADD, 1, first);
                      mine.tryComplete();
                      other.future().await();
                      return tx.execute(ADD, 1, second);
                    }));
  }

  @Test
  void who_cannot_have_a_lock_is_told_to_come_again_and_has_done_nothing() {
    Promise<Void> locked = Promise.promise();
    Promise<Void> release = Promise.promise();
    Future<Integer> holder =
        node.start(
            () ->
                node.database()
                    .inTransaction(
                        tx -> {
                          tx.execute(ADD, 1, 1);
                          locked.complete();
                          release.future().await();
                          return 1;
                        }));
    TestNode.await(locked.future());
    long begun = System.nanoTime();

    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      tx.execute(ADD, 10, 2);
                      return tx.execute(ADD, 10, 1);
                    }))
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.failure().code()).isEqualTo("contended"));

    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(35));
    release.complete();
    TestNode.await(holder);
    assertThat(List.of(n(1), n(2))).containsExactly(1, 0);
  }

  @Test
  void a_connection_lost_in_the_middle_is_no_matter() {
    AtomicInteger tries = new AtomicInteger();
    inTransaction(
        tx -> {
          tx.execute(ADD, 1, 1);
          if (tries.incrementAndGet() == 1) {
            wire.cutOnce();
          }
          return tx.execute(ADD, 1, 2);
        });
    assertThat(tries).hasValue(2);
    assertThat(List.of(n(1), n(2))).containsExactly(1, 1);
  }

  @Test
  void a_commit_that_never_arrived_is_of_unknown_outcome() {
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      wire.cutBefore("autocommit = 1");
                      return tx.execute(ADD, 1, 1);
                    }))
        .isInstanceOf(CommitUnknown.class);
    assertThat(n(1)).isZero();
  }

  @Test
  void a_commit_whose_answer_was_lost_is_of_unknown_outcome() {
    List<String> after = new ArrayList<>();
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      wire.cutAfter("autocommit = 1");
                      tx.afterCommit(() -> after.add("told"));
                      return tx.execute(ADD, 1, 1);
                    }))
        .isInstanceOf(CommitUnknown.class);
    TestNode.until("the server has committed", () -> n(1) == 1);
    assertThat(after).isEmpty();
  }

  @Test
  void what_follows_the_commit_cannot_undo_it() {
    List<String> after = new ArrayList<>();
    int updated =
        inTransaction(
            tx -> {
              tx.afterCommit(
                  () -> {
                    throw new IllegalStateException("careless");
                  });
              tx.afterCommit(() -> after.add("told"));
              return tx.execute(ADD, 1, 1);
            });
    assertThat(updated).isEqualTo(1);
    assertThat(after).containsExactly("told");
    assertThat(n(1)).isEqualTo(1);
  }

  @Test
  void a_database_that_is_away_is_told_as_such_and_served_again_when_it_is_back() {
    assertThat(n(1)).isZero();
    wire.cut();
    long begun = System.nanoTime();
    assertThatThrownBy(() -> inTransaction(tx -> tx.execute(ADD, 1, 1)))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.failure().status()).isEqualTo(503);
              assertThat(e.failure().code()).isEqualTo("database_unavailable");
              assertThat(e.failure().retryAfterSeconds()).isNotNull();
            });
    assertThatThrownBy(() -> node.run(() -> node.database().read().execute("SELECT 1")))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("database_unavailable"));
    assertThatThrownBy(() -> node.run(() -> node.database().inSnapshot(sql -> 1)))
        .isInstanceOf(RejectedException.class);
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(35));
    wire.mend();
    inTransaction(tx -> tx.execute(ADD, 1, 1));
    assertThat(n(1)).isEqualTo(1);
  }

  @Test
  void a_failure_of_the_work_itself_is_neither_retried_nor_taken_for_the_database() {
    AtomicInteger runs = new AtomicInteger();
    for (Exception own : List.of(new IOException("elsewhere"), new VertxException("elsewhere"))) {
      runs.set(0);
      assertThatThrownBy(
              () ->
                  inTransaction(
                      tx -> {
                        runs.incrementAndGet();
                        tx.execute(ADD, 1, 1);
                        return Future.<Integer>failedFuture(own).await();
                      }))
          // The test's node wraps checked exceptions.
          .satisfies(thrown -> assertThat(thrown == own || thrown.getCause() == own).isTrue());
      assertThat(runs.get()).isEqualTo(1);
    }
    assertThat(n(1)).isZero();
  }

  @Test
  void a_read_survives_the_loss_of_an_idle_connection() {
    assertThat(readThroughTheWire(1)).isZero();
    wire.cutBefore("");
    assertThat(readThroughTheWire(1)).isZero();
  }

  @Test
  void who_waits_too_long_for_a_connection_is_told_to_come_again() {
    TestNode small = TestNode.bare(through(wire, 1, 1, "PT2S"));
    Promise<Void> release = Promise.promise();
    Future<Integer> holder = holdsItsConnection(small, release.future());

    List<Future<Integer>> others = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      others.add(small.start(() -> small.database().inTransaction(tx -> tx.execute(ADD, 1, 2))));
    }
    for (Future<Integer> other : others) {
      assertThatThrownBy(() -> TestNode.await(other))
          .isInstanceOfSatisfying(
              RejectedException.class,
              e -> assertThat(e.failure().code()).isEqualTo("database_unavailable"));
    }
    release.complete();
    TestNode.await(holder);
    assertThat(List.of(n(1), n(2))).containsExactly(1, 0);
    int updated = small.run(() -> small.database().inTransaction(tx -> tx.execute(ADD, 1, 2)));
    assertThat(updated).isEqualTo(1);
    small.close();
  }

  /** A transaction that is under way, and counts on account 1 when it is let go. */
  private static Future<Integer> holdsItsConnection(TestNode node, Future<Void> release) {
    Promise<Void> held = Promise.promise();
    Future<Integer> holder =
        node.start(
            () ->
                node.database()
                    .inTransaction(
                        tx -> {
                          held.complete();
                          release.await();
                          return tx.execute(ADD, 1, 1);
                        }));
    TestNode.await(held.future());
    return holder;
  }

  @Test
  void readiness_and_time_wait_for_no_request() {
    TestNode busy = TestNode.bare(through(wire, 1, 1, "PT0.3S"));
    Promise<Void> release = Promise.promise();
    Future<Integer> holder = holdsItsConnection(busy, release.future());

    TestNode.await(busy.database().ping());
    Integer one =
        busy.run(() -> busy.database().apart().first("SELECT 1 AS one", r -> r.getInteger("one")));
    assertThat(one).isEqualTo(1);

    release.complete();
    TestNode.await(holder);
    busy.close();
  }

  @Test
  void what_is_written_behind_a_deadlock_goes_with_it() {
    Promise<Void> victimHasOne = Promise.promise();
    Promise<Void> otherHasTwo = Promise.promise();
    AtomicInteger tries = new AtomicInteger();
    Future<Integer> other =
        node.start(
            () ->
                node.database()
                    .inTransaction(
                        tx -> {
                          victimHasOne.future().await();
                          // It has changed more, so it is not the one to be rolled back.
                          for (int id = 10; id < 60; id++) {
                            tx.execute("INSERT INTO account (id, n) VALUES (?, 0)", id);
                          }
                          tx.execute(ADD, 1, 2);
                          otherHasTwo.tryComplete();
                          return tx.execute(ADD, 1, 1);
                        }));
    Future<Integer> victim =
        node.start(
            () ->
                node.database()
                    .inTransaction(
                        tx -> {
                          if (tries.incrementAndGet() > 1) {
                            throw new IllegalStateException("rolled back");
                          }
                          tx.execute(ADD, 10, 1);
                          victimHasOne.complete();
                          otherHasTwo.future().await();
                          tx.write(ADD, 10, 2);
                          tx.write("INSERT INTO account (id, n) VALUES (?, 0)", 99);
                          return 1;
                        }));

    assertThatThrownBy(() -> TestNode.await(victim)).hasMessage("rolled back");
    TestNode.await(other);
    assertThat(tries).hasValue(2);
    assertThat(List.of(n(1), n(2))).containsExactly(1, 1);
    assertThat(database.rows(settings, "SELECT id FROM account WHERE id = 99")).isEmpty();
  }

  @Test
  void a_server_that_falls_silent_is_noticed_long_before_the_connection_is_closed() {
    assertThat(n(1)).isZero();
    long begun = System.nanoTime();
    assertThatThrownBy(
            () ->
                inTransaction(
                    tx -> {
                      wire.mute();
                      return tx.execute(ADD, 1, 1);
                    }))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.failure().code()).isEqualTo("database_unavailable"));
    assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(35));
    wire.mend();
    inTransaction(tx -> tx.execute(ADD, 1, 2));
    assertThat(n(2)).isEqualTo(1);
  }

  @Test
  void a_snapshot_sees_one_moment() {
    List<Integer> seen =
        node.run(
            () ->
                node.database()
                    .inSnapshot(
                        sql -> {
                          List<Integer> values = new ArrayList<>();
                          String read = "SELECT n FROM account WHERE id = 1";
                          values.add(sql.first(read, r -> r.getInteger("n")));
                          database.execute(settings, "UPDATE account SET n = 9");
                          values.add(sql.first(read, r -> r.getInteger("n")));
                          return values;
                        }));
    assertThat(seen).containsExactly(0, 0);
    assertThat(n(1)).isEqualTo(9);
  }

  @Test
  void while_one_waits_for_the_database_others_on_its_context_go_on() {
    List<String> order = new ArrayList<>();
    node.run(
        () -> {
          Future<String> aside =
              Future.future(
                  p ->
                      node.vertx()
                          .runOnContext(
                              v -> {
                                order.add("another");
                                p.complete("done");
                              }));
          node.database().read().execute("DO SLEEP(0.1)");
          order.add("the one that waited");
          return aside.await();
        });
    assertThat(order).containsExactly("another", "the one that waited");
  }

  private DatabaseSettings through(FaultyWire via, int pool, int queue, String patience) {
    return SettingsReader.of(DatabaseSettings.class)
        .json(
            "test",
            """
            {"port": %d, "name": "%s", "user": "%s", "password": "%s",
             "poolSize": %d, "maxWaitQueueSize": %d, "connectTimeout": "%s"}
            """
                .formatted(
                    via.port(),
                    settings.name(),
                    settings.user(),
                    settings.password().reveal(),
                    pool,
                    queue,
                    patience))
        .read();
  }

  private <T> T inTransaction(java.util.function.Function<Tx, T> work) {
    return node.run(() -> node.database().inTransaction(work));
  }

  private int readThroughTheWire(int id) {
    Integer n =
        node.run(
            () ->
                node.database()
                    .read()
                    .first("SELECT n FROM account WHERE id = ?", r -> r.getInteger("n"), id));
    return n;
  }

  private int n(int id) {
    return Integer.parseInt(
        database.rows(settings, "SELECT n FROM account WHERE id = " + id).getFirst());
  }
}
