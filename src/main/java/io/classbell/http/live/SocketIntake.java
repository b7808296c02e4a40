package io.classbell.http.live;

import io.classbell.http.connection.Channels;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Limits incoming data of one socket before the library processes it: the rate of all frames,
 * including control frames, and the bytes of incomplete messages. Bytes are counted when they are
 * received, because the decoder buffers a frame until its last byte, and the library a message
 * until its last fragment. Used on the socket's event loop only.
 */
final class SocketIntake {

  private static final String BYTES_HANDLER = "classbell.socketBytes";
  private static final String FRAMES_HANDLER = "classbell.socketFrames";

  /** Name of the library's handler that receives frames. */
  private static final String LIBRARY_HANDLER = "handler";

  private static final int LINGER_SECONDS = 1;
  private static final int LINGER_BYTES = 262_144;

  private static final int SHORT_PAYLOAD = 125;
  private static final int MEDIUM_PAYLOAD = 65_535;
  private static final int MASK_BYTES = 4;

  private final Channel channel;
  private final String address;
  private final SocketLimits limits;
  private final FrameRate rate;
  private boolean identified;
  private boolean closed;
  private long received;
  private long decoded;
  private long unfinished;
  private long counted;
  private long thrownAway;

  private SocketIntake(Channel channel, String address, SocketLimits limits) {
    this.channel = channel;
    this.address = address;
    this.limits = limits;
    this.rate = limits.rateOfOneSocket();
  }

  /**
   * Limits a connection that has just become a socket.
   *
   * @param address the client's key for limits
   */
  static SocketIntake of(Channel channel, String address, SocketLimits limits) {
    SocketIntake intake = new SocketIntake(channel, address, limits);
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addBefore(
        pipeline.context(WebSocketFrameDecoder.class).name(), BYTES_HANDLER, intake.new Bytes());
    pipeline.addBefore(LIBRARY_HANDLER, FRAMES_HANDLER, intake.new Frames());
    channel.closeFuture().addListener(isClosed -> intake.count(0));
    return intake;
  }

  /** Allows larger messages after a valid token was presented. */
  void isIdentified() {
    identified = true;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Sends a close frame with the reason and closes. Further data of the peer is discarded for a
   * moment, because closing a connection with unread bytes resets it and the peer would not receive
   * the reason.
   */
  void close(WebSocketCloseStatus status, String reason) {
    if (closed) {
      return;
    }
    closed = true;
    limits.countRefused();
    ChannelHandlerContext frames = channel.pipeline().context(FRAMES_HANDLER);
    if (frames != null) {
      frames.writeAndFlush(new CloseWebSocketFrame(status, reason));
    }
    channel.eventLoop().schedule(() -> Channels.cut(channel), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private void closeAsTooLarge() {
    close(WebSocketCloseStatus.MESSAGE_TOO_BIG, "message too large");
  }

  /** Updates the node's count of bytes in incomplete messages; false if the limit is exceeded. */
  private boolean count(long held) {
    long more = held - counted;
    counted = held;
    return more == 0 || limits.buffer(more);
  }

  private int largestMessage() {
    return identified ? limits.rules().messageBytes() : limits.rules().bytesBeforeToken();
  }

  /** Bytes of a frame besides its payload; clients mask theirs (RFC 6455, 5.2). */
  private static int headBytes(int payload) {
    int length = payload <= SHORT_PAYLOAD ? 2 : payload <= MEDIUM_PAYLOAD ? 4 : 10;
    return length + MASK_BYTES;
  }

  private static boolean isData(WebSocketFrame frame) {
    return frame instanceof TextWebSocketFrame
        || frame instanceof BinaryWebSocketFrame
        || frame instanceof ContinuationWebSocketFrame;
  }

  /** Counts received bytes, before the decoder. */
  private final class Bytes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      int length = message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
      if (closed) {
        ReferenceCountUtil.release(message);
        thrownAway += length;
        if (thrownAway > LINGER_BYTES) {
          Channels.cut(channel);
        }
        return;
      }
      received += length;
      context.fireChannelRead(message);
      if (closed) {
        return;
      }
      long inDecoder = Math.max(0, received - decoded);
      long held = inDecoder + unfinished;
      if (held > largestMessage() + headBytes(largestMessage())) {
        closeAsTooLarge();
      } else if (!count(held)) {
        close(WebSocketCloseStatus.TRY_AGAIN_LATER, "too much is under way");
      }
    }
  }

  /** Counts frames, after the decoder. */
  private final class Frames extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof WebSocketFrame frame) {
        int payload = frame.content().readableBytes();
        decoded += payload + headBytes(payload);
        admit(frame, payload);
      }
      if (closed) {
        ReferenceCountUtil.release(message);
      } else {
        context.fireChannelRead(message);
      }
    }

    private void admit(WebSocketFrame frame, int payload) {
      if (closed) {
        return;
      }
      if (!limits.takeFrame(rate, address)) {
        close(WebSocketCloseStatus.POLICY_VIOLATION, "too many frames");
      } else if (isData(frame)) {
        long soFar = unfinished + payload;
        unfinished = frame.isFinalFragment() ? 0 : soFar;
        if (soFar > largestMessage()) {
          closeAsTooLarge();
        }
      }
    }
  }
}
