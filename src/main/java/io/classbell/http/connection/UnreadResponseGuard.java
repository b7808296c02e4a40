package io.classbell.http.connection;

import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;

/**
 * First on a connection: cuts off who goes on sending and reads none of the answers. The library
 * answers pings, frames that make no sense, and requests one behind the other by itself, and keeps
 * on the heap what nobody takes.
 */
public final class UnreadResponseGuard extends ChannelInboundHandlerAdapter {

  /** More than the largest request, so that nobody who asks once is meant. */
  static final int MOST_UNREAD_BYTES = 131_072;

  private final Counter refused;
  private int sinceItReads;

  public UnreadResponseGuard(Counter refused) {
    this.refused = refused;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (context.channel().isWritable()) {
      sinceItReads = 0;
    } else if (message instanceof ByteBuf bytes) {
      sinceItReads += bytes.readableBytes();
      if (sinceItReads > MOST_UNREAD_BYTES) {
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
