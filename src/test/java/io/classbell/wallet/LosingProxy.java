package io.classbell.wallet;

import io.classbell.platform.db.DatabaseSettings;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands between an application and its database, and cuts the connection while the next COMMIT is
 * on its way.
 */
final class LosingProxy implements AutoCloseable {
  /** Where the connection breaks. */
  enum Cut {
    NOTHING,
    /** The database never hears of the commit. */
    REQUEST,
    /** The database has committed, but nobody hears of it. */
    ANSWER
  }

  private final Vertx vertx = Vertx.vertx();
  private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOTHING);
  private final DatabaseSettings database;
  private final NetServer server;

  LosingProxy(DatabaseSettings database) {
    this.database = database;
    NetClient client = vertx.createNetClient();
    server =
        WalletNode.await(
            vertx
                .createNetServer()
                .connectHandler(
                    near -> {
                      near.pause();
                      client
                          .connect(database.port(), database.host())
                          .onSuccess(far -> join(near, far))
                          .onFailure(e -> near.close());
                    })
                .listen(0, "127.0.0.1"));
  }

  /** The settings of the database behind. */
  DatabaseSettings settings() {
    return new DatabaseSettings(
        database.host(),
        server.actualPort(),
        database.name(),
        database.user(),
        database.password(),
        database.migrationUser(),
        database.migrationPassword(),
        database.poolSize(),
        database.maxWaitQueueSize(),
        database.connectTimeout(),
        database.idleTimeout(),
        database.maxLifetime(),
        database.tlsMode(),
        database.tlsCa());
  }

  /** The next commit breaks, once. */
  void cutNextCommit(Cut cut) {
    next.set(cut);
  }

  /** Whether the cut was made. */
  boolean hasCut() {
    return next.get() == Cut.NOTHING;
  }

  private void join(NetSocket near, NetSocket far) {
    AtomicReference<Cut> mine = new AtomicReference<>(Cut.NOTHING);
    near.handler(
        data -> {
          if (isCommit(data)) {
            mine.set(next.getAndSet(Cut.NOTHING));
          }
          if (mine.get() == Cut.REQUEST) {
            near.close();
            far.close();
          } else {
            far.write(data);
          }
        });
    far.handler(
        data -> {
          if (mine.get() == Cut.ANSWER) {
            near.close();
            far.close();
          } else {
            near.write(data);
          }
        });
    near.closeHandler(v -> far.close());
    far.closeHandler(v -> near.close());
    near.resume();
  }

  private static boolean isCommit(Buffer data) {
    return data.toString(StandardCharsets.US_ASCII).contains("autocommit = 1");
  }

  @Override
  public void close() {
    WalletNode.await(vertx.close());
  }
}
