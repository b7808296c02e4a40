package io.classbell.tools;

import io.classbell.platform.Ids;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * The baselines of the benchmark: a plain service with one transaction per booking on the same
 * tables with the same durability, from 16 connections, without HTTP, bus, checks or notifications.
 * It inserts its own rows (students, meetings and accounts without users) and does not delete them;
 * use a disposable database.
 */
final class PlainLoop {
  private static final int CONNECTIONS = 16;
  private static final int MEETINGS = 64;
  private static final int GROUP = 64;

  /** As many groups at once; each has students and meetings of its own. */
  private static final int LANES = 2;

  private static final List<String> TABLES =
      List.of(
          "agenda",
          "meeting",
          "meeting_participant",
          "ledger_account",
          "ledger_transaction",
          "ledger_entry",
          "ledger_hold",
          "dead_letter");

  private final Pool pool;
  private final List<String> students = new ArrayList<>();
  private final List<String> meetings = new ArrayList<>();

  private PlainLoop(Pool pool) {
    this.pool = pool;
  }

  static Future<Load.Result> run(Vertx vertx, String databaseUrl, Duration time) {
    return run(
        vertx,
        databaseUrl,
        loop ->
            Load.run(
                vertx,
                "plain transactions",
                CONNECTIONS,
                time,
                client -> loop.book(client).map(true)));
  }

  /** The same rows in groups: what the database can take from a client that does nothing else. */
  static Future<Load.Result> runInGroups(Vertx vertx, String databaseUrl, Duration time) {
    return run(
        vertx,
        databaseUrl,
        loop ->
            Load.run(
                    vertx,
                    "ceiling (groups of 64)",
                    LANES,
                    time,
                    client -> loop.bookGroup(client).map(true))
                .map(
                    groups ->
                        new Load.Result(
                            groups.name(),
                            groups.done() * GROUP,
                            0,
                            groups.took(),
                            groups.latencies())));
  }

  private static Future<Load.Result> run(
      Vertx vertx, String databaseUrl, Function<PlainLoop, Future<Load.Result>> load) {
    MySQLConnectOptions options =
        MySQLConnectOptions.fromUri(databaseUrl)
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheSqlLimit(32_768);
    Pool pool =
        MySQLBuilder.pool()
            .with(new PoolOptions().setMaxSize(CONNECTIONS))
            .connectingTo(options)
            .using(vertx)
            .build();
    PlainLoop loop = new PlainLoop(pool);
    return loop.setUp()
        .compose(v -> load.apply(loop))
        .eventually(loop::dropTables)
        .eventually(pool::close);
  }

  private Future<Void> setUp() {
    Future<?> done = dropTables();
    for (String table : TABLES) {
      String create = "CREATE TABLE plain_" + table + " LIKE " + table;
      done = done.compose(v -> pool.query(create).execute());
    }
    LocalDateTime starts = LocalDateTime.of(2090, 1, 1, 12, 0);
    for (int i = 0; i < MEETINGS; i++) {
      String meeting = Ids.next();
      meetings.add(meeting);
      done =
          done.compose(
                  v ->
                      execute(
                          pool,
                          "INSERT INTO plain_meeting (id, teacher_id, title, starts_at, ends_at,"
                              + " duration_minutes, capacity, seats_taken, price, status, room,"
                              + " review_state, sequence, created_at, updated_at) VALUES (?, ?,"
                              + " 'plain', ?, ?, 60, 1000000, 0, 100, 'cancelled', 'plain', 'none',"
                              + " 0, ?, ?)",
                          meeting,
                          Ids.next(),
                          starts,
                          starts.plusHours(1),
                          starts,
                          starts))
              .compose(v -> account("escrow:" + meeting, "escrow", meeting));
    }
    for (int i = 0; i < GROUP * LANES; i++) {
      String student = Ids.next();
      students.add(student);
      done =
          done.compose(v -> account("wallet:" + student, "wallet", student))
              .compose(
                  v -> execute(pool, "INSERT INTO plain_agenda (user_id) VALUES (?)", student));
    }
    return done.mapEmpty();
  }

  private Future<?> dropTables() {
    Future<?> done = Future.succeededFuture();
    for (String table : TABLES) {
      done = done.compose(v -> pool.query("DROP TABLE IF EXISTS plain_" + table).execute());
    }
    return done;
  }

