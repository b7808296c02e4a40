package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.platform.bus.Trace;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

@OnBothDatabases
class GroupCommitIT {
  private static final RejectionCode NEGATIVE = RejectionCode.conflict("negative", "No.");
  private static final Columns EFFECT = new Columns().code("id", 20).number("amount");

  @Parameter TestDatabase database;
  private DatabaseSettings settings;
  private FaultyWire wire;
  private TestNode node;
  private ContextInternal home;
  private GroupCommit<Add, Long> adds;
  private final List<Integer> groups = new CopyOnWriteArrayList<>();

  /** Adds to the one account; has one effect by its id. */
  record Add(String id, long amount) {}

  @BeforeEach
  void start() {
    settings = database.empty();
    database.execute(
        settings,
        "CREATE TABLE balance (id INT PRIMARY KEY, n BIGINT NOT NULL) ENGINE = InnoDB",
        "CREATE TABLE effect (id VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,"
            + " amount BIGINT NOT NULL) ENGINE = InnoDB",
        "INSERT INTO balance VALUES (1, 0)");
    database.grant(settings);
    wire = FaultyWire.to(settings.port());
    node =
        TestNode.bare(
            SettingsReader.of(DatabaseSettings.class)
                .json(
                    "test",
                    """
                    {"port": %d, "name": "%s", "user": "%s", "password": "%s", "poolSize": 4}
                    """
                        .formatted(
                            wire.port(),
                            settings.name(),
                            settings.user(),
                            settings.password().reveal()))
                .read());
    home = ((VertxInternal) node.vertx()).createVirtualThreadContext();
    adds = group(1, 64);
  }

  @AfterEach
  void stop() {
    node.close();
    wire.close();
  }

  private GroupCommit<Add, Long> group(int lanes, int mostInGroup) {
    return new GroupCommit<>(
        node.vertx(),
        node.database(),
        node.node().meters(),
        "adds",
        mostInGroup,
        lanes,
        this::decide);
  }

  private List<Outcome<Long>> decide(Tx tx, List<Add> commands) {
    groups.add(commands.size());
    Long balance = tx.first("SELECT n FROM balance WHERE id = 1 FOR UPDATE", r -> r.getLong("n"));
    long n = balance == null ? 0 : balance;
    List<String> done = tx.list("SELECT id FROM effect", r -> r.getString("id"));
    List<Outcome<Long>> outcomes = new ArrayList<>();
    List<@Nullable Object[]> effects = new ArrayList<>();
    for (Add add : commands) {
      if (add.id().startsWith("poison")) {
        throw new IllegalStateException("poison");
      }
      if (add.amount() < 0) {
        outcomes.add(new Outcome.Rejected<>(NEGATIVE.failure()));
        continue;
      }
      if (!done.contains(add.id())) {
        n += add.amount();
        effects.add(new @Nullable Object[] {add.id(), add.amount()});
      }
      outcomes.add(new Outcome.Done<>(n));
    }
    tx.execute("UPDATE balance SET n = ? WHERE id = 1", n);
    if (!effects.isEmpty()) {
      tx.execute(EFFECT.insertInto("effect"), EFFECT.json(effects));
    }
    return outcomes;
  }

  @Test
  void one_command_alone_waits_for_nobody() {
    assertThat(run(new Add("a", 5))).isEqualTo(5);
    assertThat(groups).containsExactly(1);
  }

  @Test
  void what_comes_while_one_commits_goes_together_and_each_has_its_own_outcome() {
    List<Future<Long>> all = submitAll(adds, 500, i -> new Add("c" + i, i % 10 == 3 ? -1 : 2));

    int refused = 0;
    for (Future<Long> one : all) {
      if (one.succeeded()) {
        assertThat(one.result()).isPositive();
      } else {
        assertThat(one.cause()).isInstanceOf(RejectedException.class);
        refused++;
      }
    }
    assertThat(refused).isEqualTo(50);
    assertThat(balance()).isEqualTo(900);
    assertThat(groups).hasSizeLessThan(12).allMatch(size -> size <= 64);
  }

  @Test
  void a_bad_command_fails_alone() {
    List<Future<Long>> all = submitAll(adds, 40, i -> new Add(i == 17 ? "poison" : "c" + i, 1));

    for (int i = 0; i < 40; i++) {
      assertThat(all.get(i).succeeded()).as("command %s", i).isEqualTo(i != 17);
    }
    assertThat(all.get(17).cause()).hasMessage("poison");
    assertThat(balance()).isEqualTo(39);
  }

  @Test
  void a_commit_whose_answer_is_lost_has_one_effect() {
    run(new Add("connects", 0));
    wire.cutAfter("autocommit = 1");
    assertThat(run(new Add("a", 5))).isEqualTo(5);
    assertThat(groups).containsExactly(1, 1, 1);
    assertThat(balance()).isEqualTo(5);
  }

