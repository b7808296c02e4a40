package io.classbell.booking.audit;

import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.db.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Checks that seats, money, time and notifications in the tables are consistent. Run it in one
 * snapshot ({@code Database.inSnapshot}), so that concurrent changes cause no false alarm: work in
 * progress is younger than the recovery time, or counts by its state in the ledger.
 */
public final class BookingAudit {
  private static final Duration RECOVERY = Duration.ofSeconds(30);

  private static final String NOW =
      "SELECT UTC_TIMESTAMP(3) + INTERVAL (test_offset_ms * 1000) MICROSECOND AS t"
          + " FROM platform_clock WHERE id = 1";

  /** Checks every invariant, as of the platform's now. */
  public static AuditFindings findings(Sql sql) {
    Instant now = Objects.requireNonNull(sql.first(NOW, r -> Sql.instant(r, "t")));
    return findings(sql, now);
  }

  /** Checks every invariant, as of this instant of the platform's time. */
  public static AuditFindings findings(Sql sql, Instant now) {
    String old = "TIMESTAMP'" + Sql.utc(now.minus(RECOVERY)).toString().replace('T', ' ') + "'";
    return new AuditFindings(
        Stream.of(
                SeatChecks.all(),
                MoneyChecks.all(old),
                TimeChecks.all(old),
                NotificationChecks.all(old))
            .flatMap(List::stream)
            .map(check -> check.run(sql))
            .toList());
  }

  private BookingAudit() {}
}
