package io.classbell.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.classbell.platform.Ids;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Held;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletSettings;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the database and the way to it may do to a group in the middle of its commit. */
@OnBothDatabases
class WalletFaultIT {
  private final TestDatabase database;
  private final DatabaseSettings settings;
  private final LosingProxy proxy;
  private final WalletNode node;

  WalletFaultIT(TestDatabase database) {
    this.database = database;
    settings = database.fresh();
    proxy = new LosingProxy(settings);
    node = new WalletNode(proxy.settings(), 1);
    node.ask(WalletApi.DEPOSIT, Commands.deposit(Ids.next(), 10_000));
  }

  @AfterEach
  void stop() {
    assertThat(node.broken()).isEmpty();
    node.close();
    proxy.close();
  }

  private void commitCutAt(LosingProxy.Cut cut) {
    List<Hold> holds = Stream.generate(() -> Commands.hold(Ids.next(), 100)).limit(30).toList();
    proxy.cutNextCommit(cut);
    List<Future<Held>> answers = holds.stream().map(h -> node.send(WalletApi.HOLD, h)).toList();
    for (int i = 0; i < holds.size(); i++) {
      assertThat(WalletNode.await(answers.get(i)).bookingId()).isEqualTo(holds.get(i).bookingId());
    }
    assertThat(proxy.hasCut()).isTrue();
    assertThat(node.balance(Commands.STUDENT).balance()).isEqualTo(10_000 - 30 * 100);
    assertThat(
            database.rows(
                settings, "SELECT COUNT(*) FROM ledger_transaction WHERE kind = 'booking'"))
        .containsExactly("30");
  }

  @Test
  void a_commit_whose_answer_is_lost_has_one_effect() {
    commitCutAt(LosingProxy.Cut.ANSWER);
  }

  @Test
  void a_commit_that_never_arrives_is_made_again() {
    commitCutAt(LosingProxy.Cut.REQUEST);
  }

  @Test
  void a_deposit_whose_commit_is_lost_is_told_once() {
    proxy.cutNextCommit(LosingProxy.Cut.ANSWER);
    node.ask(WalletApi.DEPOSIT, Commands.deposit(Ids.next(), 77));
    assertThat(proxy.hasCut()).isTrue();
    assertThat(
            database.rows(settings, "SELECT id FROM scheduled_message WHERE body LIKE '%\"77\"%'"))
        .hasSize(1);
  }

  @Test
  void a_deadlock_is_retried_until_the_hold_is_taken() throws SQLException {
    Hold first = Commands.hold(Ids.next(), 100);
    node.ask(WalletApi.HOLD, first);
    Hold hold = Commands.hold(Ids.next(), 100);
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // Much work of its own, so that the server picks the hold's transaction as the victim.
      for (int i = 0; i < 50; i++) {
        statement.execute(
            "INSERT INTO ledger_account (id, kind, owner_id, balance, held)"
                + " VALUES ('wallet:x%d', 'wallet', 'x%d', 0, 0)".formatted(i, i));
      }
      // The wallet's group takes the escrow first and then waits here for the student's wallet …
      lock(statement, AccountIds.wallet(Commands.STUDENT));
      Future<Held> answer = node.send(WalletApi.HOLD, hold);
      waitUntil(this::somebodyWaitsForALock);
      // … and now each waits for the other. This one goes on: so the group was rolled back.
      lock(statement, AccountIds.escrow(Commands.MEETING));
      assertThat(answer.isComplete()).isFalse();
      other.rollback();
      assertThat(WalletNode.await(answer).balanceAfter()).isEqualTo(9_800);
    }
  }

  @Test
  void a_hold_waits_for_a_locked_wallet_and_nothing_is_half_done_meanwhile() throws SQLException {
    Hold hold = Commands.hold(Ids.next(), 100);
    try (Connection other = connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      lock(statement, AccountIds.wallet(Commands.STUDENT));
      Future<Held> answer = node.send(WalletApi.HOLD, hold);
      waitUntil(this::somebodyWaitsForALock);
      assertThat(
              database.rows(
                  settings, "SELECT COUNT(*) FROM ledger_transaction WHERE kind = 'booking'"))
          .containsExactly("0");
      other.rollback();
      assertThat(WalletNode.await(answer).balanceAfter()).isEqualTo(9_900);
    }
  }

  @Test
  void commands_beyond_the_queues_limit_are_refused_at_once_and_may_come_again()
      throws SQLException {
    WalletSettings small =
        SettingsReader.of(WalletSettings.class)
            .json("test", "{\"groupSize\": 4, \"maxWaiting\": 8}")
            .read();
    List<Hold> holds = Stream.generate(() -> Commands.hold(Ids.next(), 100)).limit(40).toList();
    try (WalletNode narrow = new WalletNode(settings, small);
        Connection other = connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      lock(statement, AccountIds.wallet(Commands.STUDENT));
      List<Future<Held>> answers = holds.stream().map(h -> narrow.send(WalletApi.HOLD, h)).toList();
      waitUntil(() -> answers.stream().filter(Future::failed).count() >= 28);
      other.rollback();
      List<Hold> again = new ArrayList<>();
      for (int i = 0; i < holds.size(); i++) {
        try {
          WalletNode.await(answers.get(i));
        } catch (RejectedException full) {
          assertThat(full.failure().status()).isEqualTo(503);
          assertThat(full.failure().retryAfterSeconds()).isNotNull();
          again.add(holds.get(i));
        }
      }
      assertThat(again).hasSizeBetween(28, 32);
      again.forEach(h -> narrow.ask(WalletApi.HOLD, h));
    }
    assertThat(node.balance(Commands.STUDENT).balance()).isEqualTo(10_000 - 40 * 100);
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://%s:%d/%s?allowPublicKeyRetrieval=true"
            .formatted(settings.host(), settings.port(), settings.name()),
        settings.user(),
        settings.password().reveal());
  }

  private static void lock(Statement statement, String accountId) throws SQLException {
    statement.execute("SELECT * FROM ledger_account WHERE id = '" + accountId + "' FOR UPDATE");
  }

  private boolean somebodyWaitsForALock() {
    return !database
        .rows(
            settings,
            "SELECT trx_id FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")
        .isEmpty();
  }

  private static void waitUntil(BooleanSupplier condition) {
    long limit = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > limit) {
        fail("did not come about in 40 s");
      }
      // The server looks at its transactions anew only if nobody asked for a tenth of a second.
      LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
    }
  }
}
