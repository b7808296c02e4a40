package io.classbell.platform.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.util.List;
import java.util.Objects;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

@OnBothDatabases
record MigrationsIT(TestDatabase database) {
  private static final String MEETING =
      "INSERT INTO meeting (id, teacher_id, title, starts_at, ends_at, duration_minutes, capacity,"
          + " seats_taken, price, status, room, review_state, sequence, created_at, updated_at) VALUES"
          + " ('%s', '00000000-0000-7000-8000-000000000002', 'Größe 🎻', '2026-12-01 10:00:00.123',"
          + " '2026-12-01 11:00:00.123', 60, 4, 1, 2500, 'scheduled', 'room', 'none', 0,"
          + " '2026-11-01 00:00:00', '2026-11-01 00:00:00')";
  private static final String HOLD =
      "INSERT INTO ledger_hold (booking_id, meeting_id, student_id, amount, state) VALUES"
          + " ('00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000001',"
          + " '00000000-0000-7000-8000-000000000004', 2500, 'held')";

  @Test
  void a_database_of_the_first_version_is_migrated_with_its_rows_in_it() {
    DatabaseSettings settings = database.empty();
    toVersion(settings, "1");
    database.execute(settings, MEETING.formatted("00000000-0000-7000-8000-000000000001"), HOLD);
    String columns = "id, teacher_id, title, starts_at, ends_at, seats_taken, price, status, room";
    List<String> meetings = database.rows(settings, "SELECT " + columns + " FROM meeting");
    List<String> holds = database.rows(settings, "SELECT * FROM ledger_hold");

    assertThat(Migrations.migrate(settings)).isPositive();

    assertThat(database.rows(settings, "SELECT " + columns + " FROM meeting")).isEqualTo(meetings);
    assertThat(database.rows(settings, "SELECT * FROM ledger_hold")).isEqualTo(holds);
    assertThat(database.rows(settings, "SELECT title FROM meeting")).containsExactly("Größe 🎻");
    assertThat(Migrations.migrate(settings)).as("a second time").isZero();
  }

  @Test
  void every_table_has_the_one_collation() {
    DatabaseSettings settings = database.fresh();

    assertThat(
            database.rows(
                settings,
                "SELECT table_name, table_collation FROM information_schema.tables"
                    + " WHERE table_schema = DATABASE() AND table_name <> 'flyway_schema_history'"
                    + " AND table_collation <> 'utf8mb4_unicode_ci'"))
        .isEmpty();
    assertThat(
            database.rows(
                settings,
                "SELECT DISTINCT collation_name FROM information_schema.columns WHERE"
                    + " table_schema = DATABASE() AND collation_name IS NOT NULL"
                    + " AND table_name <> 'flyway_schema_history' ORDER BY 1"))
        .isSubsetOf("ascii_bin", "utf8mb4_bin", "utf8mb4_unicode_ci");
  }

  private static void toVersion(DatabaseSettings settings, String version) {
    String url =
        "jdbc:mariadb://%s:%d/%s?allowPublicKeyRetrieval=true"
            .formatted(settings.host(), settings.port(), settings.name());
    Flyway.configure()
        .dataSource(
            url,
            settings.migrationUser(),
            Objects.requireNonNull(settings.migrationPassword()).reveal())
        .locations("classpath:db/migration")
        .target(version)
        .load()
        .migrate();
  }
}
