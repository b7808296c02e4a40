package io.classbell.http.connection;

import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * Closes connections whose peer keeps sending without reading responses. The library responds to
 * pings, invalid frames and pipelined requests by itself and buffers unread responses on the heap.
 */
public final class UnreadResponseGuard extends ChannelInboundHandlerAdapter {

  /** More than the largest request, so that a single request never exceeds it. */
  static final int MOST_UNREAD_BYTES = 131_072;

  private final Counter refused;
  private int unreadBytes;

  public UnreadResponseGuard(Counter refused) {
    this.refused = refused;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (context.channel().isWritable()) {
      unreadBytes = 0;
    } else if (message instanceof ByteBuf bytes) {
      unreadBytes += bytes.readableBytes();
      if (unreadBytes > MOST_UNREAD_BYTES) {
        ReferenceCountUtil.release(message);
        if (context.channel().isOpen()) {
          refused.increment();
          context.close();
        }
        return;
      }
    }
    context.fireChannelRead(message);
  }
}