  private Future<?> account(String id, String kind, String owner) {
    return execute(
        pool,
        "INSERT INTO plain_ledger_account (id, kind, owner_id, balance, held) VALUES (?, ?, ?,"
            + " 1000000000, 0)",
        id,
        kind,
        owner);
  }

  /** Reserve, hold and confirm in one transaction: eleven statements and a commit. */
  private Future<Void> book(int client) {
    String student = students.get(ThreadLocalRandom.current().nextInt(GROUP));
    String meeting = meetings.get(ThreadLocalRandom.current().nextInt(meetings.size()));
    String booking = Ids.next();
    String transaction = Ids.next();
    LocalDateTime at = LocalDateTime.of(2090, 1, 1, 0, 0);
    return pool.withTransaction(
        c ->
            execute(c, "SELECT user_id FROM plain_agenda WHERE user_id = ? FOR UPDATE", student)
                .compose(
                    v -> execute(c, "SELECT * FROM plain_meeting WHERE id = ? FOR UPDATE", meeting))
                .compose(
                    v ->
                        execute(
                            c,
                            "INSERT INTO plain_meeting_participant (id, meeting_id, student_id,"
                                + " teacher_id, status, live, price, policy, starts_at, ends_at,"
                                + " attendance, money, created_at, updated_at, sequence) VALUES (?,"
                                + " ?, ?, ?, 'confirmed', NULL, 100, '{}', ?, ?, 'unknown', 'none',"
                                + " ?, ?, 0)",
                            booking,
                            meeting,
                            student,
                            student,
                            at,
                            at,
                            at,
                            at))
                .compose(
                    v ->
                        execute(
                            c,
                            "UPDATE plain_meeting SET seats_taken = seats_taken + 1 WHERE id = ?",
                            meeting))
                .compose(
                    v ->
                        execute(
                            c,
                            "SELECT balance FROM plain_ledger_account WHERE id IN (?, ?) ORDER BY"
                                + " id FOR UPDATE",
                            "escrow:" + meeting,
                            "wallet:" + student))
                .compose(
                    v ->
                        execute(
                            c,
                            "INSERT INTO plain_ledger_transaction (id, command_id, kind, at,"
                                + " amount, input_hash) VALUES (?, ?, 'booking', ?, 100,"
                                + " REPEAT('0', 64))",
                            transaction,
                            "plain:" + booking,
                            at))
                .compose(
                    v ->
                        execute(
                            c,
                            "INSERT INTO plain_ledger_entry (account_id, transaction_id, amount,"
                                + " balance_after) VALUES (?, ?, -100, 0), (?, ?, 100, 0)",
                            "wallet:" + student,
                            transaction,
                            "escrow:" + meeting,
                            transaction))
                .compose(
                    v ->
                        execute(
                            c,
                            "UPDATE plain_ledger_account SET balance = balance - 100 WHERE id = ?",
                            "wallet:" + student))
                .compose(
                    v ->
                        execute(
                            c,
                            "UPDATE plain_ledger_account SET balance = balance + 100 WHERE id = ?",
                            "escrow:" + meeting))
                .compose(
                    v ->
                        execute(
                            c,
                            "INSERT INTO plain_ledger_hold (booking_id, meeting_id, student_id,"
                                + " amount, state) VALUES (?, ?, ?, 0, 'settled')",
                            booking,
                            meeting,
                            student))
                .compose(
                    v ->
                        execute(
                            c,
                            "INSERT INTO plain_dead_letter (id, source, address, due_at, body,"
                                + " attempts, parked_at) VALUES (?, 'bench', 'bench', ?, '{}', 0,"
                                + " ?)",
                            Ids.next(),
                            at,
                            at))
                .mapEmpty());
  }

