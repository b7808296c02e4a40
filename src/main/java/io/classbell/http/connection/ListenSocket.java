package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of a server, which can be closed without its connections. The library closes
 * it together with all idle connections, including new ones whose first request is still in
 * transit. The library exposes the socket only as the parent of an accepted connection.
 */
public final class ListenSocket {
  /** Time for the first request on a new connection, on a busy machine. */
  private static final int FIRST_REQUEST_MILLIS = 500;

  private volatile @Nullable Channel listening;

  public void connectionOpened(Channel connection) {
    if (listening == null) {
      listening = connection.parent();
    }
  }

  /**
   * Stops accepting connections. Completes when the last accepted connections have had time to send
   * a request, so that idle ones can be closed.
   */
  public Future<Void> stopAccepting(Vertx vertx) {
    Channel channel = listening;
    if (channel == null) {
      return Future.succeededFuture();
    }
    channel.close();
    return vertx.timer(FIRST_REQUEST_MILLIS, TimeUnit.MILLISECONDS).mapEmpty();
  }
}
