package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The keys that hold even where a check in the code was forgotten. Values that do not matter are
 * left out, which a session without strictness takes.
 */
@OnBothDatabases
record KeysIT(TestDatabase database) {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ledger_transaction  | uq_ledger_transaction_command | id, command_id | 'a', 'c' | 'b', 'c'",
        "ledger_hold         | PRIMARY | booking_id, meeting_id | 'a', 'm' | 'a', 'n'",
        "meeting_participant | uq_meeting_participant_live | id, meeting_id, student_id, live"
            + " | 'a', 'm', 's', 1 | 'b', 'm', 's', 1",
        "scheduled_message   | uq_scheduled_message_dedup | id, dedup_key | 'a', 'k' | 'b', 'k'",
        "notification        | PRIMARY | user_id, seq, id, cause | 'u', 1, 'a', 'c' | 'u', 1, 'b', 'd'",
        "notification        | uq_notification_cause | user_id, seq, id, cause"
            + " | 'u', 1, 'a', 'c' | 'u', 2, 'b', 'c'",
        "notification        | uq_notification_id | user_id, seq, id, cause"
            + " | 'u', 1, 'a', 'c' | 'v', 1, 'a', 'c'",
        "user_account        | uq_user_account_email | id, email | 'a', 'x@y.z' | 'b', 'x@y.z'",
        "device              | uq_device_token | id, token | 'a', 't' | 'b', 't'",
        "idempotency_key     | PRIMARY | scope, idem_key | 'u', 'k' | 'u', 'k'",
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
