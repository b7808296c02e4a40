package io.classbell.platform.db;

import io.classbell.platform.failure.RejectedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mysqlclient.MySQLBuilder;
import io.vertx.mysqlclient.MySQLConnectOptions;
import io.vertx.mysqlclient.SslMode;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Transaction;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Access to the database, the system of record, from virtual threads. All transactions begin here:
 * READ COMMITTED with explicit locks, UTC, strict mode. A transaction that fails because of lock
 * contention is retried as a whole, a limited number of times.
 */
public final class Database {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);

  /** Code of the rejection (503) when locks are unavailable. */
  public static final String CONTENDED = "contended";

  /**
   * Time for which a database without disk space counts as full; afterwards the next write is tried
   * again.
   */
  private static final Duration FULL_FOR = Duration.ofSeconds(10);

  private static final int MOST_TRIES = 6;

  /** Limit for retries, because the caller's time is short. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /**
   * A connection that receives nothing for this long is closed, and its pending statements fail:
   * the network or the server has gone away silently. Idle connections are closed earlier ({@link
   * DatabaseSettings#idleTimeout}), so this limits the time of a statement.
   */
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** The same limit for snapshots, which read whole tables. */
  private static final Duration SILENCE_OF_SNAPSHOTS = Duration.ofMinutes(10);

  private static final long NEVER = Long.MIN_VALUE;
  private static final int MOST_SNAPSHOTS = 2;
  private static final int MOST_WAITING_FOR_SNAPSHOTS = 16;
  private static final int MOST_WAITING_APART = 64;

  /**
   * Run on every new connection. The lock wait is short because callers wait for a limited time;
   * after that they are told to retry.
   */
  private static final String SESSION =
      "SET SESSION transaction_isolation = 'READ-COMMITTED', autocommit = ON, "
          + "time_zone = '+00:00', "
          + "innodb_lock_wait_timeout = 3, "
          + "sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
          + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";

  /**
   * Begins a transaction. START TRANSACTION is not safe here: statements are pipelined, and a
   * statement that follows a deadlock's victim would run outside of the transaction and be
   * committed at once by MySQL.
   */
  private static final String BEGIN = "SET autocommit = 0";

  /** Commits, and switches back to one transaction per statement. */
  private static final String COMMIT = "SET autocommit = 1";

  private static final String SESSION_MARIADB =
      SESSION.replace("transaction_isolation", "tx_isolation");

  private final Vertx vertx;
  private final Pool pool;
  private final Pool snapshots;
  private final Pool single;
  private final Sql autocommit;
  private final Sql apart;
  private final LongAdder refused = new LongAdder();
  private final AtomicLong fullSince = new AtomicLong(NEVER);

  private Database(Vertx vertx, Pool pool, Pool snapshots, Pool single) {
    this.vertx = vertx;
    this.pool = pool;
    this.snapshots = snapshots;
    this.single = single;
    this.autocommit = new Reads(pool, refused);
    this.apart = new Reads(single, new LongAdder());
  }

  /** Creates the pools; connects on first use. */
  public static Database connect(Vertx vertx, DatabaseSettings settings) {
    PoolOptions common =
        new PoolOptions()
            .setConnectionTimeout((int) settings.connectTimeout().toMillis())
            .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
            .setIdleTimeout((int) settings.idleTimeout().toMillis())
            .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
            .setMaxLifetime((int) settings.maxLifetime().toSeconds())
            .setMaxLifetimeUnit(TimeUnit.SECONDS);
    PoolOptions work =
        new PoolOptions(common)
            .setMaxSize(settings.poolSize())
            .setMaxWaitQueueSize(settings.maxWaitQueueSize());
    PoolOptions snapshots =
        new PoolOptions(common)
            .setMaxSize(MOST_SNAPSHOTS)
            .setMaxWaitQueueSize(MOST_WAITING_FOR_SNAPSHOTS);
    PoolOptions single =
        new PoolOptions(common).setMaxSize(1).setMaxWaitQueueSize(MOST_WAITING_APART);
    MySQLConnectOptions server = server(settings);
    Duration connect = settings.connectTimeout();
    return new Database(
        vertx,
        pool(new SocketOptions(vertx, connect, SILENCE), server, work),
        pool(new SocketOptions(vertx, connect, SILENCE_OF_SNAPSHOTS), server, snapshots),
        pool(new SocketOptions(vertx, connect, SILENCE), server, single));
  }

  private static MySQLConnectOptions server(DatabaseSettings settings) {
    MySQLConnectOptions options =
        new MySQLConnectOptions()
            .setHost(settings.host())
            .setPort(settings.port())
            .setDatabase(settings.name())
            .setUser(settings.user())
            .setPassword(settings.password().reveal())
            .setSslMode(SslMode.valueOf(settings.tlsMode().name()))
            .setCharset("utf8mb4")
            .setCollation("utf8mb4_unicode_ci")
            .setCachePreparedStatements(true)
            .setPreparedStatementCacheMaxSize(256)
            .setPreparedStatementCacheSqlLimit(16_384)
            .setReconnectAttempts(0);
    if (settings.tlsMode() != DatabaseSettings.TlsMode.DISABLED) {
      ClientSSLOptions tls = new ClientSSLOptions();
      if (settings.tlsCa() == null) {
        tls.setTrustAll(true);
      } else {
        tls.setTrustOptions(new PemTrustOptions().addCertPath(settings.tlsCa()));
      }
      boolean named = settings.tlsMode() == DatabaseSettings.TlsMode.VERIFY_IDENTITY;
      options.setSslOptions(tls.setHostnameVerificationAlgorithm(named ? "HTTPS" : ""));
    }
    return options;
  }

  private static Pool pool(SocketOptions vertx, MySQLConnectOptions server, PoolOptions options) {
    return MySQLBuilder.pool()
        .with(options)
        .connectingTo(server)
        .withConnectHandler(Database::prepareSession)
        .using(vertx)
        .build();
  }

  private static void prepareSession(SqlConnection connection) {
    String product = connection.databaseMetadata().productName();
    boolean mariaDb =
        product.contains("MariaDB")
            || connection.databaseMetadata().fullVersion().contains("MariaDB");
    connection
        .query(mariaDb ? SESSION_MARIADB : SESSION)
        .execute()
        .onSuccess(prepared -> connection.close())
        .onFailure(
            e -> {
              LOG.warn("A database connection could not be prepared: {}", e.getMessage());
              discard(connection);
            });
  }

  /** Removes a connection from the pool; closing it would return it to the pool. */
  private static void discard(SqlConnection connection) {
    connection.query("KILL CONNECTION_ID()").execute();
  }

  /**
   * Returns single statements for reads, each in a transaction of its own. If the database is
   * unreachable they fail with {@link RejectedException} 503 {@code database_unavailable}.
   */
  public Sql read() {
    return autocommit;
  }

  /**
   * Returns the same on a separate connection that is not shared with requests, for reading the
   * time and for checking whether the database responds.
   */
  public Sql apart() {
    return apart;
  }

  /**
   * Runs work in one transaction, on a virtual thread. After lock contention (1213, 1205, 1020) or
   * a connection lost before the commit, the work is run again with jitter, so it must have no
   * effects other than its SQL. Any SQL error fails the whole transaction, even if the work catches
   * it.
   *
   * @throws CommitUnknown if the connection is lost during the commit
   * @throws RejectedException 503 {@code database_unavailable} if the database is unreachable, 503
   *     {@code contended} if locks are unavailable
   */
  public <T> T inTransaction(Function<Tx, T> work) {
    long begun = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      try {
        return once(work);
      } catch (WorkFailed e) {
        return rethrow(e.getCause());
      } catch (CommitUnknown e) {
        noteIfFull(e.getCause());
        throw e;
      } catch (Throwable e) {
        if (noteIfFull(e)) {
          throw SqlErrors.refused(e);
        }
        if (!SqlErrors.contended(e) && !SqlErrors.unavailable(e)) {
          throw e;
        }
        boolean late = System.nanoTime() - begun > PATIENCE.toNanos();
        if (late || attempt >= MOST_TRIES) {
          throw SqlErrors.refused(e);
        }
        LOG.warn("Retrying a transaction (attempt {}): {}", attempt, e.getMessage());
        pause(ThreadLocalRandom.current().nextLong(5, 20L << attempt));
      }
    }
  }

  /**
   * Runs reads that all see the same state (one REPEATABLE READ transaction), for checks that
   * compare tables while others write.
   */
  public <T> T inSnapshot(Function<Sql, T> reads) {
    SqlConnection connection;
    try {
      connection = acquire(snapshots);
    } catch (DatabaseUnreachable e) {
      throw SqlErrors.refused(e);
    }
    try {
      Transaction transaction = beginSnapshot(connection);
      Tx tx = new Tx(connection);
      try {
        return reads.apply(tx);
      } catch (Throwable t) {
        if (tx.isFailed() && (SqlErrors.unavailable(t) || SqlErrors.contended(t))) {
          throw SqlErrors.refused(t);
        }
        throw t;
      } finally {
        endSnapshot(transaction);
      }
    } finally {
      connection.close();
    }
  }

  private static Transaction beginSnapshot(SqlConnection connection) {
    try {
      connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute().await();
      return connection.begin().await();
    } catch (Throwable t) {
      if (SqlErrors.unavailable(t)) {
        throw SqlErrors.refused(t);
      }
      throw t;
    }
  }

  private static void endSnapshot(Transaction transaction) {
    try {
      transaction.rollback().await();
    } catch (Throwable t) {
      LOG.debug("A snapshot could not be ended: {}", t.getMessage());
    }
  }

  /** The work failed by itself, not because of the database: its failure is nobody else's. */
  private static final class WorkFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    WorkFailed(Throwable cause) {
      super(null, cause, false, false);
    }
  }

  /** Throws what the work threw: a future that it waited for may have failed with any exception. */
  private static <T> T rethrow(@Nullable Throwable cause) {
    return Future.<T>failedFuture(cause).await();
  }

  private <T> T once(Function<Tx, T> work) {
    SqlConnection connection = acquire(pool);
    try {
      begin(connection);
      Tx tx = new Tx(connection);
      T result;
      try {
        result = work.apply(tx);
        tx.requireWritten();
      } catch (Throwable t) {
        rollBack(connection);
        if (!tx.isFailed()) {
          throw new WorkFailed(t);
        }
        throw t;
      }
      try {
        connection.query(COMMIT).execute().await();
      } catch (Throwable t) {
        if (SqlErrors.contended(t)) {
          rollBack(connection);
          throw t;
        }
        discard(connection);
        throw new CommitUnknown(t);
      }
      tx.committed();
      return result;
    } finally {
      connection.close();
    }
  }

  /**
   * Waits for the result: if beginning failed, the statements that follow would be committed one by
   * one.
   */
  private static void begin(SqlConnection connection) {
    try {
      connection.query(BEGIN).execute().await();
    } catch (Throwable t) {
      discard(connection);
      throw t;
    }
  }

  /** Acquires a connection. Every failure to do so is reported as an unreachable database. */
  private SqlConnection acquire(Pool pool) {
    Future<SqlConnection> acquired = pool.getConnection();
    try {
      return acquired.await();
    } catch (Throwable t) {
      // Interrupted: a connection that is acquired later must still be returned to the pool.
      acquired.onSuccess(SqlConnection::close);
      refused.increment();
      throw new DatabaseUnreachable(t);
    }
  }

  /**
   * Discards a connection whose rollback fails; the server rolls back when the connection closes.
   */
  private static void rollBack(SqlConnection connection) {
    try {
      connection
          .query("ROLLBACK")
          .execute()
          .compose(back -> connection.query(COMMIT).execute())
          .await();
    } catch (Throwable t) {
      LOG.debug("Rollback failed: {}", t.getMessage());
      discard(connection);
    }
  }

  private boolean noteIfFull(@Nullable Throwable failure) {
    if (failure == null || !SqlErrors.full(failure)) {
      return false;
    }
    if (!isFull()) {
      LOG.error("The database has no disk space left: {}", failure.getMessage());
    }
    fullSince.set(System.nanoTime());
    return true;
  }

  /**
   * Whether a write failed within the last seconds because the disk was full. Reads may still
   * succeed.
   */
  public boolean isFull() {
    long since = fullSince.get();
    return since != NEVER && System.nanoTime() - since < FULL_FOR.toNanos();
  }

  private void pause(long millis) {
    vertx.timer(millis, TimeUnit.MILLISECONDS).await();
  }

  /** Counts the times that no connection was available, or none in time. */
  public LongAdder refused() {
    return refused;
  }

  /** Checks whether the database responds, independently of this node's load; for readiness. */
  public Future<Void> ping() {
    return apart.start("SELECT 1").mapEmpty();
  }

  public Future<Void> close() {
    return Future.join(pool.close(), snapshots.close(), single.close()).mapEmpty();
  }
}
