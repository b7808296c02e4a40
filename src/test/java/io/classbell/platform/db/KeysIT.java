package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The keys that hold even where a check in the code was forgotten. Values that do not matter are
 * left out, which a session without strictness takes.
 */
@OnBothDatabases
record KeysIT(TestDatabase database) {

  private static final String ALL =
      """
      account_mail_limit PRIMARY (limit_key)
      admin_action PRIMARY (id)
      agenda PRIMARY (user_id)
      attendance PRIMARY (id)
      books_proof PRIMARY (id)
      calendar_feed PRIMARY (user_id)
      calendar_feed uq_calendar_feed_token (token_hash)
      card_refund PRIMARY (id)
      card_refund uq_card_refund_command (command_id)
      command_key PRIMARY (id)
      dead_letter PRIMARY (id)
      delivery PRIMARY (id)
      dev_mail PRIMARY (id)
      device PRIMARY (id)
      device uq_device_token (token)
      dispute PRIMARY (id)
      dispute uq_dispute_booking (booking_id)
      email_verification PRIMARY (token_hash)
      evidence PRIMARY (meeting_id,at,id)
      idempotency_key PRIMARY (scope,idem_key)
      inbox PRIMARY (user_id)
      ledger_account PRIMARY (id)
      ledger_entry PRIMARY (seq)
      ledger_hold PRIMARY (booking_id)
      ledger_transaction PRIMARY (id)
      ledger_transaction uq_ledger_transaction_command (command_id)
      mail_digest_item PRIMARY (digest_id,notification_id)
      mail_period PRIMARY (user_id)
      meeting PRIMARY (id)
      meeting_participant PRIMARY (id)
      meeting_participant uq_meeting_participant_live (meeting_id,student_id,live)
      notification PRIMARY (user_id,seq)
      notification uq_notification_cause (user_id,cause)
      notification uq_notification_id (id)
      notification_preference PRIMARY (user_id,kind,channel)
      password_reset PRIMARY (token_hash)
      payment_leg PRIMARY (command_id)
      payout_account PRIMARY (user_id,provider)
      platform_clock PRIMARY (id)
      platform_clock_node PRIMARY (node)
      provider_event PRIMARY (provider,event_id)
      purchase PRIMARY (id)
      purchase uq_purchase_command (command_id)
      refresh_token PRIMARY (token_hash)
      scheduled_message PRIMARY (id)
      scheduled_message uq_scheduled_message_dedup (dedup_key)
      session PRIMARY (id)
      slot_series PRIMARY (id)
      slot_wall_time PRIMARY (meeting_id)
      user_account PRIMARY (id)
      user_account uq_user_account_email (email)
      withdrawal PRIMARY (id)
      """;

  @Test
  void every_unique_key_is_there_and_no_other() {
    assertThat(
            database.rows(
                database.fresh(),
                "SELECT CONCAT(table_name, ' ', index_name, ' (',"
                    + " GROUP_CONCAT(column_name ORDER BY seq_in_index), ')')"
                    + " FROM information_schema.statistics WHERE table_schema = DATABASE()"
                    + " AND non_unique = 0 AND table_name <> 'flyway_schema_history'"
                    + " GROUP BY table_name, index_name"))
        .containsExactlyInAnyOrderElementsOf(ALL.lines().toList());
  }

