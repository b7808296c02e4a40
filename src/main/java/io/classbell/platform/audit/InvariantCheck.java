package io.classbell.platform.audit;

import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.platform.db.Sql;
import java.util.List;

/**
 * An invariant, expressed as an SQL statement that finds the rows that violate it.
 *
 * @param name stable, snake_case
 * @param statement selects rows of {@code id}, {@code a} and {@code b}
 * @param sentence describes the violation by such a row; has a {@code %s} for each column
 */
public record InvariantCheck(String name, String statement, String sentence) {
  /** Limit of reported violations. */
  private static final int MOST = 100;

  /** Runs the statement and reports the violations. */
  public Invariant run(Sql sql) {
    List<String> violations =
        sql.list(
            statement + " LIMIT " + MOST,
            row -> sentence.formatted(row.getValue("id"), row.getValue("a"), row.getValue("b")));
    return Invariant.of(name, violations);
  }
}
