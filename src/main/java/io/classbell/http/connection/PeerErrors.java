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
 * Handles protocol errors of the peer instead of the library, which closes the connection without a
 * response, logs a stack trace and counts the end of the request twice. A malformed chunk gets a
 * 400 unless the response has begun. Used on the connection's event loop only.
 */
public final class PeerErrors extends ChannelDuplexHandler {

  private static final String NAME = "classbell.peerErrors";

  /** Name of the library's handler that receives requests. */
  private static final String LIBRARY_HANDLER = "handler";

  /** Time for the peer to read the response; closing a connection with unread bytes resets it. */
  private static final int LINGER_SECONDS = 1;

  private final BadConnections bad;
  private int unanswered;
  private boolean isAnswering;
  private boolean isOver;

  private PeerErrors(BadConnections bad) {
    this.bad = bad;
  }

  /** Installs the handler on a new connection. */
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
    // A malformed head is a request and content at once; it is handled as an invalid request.
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

  /** Closes the connection, whatever the error was; the library is notified of the close. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!isOver) {
      isOver = true;
      bad.broken();
    }
    context.close();
  }

  private void endMalformed(ChannelHandlerContext context) {
    if (unanswered == 0 && !isAnswering) {
      // Answered already, for example because of its host: the peer can still read that.
      context.flush();
      context.executor().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
      return;
    }
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
