package io.classbell.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.platform.Ids;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletApi.Hold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each invariant is broken by hand, as the application itself can't, and found by its name. */
@OnBothDatabases
class WalletAuditIT {
  private final TestDatabase database;
  private final DatabaseSettings settings;
  private final WalletNode node;

  private final Hold held = Commands.hold(Ids.next(), 1_500);
  private final Hold settled = Commands.hold(Ids.next(), 1_000);

  WalletAuditIT(TestDatabase database) {
    this.database = database;
    settings = database.fresh();
    node = new WalletNode(settings, 1);
    node.ask(WalletApi.DEPOSIT, Commands.deposit(Ids.next(), 5_000));
    node.ask(WalletApi.HOLD, held);
    node.ask(WalletApi.HOLD, settled);
    node.ask(WalletApi.SETTLE, Commands.settle(settled.bookingId(), 500, 450, 50));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private void plant(String... statements) {
    List<String> all = new ArrayList<>();
    if (database == TestDatabase.MARIADB) {
      all.add("SET check_constraint_checks = 0");
    }
    all.addAll(Arrays.asList(statements));
    database.execute(settings, all.toArray(String[]::new));
  }

  private void finds(String invariant, String named) {
    assertThat(node.broken()).contains(invariant);
    Invariant found =
        node.audit().invariants().stream()
            .filter(i -> i.name().equals(invariant))
            .findFirst()
            .orElseThrow();
    assertThat(found.violations()).anyMatch(v -> v.contains(named));
  }

  private String settlement() {
    return database
        .rows(
            settings,
            "SELECT id FROM ledger_transaction WHERE command_id = 'settle:%s'"
                .formatted(settled.bookingId()))
        .getFirst();
  }

  @Test
  void books_that_nobody_touched_are_true() {
    assertThat(node.broken()).isEmpty();
    assertThat(node.audit().invariants()).extracting(Invariant::name).doesNotHaveDuplicates();
  }

  @Test
  void an_entry_of_another_amount_unbalances_its_transaction_its_account_and_what_follows() {
    plant(
        "UPDATE ledger_entry SET amount = amount + 1 WHERE account_id = 'fees'",
        "UPDATE ledger_entry SET amount = amount - 1 WHERE account_id = 'wallet:%s' AND amount < 0"
            .formatted(Commands.STUDENT));
    finds("every_transaction_sums_to_zero", settlement());
    finds("balances_equal_entries", "wallet:" + Commands.STUDENT);
    finds("entries_tell_the_running_balance", "wallet:" + Commands.STUDENT);
  }

  @Test
  void a_lost_entry_is_missed() {
    plant("DELETE FROM ledger_entry WHERE account_id = 'wallet:%s'".formatted(Commands.TEACHER));
    finds("every_transaction_sums_to_zero", settlement());
    finds("balances_equal_entries", "wallet:" + Commands.TEACHER);
  }

  @Test
  void a_lost_transaction_leaves_its_entries_behind() {
    String settlement = settlement();
    plant("DELETE FROM ledger_transaction WHERE id = '%s'".formatted(settlement));
    finds("every_entry_has_its_transaction", settlement);
    finds("holds_settle_to_their_amount", settled.bookingId());
  }

  @Test
  void a_refusal_that_moved_credits_is_found() {
    plant("UPDATE ledger_transaction SET kind = 'refused' WHERE id = '%s'".formatted(settlement()));
    finds("refused_commands_moved_nothing", settlement());
  }

  @Test
  void a_balance_out_of_thin_air_is_found() {
    plant(
        "UPDATE ledger_account SET balance = balance + 1 WHERE id = 'wallet:%s'"
            .formatted(Commands.TEACHER));
    finds("balances_equal_entries", "wallet:" + Commands.TEACHER);
  }

  @Test
  void entries_of_an_account_that_is_not_there_are_found() {
    plant("DELETE FROM ledger_account WHERE id = 'wallet:%s'".formatted(Commands.TEACHER));
    finds("balances_equal_entries", "wallet:" + Commands.TEACHER);
  }

  @Test
  void an_account_below_zero_is_found() {
    plant("UPDATE ledger_account SET balance = -1 WHERE kind = 'escrow'");
    finds("no_guarded_account_below_zero", "escrow:" + Commands.MEETING);
  }

  @Test
  void a_wallet_that_was_below_zero_for_a_moment_is_found() {
    plant("UPDATE ledger_entry SET balance_after = -1 WHERE account_id LIKE 'wallet:%' LIMIT 1");
    finds("no_guarded_account_below_zero", "wallet:");
  }

  @Test
  void a_wallet_that_shows_another_sum_as_held_is_found() {
    plant("UPDATE ledger_account SET held = 0 WHERE kind = 'wallet'");
    finds("held_equals_unresolved_holds", "wallet:" + Commands.STUDENT);
  }

  @Test
  void a_hold_whose_student_has_no_wallet_is_found() {
    plant(
        "UPDATE ledger_hold SET student_id = '%s' WHERE state = 'held'".formatted(Commands.ADMIN));
    finds("held_equals_unresolved_holds", Commands.ADMIN);
  }

  @Test
  void a_hold_in_a_meeting_without_escrow_is_found() {
    plant(
        "UPDATE ledger_hold SET meeting_id = '%s' WHERE state = 'held'"
            .formatted(Commands.OTHER_MEETING));
    finds("escrow_equals_unresolved_holds", "escrow:" + Commands.MEETING);
    finds("escrow_equals_unresolved_holds", Commands.OTHER_MEETING);
  }

  @Test
  void a_hold_that_is_gone_leaves_its_credits_in_escrow() {
    plant("DELETE FROM ledger_hold WHERE booking_id = '%s'".formatted(held.bookingId()));
    finds("escrow_equals_unresolved_holds", "escrow:" + Commands.MEETING);
    finds("held_equals_unresolved_holds", "wallet:" + Commands.STUDENT);
  }

  @Test
  void a_command_with_two_transactions_is_found() {
    plant(
        "ALTER TABLE ledger_transaction DROP KEY uq_ledger_transaction_command",
        "UPDATE ledger_transaction SET command_id = 'hold:%s' WHERE id = '%s'"
            .formatted(settled.bookingId(), settlement()));
    finds("command_ids_unique", "hold:" + settled.bookingId());
  }

  @Test
  void a_hold_marked_settled_whose_credits_stayed_is_found() {
    plant("UPDATE ledger_hold SET state = 'settled' WHERE state = 'held'");
    finds("holds_match_their_postings", held.bookingId());
    finds("holds_settle_to_their_amount", held.bookingId());
  }

  @Test
  void a_settlement_of_another_amount_than_was_held_is_found() {
    plant(
        "UPDATE ledger_hold SET amount = amount + 1 WHERE booking_id = '%s'"
            .formatted(settled.bookingId()));
    finds("holds_settle_to_their_amount", settled.bookingId());
  }

  @Test
  void a_hold_settled_twice_is_found() {
    plant(
        "INSERT INTO ledger_transaction (id, command_id, kind, at, booking_id, amount, input_hash)"
            + " SELECT '%s', 'again', kind, at, booking_id, amount, input_hash"
                .formatted(Ids.next())
            + " FROM ledger_transaction WHERE id = '%s'".formatted(settlement()));
    finds("holds_settle_to_their_amount", settled.bookingId());
  }
}
