package io.classbell.platform.db;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;

/**
 * A Vert.x wrapper that sets socket options for database connections. The MySQL client's own
 * options have no effect (vertx-mysql-client 5.0.8, {@code MySQLDriver.createConnectionFactory}),
 * so without it a statement would wait forever on a connection that was cut silently.
 */
final class SocketOptions extends VertxWrapper {
  private final Duration connectLimit;
  private final Duration silenceLimit;

  /**
   * @param silenceLimit a connection that receives nothing for this long is closed
   */
  SocketOptions(Vertx vertx, Duration connectLimit, Duration silenceLimit) {
    super((VertxInternal) vertx);
    this.connectLimit = connectLimit;
    this.silenceLimit = silenceLimit;
  }

  @Override
  public NetClient createNetClient(NetClientOptions options) {
    return super.createNetClient(
        options
            .setTcpKeepAlive(true)
            .setTcpNoDelay(true)
            .setConnectTimeout((int) connectLimit.toMillis())
            .setReadIdleTimeout((int) silenceLimit.toSeconds()));
  }
}
