package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** The bare connection under one of the library's. */
public final class Channels {

  private Channels() {}

  public static Channel of(HttpConnection connection) {
    return ((ConnectionBase) connection).channel();
  }

  /**
   * Ends it at once. The library's own way to close waits until all that was written before has
   * left, which it never does towards a peer that does not read.
   */
  public static void cut(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    if (first != null) {
      first.close();
    }
  }
}
