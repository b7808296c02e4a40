package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket, so that it can be closed by itself. The library closes it and all idle
 * connections in one go, also those opened an instant before, whose request is on its way and would
 * be cut off. It shows the socket only as the parent of a connection that came by it.
 */
public final class ListenSocket {
  /** Time for the request on a connection just opened, on a busy machine. */
  private static final int MOMENT_MILLIS = 500;

  private volatile @Nullable Channel listening;

  public void isUsedBy(Channel connection) {
    if (listening == null) {
      listening = connection.parent();
    }
  }

  /**
   * Takes no more connections. Completes when those taken last must have said what they want: then
   * the idle ones may go.
   */
  public Future<Void> shut(Vertx vertx) {
    Channel channel = listening;
    if (channel == null) {
      return Future.succeededFuture();
    }
    channel.close();
    return vertx.timer(MOMENT_MILLIS, TimeUnit.MILLISECONDS).mapEmpty();
  }
}