  /** The rows of 64 bookings in one transaction: eleven statements and a commit. */
  private Future<Void> bookGroup(int lane) {
    List<String> who = students.subList(lane * GROUP, (lane + 1) * GROUP);
    List<String> where = meetings.subList(lane * MEETINGS / LANES, (lane + 1) * MEETINGS / LANES);
    LocalDateTime at = LocalDateTime.of(2090, 1, 1, 0, 0);
    List<Object> bookings = new ArrayList<>();
    List<Object> transactions = new ArrayList<>();
    List<Object> entries = new ArrayList<>();
    List<Object> holds = new ArrayList<>();
    List<Object> events = new ArrayList<>();
    List<Object> accounts = new ArrayList<>();
    for (int i = 0; i < GROUP; i++) {
      String student = who.get(i);
      String meeting = where.get(i % where.size());
      String booking = Ids.next();
      String transaction = Ids.next();
      Collections.addAll(bookings, booking, meeting, student, student, at, at, at, at);
      Collections.addAll(transactions, transaction, "plain:" + booking, at);
      Collections.addAll(entries, "wallet:" + student, transaction, -100);
      Collections.addAll(entries, "escrow:" + meeting, transaction, 100);
      Collections.addAll(holds, booking, meeting, student);
      Collections.addAll(events, Ids.next(), at, at);
      Collections.addAll(accounts, "wallet:" + student, "wallet", student, -100);
      Collections.addAll(accounts, "escrow:" + meeting, "escrow", meeting, 100);
    }
    return pool.withTransaction(
        c ->
            locked(c, "SELECT user_id FROM plain_agenda WHERE user_id IN ", "user_id", who)
                .compose(v -> locked(c, "SELECT * FROM plain_meeting WHERE id IN ", "id", where))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_meeting_participant (id, meeting_id, student_id,"
                                + " teacher_id, status, live, price, policy, starts_at, ends_at,"
                                + " attendance, money, created_at, updated_at, sequence) VALUES ",
                            "(?, ?, ?, ?, 'confirmed', NULL, 100, '{}', ?, ?, 'unknown', 'none', ?,"
                                + " ?, 0)",
                            GROUP,
                            "",
                            bookings))
                .compose(
                    v ->
                        in(
                            c,
                            "UPDATE plain_meeting SET seats_taken = seats_taken + 2 WHERE id IN ",
                            "",
                            where))
                .compose(
                    v ->
                        locked(
                            c,
                            "SELECT balance FROM plain_ledger_account WHERE id IN ",
                            "id",
                            who.stream().map(student -> "wallet:" + student).toList()))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_ledger_transaction (id, command_id, kind, at,"
                                + " amount, input_hash) VALUES ",
                            "(?, ?, 'booking', ?, 100, REPEAT('0', 64))",
                            GROUP,
                            "",
                            transactions))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_ledger_entry (account_id, transaction_id, amount,"
                                + " balance_after) VALUES ",
                            "(?, ?, ?, 0)",
                            2 * GROUP,
                            "",
                            entries))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_ledger_account (id, kind, owner_id, balance, held)"
                                + " VALUES ",
                            "(?, ?, ?, 1000000000 + ?, 0)",
                            2 * GROUP,
                            " ON DUPLICATE KEY UPDATE balance = VALUES(balance)",
                            accounts))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_ledger_hold (booking_id, meeting_id, student_id,"
                                + " amount, state) VALUES ",
                            "(?, ?, ?, 0, 'settled')",
                            GROUP,
                            "",
                            holds))
                .compose(
                    v ->
                        rows(
                            c,
                            "INSERT INTO plain_dead_letter (id, source, address, due_at, body,"
                                + " attempts, parked_at) VALUES ",
                            "(?, 'bench', 'bench', ?, '{}', 0, ?)",
                            GROUP,
                            "",
                            events))
                .mapEmpty());
  }

  private static Future<?> locked(SqlClient client, String sql, String order, List<String> ids) {
    return in(client, sql, " ORDER BY " + order + " FOR UPDATE", ids);
  }

  private static Future<?> in(SqlClient client, String sql, String tail, List<String> ids) {
    return client
        .preparedQuery(sql + "(" + "?,".repeat(ids.size() - 1) + "?)" + tail)
        .execute(Tuple.from(ids));
  }

  private static Future<?> rows(
      SqlClient client, String sql, String row, int count, String tail, List<Object> values) {
    return client
        .preparedQuery(sql + String.join(",", Collections.nCopies(count, row)) + tail)
        .execute(Tuple.from(values));
  }

  private static Future<?> execute(SqlClient client, String sql, Object... parameters) {
    return client.preparedQuery(sql).execute(Tuple.from(parameters));
  }
}
