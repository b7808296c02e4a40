package io.classbell.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be so when everything is healed and all that was due is over, as the platform's own
 * audit and the rows say it.
 */
final class Promises {
  private static final Duration RECOVERY = Duration.ofSeconds(90);

  /** Each finds what violates the sentence. */
  private enum Rows {
    NO_MONEY_WAITS_AFTER_THE_DISPUTE_WINDOW(
        """
        SELECT p.id, p.status, p.money, m.status, m.review_state
        FROM meeting_participant p JOIN meeting m ON m.id = p.meeting_id
        WHERE p.money NOT IN ('none', 'settled') LIMIT 20
        """),
    EVERY_ESCROW_IS_EMPTY(
        "SELECT id, balance FROM ledger_account WHERE kind = 'escrow' AND balance <> 0 LIMIT 20"),
    EVERYBODY_WHO_WAS_THERE_IN_TIME_WAS_REMINDED(
        """
        SELECT p.id, p.student_id, m.starts_at, p.created_at
        FROM meeting m JOIN meeting_participant p ON p.meeting_id = m.id
        LEFT JOIN notification n ON n.user_id = p.student_id
          AND n.cause = CONCAT('reminder:', m.id, ':PT1H')
        WHERE m.status = 'closed' AND p.status = 'completed' AND p.move IS NULL
          AND p.created_at < m.starts_at - INTERVAL 90 MINUTE AND n.user_id IS NULL LIMIT 20
        """),
    TEACHERS_HAVE_WHAT_WAS_SETTLED_FOR_THEM(
        """
        SELECT t.teacher_id, t.earned, COALESCE(a.balance, 0) FROM (
          SELECT teacher_id, SUM(CAST(JSON_EXTRACT(settlement, '$.teacher') AS SIGNED)) AS earned
          FROM meeting_participant WHERE money = 'settled' GROUP BY teacher_id
        ) t LEFT JOIN ledger_account a ON a.id = CONCAT('wallet:', t.teacher_id)
        WHERE t.earned <> COALESCE(a.balance, 0) LIMIT 20
        """),
    NOTHING_WAITS_TO_BE_DELIVERED(
        // A digest waits for the end of its period.
        "SELECT channel, user_id, attempts, last_error FROM delivery"
            + " WHERE content IS NULL OR content <> '\"digest\"' LIMIT 20"),
    NOTHING_IS_A_DEAD_LETTER(
        "SELECT source, address, attempts, last_error FROM dead_letter LIMIT 20");

    private final String violations;

    Rows(String violations) {
      this.violations = violations;
    }
  }

  private final TestCluster cluster;
  private final Client admin;

  Promises(TestCluster cluster, Client admin) {
    this.cluster = cluster;
    this.admin = admin;
  }

  /** What is violated still when what was under way has had the time to end. */
  List<String> violations() throws InterruptedException {
    long deadline = System.nanoTime() + RECOVERY.toNanos();
    List<String> found = violationsNow();
    while (!found.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(1_000);
      found = violationsNow();
    }
    return found;
  }

  private List<String> violationsNow() throws InterruptedException {
    List<String> found = new ArrayList<>();
    for (JsonNode invariant : admin.get("/admin/ledger/audit").get("invariants")) {
      if (!invariant.get("ok").asBoolean()) {
        found.add(invariant.get("name").asText() + ": " + invariant.get("violations"));
      }
    }
    for (Rows rows : Rows.values()) {
      List<String> violating = cluster.rows(rows.violations);
      if (!violating.isEmpty()) {
        found.add(rows + ": " + violating);
      }
    }
    return found;
  }
}
