package io.classbell.tools;

import io.classbell.platform.Ids;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Measures how late classes open that are due at the same instant: inserts them as the booking
 * module would, each with a teacher of its own, and reads the delays.
 */
final class OpensAtOnce {
  private static final Duration AHEAD = Duration.ofSeconds(4);
  private static final int MOST_LOOKS = 300;

  private final Vertx vertx;
  private final Pool pool;
  private final List<String> meetings = new ArrayList<>();

  private OpensAtOnce(Vertx vertx, Pool pool) {
    this.vertx = vertx;
    this.pool = pool;
  }

  /** {@code now}: the platform's time. */
  static String measure(Vertx vertx, String databaseUrl, Instant now, int count) {
    Pool pool =
        MySQLBuilder.pool()
            .connectingTo(MySQLConnectOptions.fromUri(databaseUrl))
            .using(vertx)
            .build();
    try {
      return new OpensAtOnce(vertx, pool).run(now, count);
    } finally {
      pool.close().await();
    }
  }

  private String run(Instant now, int count) {
    LocalDateTime due = LocalDateTime.ofInstant(now.plus(AHEAD), ZoneOffset.UTC);
    LocalDateTime starts = due.plusMinutes(15);
    List<Tuple> classes = new ArrayList<>();
    List<Tuple> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = Ids.next();
      meetings.add(id);
      classes.add(Tuple.of(id, Ids.next(), starts, starts.plusHours(1), due, due));
      messages.add(
          Tuple.of(Ids.next(), due, "{\"meetingId\":\"" + id + "\",\"name\":\"open\"}", due, due));
    }
    pool.withTransaction(
            c ->
                c.preparedQuery(
                        "INSERT INTO meeting (id, teacher_id, title, starts_at, ends_at, duration_minutes,"
                            + " capacity, seats_taken, price, status, room, review_state, sequence,"
                            + " created_at, updated_at) VALUES (?, ?, 'opens at once', ?, ?, 60, 1, 0, 100,"
                            + " 'scheduled', 'room', 'none', 0, ?, ?)")
                    .executeBatch(classes)
                    .compose(
                        v ->
                            c.preparedQuery(
                                    "INSERT INTO scheduled_message (id, due_at, address, body, attempts,"
                                        + " leased_until, created_at) VALUES (?, ?, 'booking.milestone', ?, 0,"
                                        + " DATE_SUB(?, INTERVAL 400 DAY), DATE_SUB(?, INTERVAL 400 DAY))")
                                .executeBatch(messages)))
        .await();
    List<Long> late = lateness(due, MOST_LOOKS).await();
    return "opens due at once                    %d, opened late by p50 %d ms, p99 %d ms, worst %d ms"
        .formatted(
            late.size(),
            late.get(late.size() / 2),
            late.get((int) (late.size() * 0.99)),
            late.getLast());
  }

  private Future<List<Long>> lateness(LocalDateTime due, int looksLeft) {
    return pool.preparedQuery(
            "SELECT opened_at FROM meeting WHERE id >= ? AND id <= ? AND title = 'opens at once'"
                + " AND opened_at IS NOT NULL ORDER BY opened_at")
        .execute(Tuple.of(meetings.getFirst(), meetings.getLast()))
        .compose(
            rows -> {
              if (rows.size() == meetings.size()) {
                return Future.succeededFuture(millis(rows, due));
              }
              if (looksLeft == 0) {
                return Future.failedFuture(
                    new IllegalStateException(rows.size() + " of " + meetings.size() + " opened"));
              }
              return vertx
                  .timer(100, TimeUnit.MILLISECONDS)
                  .compose(t -> lateness(due, looksLeft - 1));
            });
  }

  private static List<Long> millis(RowSet<Row> rows, LocalDateTime due) {
    List<Long> late = new ArrayList<>();
    for (Row row : rows) {
      late.add(Duration.between(due, row.getLocalDateTime("opened_at")).toMillis());
    }
    return late;
  }
}
