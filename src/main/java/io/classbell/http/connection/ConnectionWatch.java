package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Closes connections that exceed a deadline for headers, body or response, and connections,
 * including WebSockets, whose peer does not read. An idle timeout does not stop a client that sends
 * one byte a second, so the deadlines apply to complete headers and bodies. Confined to one event
 * loop; checks once a second, so requests have no timers of their own.
 */
public final class ConnectionWatch {

  /**
   * Deadlines in seconds for the headers (including idle keep-alive), the body and the response.
   */
  public record Deadlines(int headerSeconds, int bodySeconds, int answerSeconds) {}

  /** 64 kbit/s. */
  private static final int SLOWEST_BYTES_PER_SECOND = 8_192;

  private static final int LONGEST_SECONDS = 3_600;
  private static final long NONE = Long.MAX_VALUE;

  /**
   * Longest time that a peer may read nothing of the pending data, long enough for a short loss of
   * a mobile connection.
   */
  private static final int STALLED_SECONDS = 30;

  /** Time after a graceful close at which a connection that is still open is cut. */
  private static final int CLOSING_SECONDS = 10;

  private static final class Mark {
    final Channel channel;
    long deadline = NONE;
    long tookAt;
    int head;
    long taken;
    boolean isUnusable;
    boolean isClosing;

    Mark(Channel channel) {
      this.channel = channel;
    }

    /**
     * Whether data has been pending for {@link #STALLED_SECONDS} and the peer has read none of it.
     */
    boolean isStalled(long now) {
      ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
      if (out == null || out.totalPendingWriteBytes() == 0) {
        tookAt = now;
        return false;
      }
      int newHead = System.identityHashCode(out.current());
      if (newHead != head || out.currentProgress() != taken) {
        head = newHead;
        taken = out.currentProgress();
        tookAt = now;
      }
      return now - tookAt > STALLED_SECONDS * 1_000_000_000L;
    }
  }

  private final Map<HttpConnection, Mark> marks = new IdentityHashMap<>();
  private final Deadlines deadlines;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime()}
   */
  public ConnectionWatch(Deadlines deadlines, LongSupplier nanoTime) {
    this.deadlines = deadlines;
    this.nanoTime = nanoTime;
  }

  /** Starts watching a connection until it is closed, even if it becomes a WebSocket. */
  public void opened(HttpConnection connection, Channel channel) {
    Mark mark = new Mark(channel);
    mark.tookAt = nanoTime.getAsLong();
    marks.put(connection, mark);
    // On the channel, because the library's connection gets no close event after an upgrade.
    channel.closeFuture().addListener(closed -> marks.remove(connection));
    awaitsHeaders(connection);
  }

  /** Starts the deadline for headers: the connection is new or ready for the next request. */
  void awaitsHeaders(HttpConnection connection) {
    mark(connection, deadlines.headerSeconds());
  }

  public void awaitsBody(HttpConnection connection) {
    mark(connection, deadlines.bodySeconds());
  }

  public void isAnswered(HttpConnection connection) {
    mark(connection, deadlines.answerSeconds());
  }

  /**
   * Starts the deadline for sending the response, which depends on its size. After that the
   * connection is ready for the next request.
   */
  public void isSent(HttpConnection connection, long bytes) {
    long seconds = bytes / SLOWEST_BYTES_PER_SECOND;
    mark(connection, deadlines.headerSeconds() + (int) Math.min(seconds, LONGEST_SECONDS));
  }

  /** Removes the deadline: the connection has become a socket, whose lifetime the bridge limits. */
  public void isSocket(HttpConnection connection) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.deadline = NONE;
    }
  }

  /** Marks a connection whose request framing is ambiguous: further requests on it are ignored. */
  public void markUnusable(HttpConnection connection) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.isUnusable = true;
    }
  }

  public boolean isUnusable(HttpConnection connection) {
    Mark mark = marks.get(connection);
    return mark != null && mark.isUnusable;
  }

  int connections() {
    return marks.size();
  }

  /** Closes connections past their deadline and cuts those whose peer does not read. */
  public void sweep() {
    long now = nanoTime.getAsLong();
    for (Map.Entry<HttpConnection, Mark> entry : List.copyOf(marks.entrySet())) {
      Mark mark = entry.getValue();
      if (mark.isStalled(now)) {
        Channels.cut(mark.channel);
      } else if (mark.deadline != NONE && mark.deadline - now < 0) {
        if (mark.isClosing) {
          Channels.cut(mark.channel);
        } else {
          mark.isClosing = true;
          mark(entry.getKey(), CLOSING_SECONDS);
          entry.getKey().close();
        }
      }
    }
  }

  private void mark(HttpConnection connection, int seconds) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.deadline = nanoTime.getAsLong() + seconds * 1_000_000_000L;
    }
  }
}
