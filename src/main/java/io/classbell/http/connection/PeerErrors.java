package io.classbell.http.connection;

import io.classbell.http.problem.BadConnections;
import io.classbell.http.problem.ProblemWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection on which the peer made an error, in the library's place: the library closes it
 * without an answer, reports the error as a failure of the request, with its stack trace, and
 * counts the end of the request twice. A body that is no valid chunk is answered with 400 where the
 * answer has not begun. Used on the connection's event loop only.
 */
public final class PeerErrors extends ChannelDuplexHandler {

  private static final String NAME = "classbell.peerErrors";

  /** The library's own name of the handler that takes the requests. */
  private static final String LIBRARY_HANDLER = "handler";

  /** Time for the peer to read the answer; a connection with unread bytes is reset when closed. */
  private static final int LINGER_SECONDS = 1;

  private final BadConnections bad;
  private int unanswered;
  private boolean isAnswering;
  private boolean isOver;

  private PeerErrors(BadConnections bad) {
    this.bad = bad;
  }

  /** Takes care of a connection that was just opened. */
  public static void handleOn(Channel channel, BadConnections bad) {
    ChannelPipeline pipeline = channel.pipeline();
    if (pipeline.context(LIBRARY_HANDLER) != null) {
      pipeline.addBefore(LIBRARY_HANDLER, NAME, new PeerErrors(bad));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      unanswered++;
    }
    // A malformed head is a request and content at once; it is answered as an invalid request.
    if (!isOver
        && !(message instanceof HttpRequest)
        && message instanceof HttpContent content
        && content.decoderResult().isFailure()) {
      isOver = true;
      bad.malformed();
      endMalformed(context);
    }
    if (isOver) {
      ReferenceCountUtil.release(message);
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean isInterim =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (!isInterim && message instanceof HttpResponse) {
      isAnswering = true;
    }
    if (!isInterim && message instanceof LastHttpContent) {
      unanswered--;
      isAnswering = false;
    }
    context.write(message, promise);
  }

  /** Whatever it is, the connection can't go on; the library hears of its end. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!isOver) {
      isOver = true;
      bad.broken();
    }
    context.close();
  }

  private void endMalformed(ChannelHandlerContext context) {
    if (unanswered != 1 || isAnswering) {
      context.close();
      return;
    }
    ByteBuf body = Unpooled.wrappedBuffer(ProblemWriter.malformedRequest().getBytes());
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
        .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    context.writeAndFlush(response);
    context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }
}