  @Test
  void a_commit_that_never_arrived_is_made_again() {
    run(new Add("connects", 0));
    wire.cutBefore("autocommit = 1");
    assertThat(run(new Add("a", 5))).isEqualTo(5);
    assertThat(balance()).isEqualTo(5);
  }

  @Test
  void while_the_database_is_away_commands_are_told_so_and_later_ones_are_served() {
    wire.cut();
    List<Future<Long>> all = submitAll(adds, 10, i -> new Add("c" + i, 1));
    assertThat(all)
        .allSatisfy(
            one ->
                assertThat(one.cause())
                    .isInstanceOfSatisfying(
                        RejectedException.class,
                        e -> assertThat(e.failure().status()).isEqualTo(503)));
    wire.mend();
    assertThat(run(new Add("later", 1))).isEqualTo(1);
  }

  @Test
  void several_lanes_that_want_the_same_row_all_come_through() {
    List<Future<Long>> all = submitAll(group(3, 8), 300, i -> new Add("c" + i, 1));

    assertThat(all).allSatisfy(one -> assertThat(one.cause()).isNull());
    assertThat(balance()).isEqualTo(300);
  }

  @Test
  void more_than_can_wait_is_refused_at_once() {
    GroupCommit<Add, Long> small = group(1, 2);
    List<Future<Long>> all = submitAll(small, 400, i -> new Add("c" + i, 1));

    long refused =
        all.stream()
            .filter(
                one ->
                    one.failed()
                        && one.cause() instanceof RejectedException no
                        && no.failure().code().equals("overloaded"))
            .count();
    assertThat(refused).isPositive();
    assertThat(balance()).isEqualTo(400 - refused);
  }

  @Test
  void an_outcome_may_lead_to_the_next_command() {
    List<Long> balances =
        on(
            () -> {
              Promise<List<Long>> all = Promise.promise();
              List<Long> seen = new ArrayList<>();
              chain(0, seen, all);
              return all.future().await();
            });
    assertThat(balances).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  private void chain(int i, List<Long> seen, Promise<List<Long>> all) {
    if (i == 5) {
      all.complete(seen);
      return;
    }
    adds.submit(new Add("c" + i, 1))
        .onComplete(
            done -> {
              seen.add(done.result());
              chain(i + 1, seen, all);
            });
  }

  @Test
  void a_listener_that_throws_harms_nobody_else() {
    Long last =
        on(
            () -> {
              adds.submit(new Add("a", 1))
                  .onComplete(
                      done -> {
                        throw new IllegalStateException("careless listener");
                      });
              Future<Long> second = adds.submit(new Add("b", 1));
              return second.await() + adds.run(new Add("c", 1));
            });
    assertThat(last).isEqualTo(5);
  }

  @Test
  void everybody_keeps_the_trace_of_their_own() {
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      int n = i;
      Promise<String> promise = Promise.promise();
      all.add(promise.future());
      home.duplicate()
          .runOnContext(
              v -> {
                Trace.set("t" + n);
                adds.run(new Add("a" + n, 1));
                String afterAwait = Trace.current();
                adds.submit(new Add("b" + n, 1))
                    .onComplete(done -> promise.complete(afterAwait + Trace.current()));
              });
    }
    for (int i = 0; i < 50; i++) {
      assertThat(TestNode.await(all.get(i))).isEqualTo("t" + i + "t" + i);
    }
  }

  @Test
  void a_batch_that_forgets_an_outcome_is_a_defect_that_is_told() {
    AtomicInteger runs = new AtomicInteger();
    GroupCommit<Add, Long> forgetful =
        new GroupCommit<>(
            node.vertx(),
            node.database(),
            node.node().meters(),
            "forgetful",
            8,
            1,
            (tx, commands) -> {
              runs.incrementAndGet();
              return List.of();
            });
    assertThatThrownBy(() -> on(() -> forgetful.run(new Add("a", 1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("forgetful");
    assertThat(runs).hasValue(1);
  }

  private List<Future<Long>> submitAll(
      GroupCommit<Add, Long> to, int count, java.util.function.IntFunction<Add> command) {
    List<Future<Long>> all =
        on(
            () -> {
              List<Future<Long>> submitted = new ArrayList<>();
              for (int i = 0; i < count; i++) {
                submitted.add(to.submit(command.apply(i)));
              }
              return submitted;
            });
    TestNode.await(Future.join(all).transform(r -> Future.succeededFuture()));
    return all;
  }

  private Long run(Add command) {
    return on(() -> adds.run(command));
  }

  private <T> T on(Callable<T> work) {
    Promise<T> promise = Promise.promise();
    home.runOnContext(
        v -> {
          try {
            promise.complete(work.call());
          } catch (Throwable t) {
            promise.fail(t);
          }
        });
    return TestNode.await(promise.future());
  }

  private long balance() {
    return Long.parseLong(database.rows(settings, "SELECT n FROM balance").getFirst());
  }
}
