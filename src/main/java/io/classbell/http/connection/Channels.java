package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** Accesses the Netty channel of a Vert.x connection. */
public final class Channels {

  private Channels() {}

  public static Channel of(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }

  /**
   * Closes a channel at once. The library's close waits until all pending data is written, which
   * never happens if the peer does not read.
   */
  public static void cut(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first != null) {
      first.close();
    }
  }
}
