package io.classbell.platform.audit;

import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.platform.db.Sql;
import java.util.List;

/**
 * One invariant, as the statement that finds what violates it.
 *
 * @param name stable, snake_case
 * @param statement answers rows of {@code id}, {@code a} and {@code b}
 * @param sentence says what is wrong with such a row; has a {@code %s} for each
 */
public record InvariantCheck(String name, String statement, String sentence) {
  /** Enough to see what is wrong. */
  private static final int MOST = 100;

  /** Looks for violations. */
  public Invariant run(Sql sql) {
    List<String> violations =
        sql.list(
            statement + " LIMIT " + MOST,
            row -> sentence.formatted(row.getValue("id"), row.getValue("a"), row.getValue("b")));
    return Invariant.of(name, violations);
  }
}