  /** MySQL enforces them from 8.0.16 on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger_account | ck_ledger_account_balance | id, balance, held | 'a', -1, 0",
        "ledger_account | ck_ledger_account_held | id, balance, held | 'a', 0, -1",
        "ledger_hold | ck_ledger_hold_amount | booking_id, amount | 'a', -1",
        "meeting_participant | ck_meeting_participant_price | id, price | 'a', -1",
        "meeting | ck_meeting_seats | id, capacity, seats_taken, duration_minutes, ends_at"
            + " | 'a', 1, 2, 1, '2026-01-01'",
        "meeting | ck_meeting_seats | id, capacity, seats_taken, duration_minutes, ends_at"
            + " | 'a', 1, -1, 1, '2026-01-01'",
        "meeting | ck_meeting_price | id, price, duration_minutes, ends_at"
            + " | 'a', -1, 1, '2026-01-01'",
        "meeting | ck_meeting_times | id, duration_minutes, ends_at | 'a', 0, '2026-01-01'",
        "meeting | ck_meeting_times | id, duration_minutes | 'a', 1",
      })
  void what_the_code_never_writes_the_tables_refuse_too(
      String table, String check, String columns, String values) {
    assumeTrue(database == TestDatabase.MARIADB);
    DatabaseSettings settings = database.fresh();
    assertThatThrownBy(() -> insert(settings, table, columns, values)).hasMessageContaining(check);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger_transaction  | uq_ledger_transaction_command | id, command_id | 'a', 'c' | 'b',"
            + " 'c'",
        "ledger_account      | PRIMARY | id, kind | 'a', 'k' | 'a', 'l'",
        "ledger_hold         | PRIMARY | booking_id, meeting_id | 'a', 'm' | 'a', 'n'",
        "meeting_participant | PRIMARY | id, meeting_id | 'a', 'm' | 'a', 'n'",
        "meeting_participant | uq_meeting_participant_live | id, meeting_id, student_id, live"
            + " | 'a', 'm', 's', 1 | 'b', 'm', 's', 1",
        "scheduled_message   | uq_scheduled_message_dedup | id, dedup_key | 'a', 'k' | 'b', 'k'",
        "scheduled_message   | PRIMARY | id, body | 'a', 'x' | 'a', 'y'",
        "delivery            | PRIMARY | id, channel | 'a', 'x' | 'a', 'y'",
        "refresh_token       | PRIMARY | token_hash, session_id | 'a', 's' | 'a', 't'",
        "notification        | PRIMARY | user_id, seq, id, cause | 'u', 1, 'a', 'c' | 'u', 1, 'b',"
            + " 'd'",
        "notification        | uq_notification_cause | user_id, seq, id, cause"
            + " | 'u', 1, 'a', 'c' | 'u', 2, 'b', 'c'",
        "notification        | uq_notification_id | user_id, seq, id, cause"
            + " | 'u', 1, 'a', 'c' | 'v', 1, 'a', 'c'",
        "user_account        | uq_user_account_email | id, email | 'a', 'x@y.z' | 'b', 'x@y.z'",
        "device              | uq_device_token | id, token | 'a', 't' | 'b', 't'",
        "idempotency_key     | PRIMARY | scope, idem_key | 'u', 'k' | 'u', 'k'",
        "calendar_feed       | PRIMARY | user_id, token_hash | 'u', 'h' | 'u', 'i'",
        "calendar_feed       | uq_calendar_feed_token | user_id, token_hash | 'u', 'h' | 'v', 'h'",
        "slot_wall_time      | PRIMARY | meeting_id, timezone | 'm', 'UTC' | 'm', 'UTC'",
        "email_verification  | PRIMARY | token_hash, user_id | 'h', 'u' | 'h', 'v'",
        "account_mail_limit  | PRIMARY | limit_key, sent_at | 'k', '1' | 'k', '2'",
        "payment_leg         | PRIMARY | command_id, kind | 'c', 'k' | 'c', 'l'",
        "provider_event      | PRIMARY | provider, event_id | 'p', 'e' | 'p', 'e'",
        "purchase            | uq_purchase_command | id, command_id | 'a', 'c' | 'b', 'c'",
        "card_refund         | uq_card_refund_command | id, command_id | 'a', 'c' | 'b', 'c'",
      })
  void the_second_with_the_same_key_is_refused(
      String table, String key, String columns, String first, String second) {
    DatabaseSettings settings = database.fresh();
    assertThatCode(() -> insert(settings, table, columns, first)).doesNotThrowAnyException();
    assertThatThrownBy(() -> insert(settings, table, columns, second)).hasMessageContaining(key);
  }

  @ParameterizedTest
  @CsvSource({"meeting_participant", "scheduled_message"})
  void what_has_no_key_any_more_or_never_had_one_is_not_in_the_way(String table) {
    DatabaseSettings settings = database.fresh();
    assertThatCode(
            () -> {
              insert(settings, table, "id", "'a'");
              insert(settings, table, "id", "'b'");
            })
        .doesNotThrowAnyException();
  }

  private void insert(DatabaseSettings settings, String table, String columns, String values) {
    database.execute(
        settings,
        "SET SESSION sql_mode = ''",
        "INSERT INTO " + table + " (" + columns + ") VALUES (" + values + ")");
  }
}
