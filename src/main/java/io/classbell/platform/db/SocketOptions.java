package io.classbell.platform.db;

import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.VertxWrapper;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.time.Duration;

/**
 * A Vert.x whose sockets have the options that connections to the database need. The MySQL client's
 * own way to set them has no effect (vertx-mysql-client 5.0.8, {@code
 * MySQLDriver.createConnectionFactory}): a connection cut without a word would be waited for, for
 * ever.
 */
final class SocketOptions extends VertxWrapper {
  private final Duration connectLimit;
  private final Duration silenceLimit;

  /**
   * @param silenceLimit a connection on which nothing comes for so long is closed
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
