package io.classbell.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * While nodes are replaced one by one, the version before runs on tables that are migrated already.
 * So a migration adds (expand); what nobody uses any more goes with a later release (contract), by
 * a migration whose first line says so: {@code -- contract: <since which release nobody uses it>}.
 */
class MigrationsExpandTest {
  private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
  private static final Pattern VERSION = Pattern.compile("V(\\d+)__.*\\.sql");

  /** The first two came before anybody ran the platform. */
  private static final int FIRST = 3;

  private static final Pattern TAKES_AWAY =
      Pattern.compile(
          "\\b(DROP\\s+(?!KEY\\b|INDEX\\b)\\w+|RENAME\\b|CHANGE\\s+\\w+|MODIFY\\s+\\w+|TRUNCATE\\b)");

  private static final Pattern ADDS_A_COLUMN =
      Pattern.compile(
          "\\bADD\\s+(?:COLUMN\\s+)?(?!KEY\\b|INDEX\\b|UNIQUE\\b|CONSTRAINT\\b|PRIMARY\\b)(\\w+)([^,;]*)");

  static List<String> objections(String sql) {
    if (sql.stripLeading().matches("(?s)-- contract: \\S.*")) {
      return List.of();
    }
    String bare =
        sql.replaceAll("--[^\\n]*", " ")
            .replaceAll("(?s)/\\*.*?\\*/", " ")
            .replaceAll("'[^']*'", "''")
            .replaceAll("\\([^()]*\\)", "()")
            .toUpperCase(Locale.ROOT);
    List<String> found = new ArrayList<>();
    for (String statement : bare.split(";")) {
      if (!statement.strip().startsWith("ALTER") && !statement.strip().startsWith("DROP")) {
        continue;
      }
      Matcher away = TAKES_AWAY.matcher(statement);
      while (away.find()) {
        found.add(away.group());
      }
      Matcher column = ADDS_A_COLUMN.matcher(statement);
      while (column.find()) {
        boolean required = column.group(2).contains("NOT NULL");
        if (required && !column.group(2).contains("DEFAULT")) {
          found.add(column.group(1) + " is NOT NULL and has no DEFAULT");
        }
      }
    }
    return found;
  }

  @Test
  void no_migration_takes_away_what_the_version_before_uses() throws IOException {
    List<String> objections = new ArrayList<>();
    try (Stream<Path> files = Files.list(MIGRATIONS)) {
      for (Path file : files.sorted().toList()) {
        Matcher version = VERSION.matcher(file.getFileName().toString());
        if (version.matches() && Integer.parseInt(version.group(1)) >= FIRST) {
          objections(Files.readString(file))
              .forEach(o -> objections.add(file.getFileName() + ": " + o));
        }
      }
    }
    assertThat(objections).isEmpty();
  }

  @Test
  void what_takes_away_is_seen() {
    assertThat(objections("ALTER TABLE a DROP COLUMN b;")).isNotEmpty();
    assertThat(objections("ALTER TABLE a DROP b;")).isNotEmpty();
    assertThat(objections("DROP TABLE a;")).isNotEmpty();
    assertThat(objections("ALTER TABLE a RENAME COLUMN b TO c;")).isNotEmpty();
    assertThat(objections("ALTER TABLE a CHANGE b c INT;")).isNotEmpty();
    assertThat(objections("ALTER TABLE a MODIFY b VARCHAR(3);")).isNotEmpty();
    assertThat(objections("ALTER TABLE a ADD COLUMN b VARCHAR(10) NOT NULL;")).isNotEmpty();
    assertThat(objections("ALTER TABLE a ADD b INT NULL,\n  ADD c INT NOT NULL;")).hasSize(1);
  }

  @Test
  void what_adds_and_what_is_said_to_contract_is_let_be() {
    assertThat(objections("CREATE TABLE a (b INT NOT NULL); -- DROP COLUMN b")).isEmpty();
    assertThat(objections("ALTER TABLE a ADD COLUMN b INT NULL, ADD KEY k (b);")).isEmpty();
    assertThat(objections("ALTER TABLE a ADD b VARCHAR(9) NOT NULL DEFAULT '', DROP KEY k;"))
        .isEmpty();
    assertThat(objections("UPDATE a SET b = 'DROP COLUMN c';")).isEmpty();
    assertThat(objections("-- contract: nobody reads b since 1.4\nALTER TABLE a DROP COLUMN b;"))
        .isEmpty();
  }
}
