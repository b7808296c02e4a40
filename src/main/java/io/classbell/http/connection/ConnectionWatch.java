package io.classbell.http.connection;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Closes connections that take too long to say what they want. An idle time-out is no help against
 * a client that sends one byte a second: what counts is the time until headers, and then the body,
 * are complete. Cuts off those that take nothing of what they are sent, sockets too. One of it
 * belongs to one event loop; a sweep once a second costs a request nothing.
 */
public final class ConnectionWatch {

  /** Deadlines in seconds: for the headers (idle keep-alive too), the body, and the answer. */
  public record Deadlines(int headerSeconds, int bodySeconds, int answerSeconds) {}

  /** 64 kbit/s. */
  private static final int SLOWEST_BYTES_PER_SECOND = 8_192;

  private static final int LONGEST_SECONDS = 3_600;
  private static final long NONE = Long.MAX_VALUE;

  /** So long a peer may take nothing of what waits for it: a phone in a tunnel comes out of it. */
  private static final int DEAF_SECONDS = 30;

  /** Connections that are still open so long after they were told to close are cut off. */
  private static final int CLOSING_SECONDS = 10;

  private static final class Mark {
    final Channel channel;
    long deadline = NONE;
    long tookAt;
    int head;
    long taken;
    boolean isGivenUp;
    boolean isClosing;

    Mark(Channel channel) {
      this.channel = channel;
    }

    /** Whether there is something that it could have taken, and it took nothing for so long. */
    boolean isDeaf(long now) {
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
      return now - tookAt > DEAF_SECONDS * 1_000_000_000L;
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

  /** A connection is open; it is watched until it is closed, whatever becomes of it meanwhile. */
  public void opened(HttpConnection connection, Channel channel) {
    Mark mark = new Mark(channel);
    mark.tookAt = nanoTime.getAsLong();
    marks.put(connection, mark);
    // The library's connection does not hear of it any more once it has become a socket.
    channel.closeFuture().addListener(closed -> marks.remove(connection));
    awaitsHeaders(connection);
  }

  /** A connection is open, or free for the next request: complete headers are due. */
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
   * The answer is handed over, and on its way as long as the link needs for it. After that the
   * connection is free for the next request.
   */
  public void isSent(HttpConnection connection, long bytes) {
    long seconds = bytes / SLOWEST_BYTES_PER_SECOND;
    mark(connection, deadlines.headerSeconds() + (int) Math.min(seconds, LONGEST_SECONDS));
  }

  /** The bridge accepted it as a socket, and limits its life from here on. */
  public void isSocket(HttpConnection connection) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.deadline = NONE;
    }
  }

  /**
   * Nobody knows where its requests begin and end: what comes on it next is none to be answered.
   */
  public void giveUp(HttpConnection connection) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.isGivenUp = true;
    }
  }

  public boolean isGivenUp(HttpConnection connection) {
    Mark mark = marks.get(connection);
    return mark != null && mark.isGivenUp;
  }

  int connections() {
    return marks.size();
  }

  /** Closes what is overdue, and cuts off what is deaf. */
  public void sweep() {
    long now = nanoTime.getAsLong();
    for (Map.Entry<HttpConnection, Mark> entry : List.copyOf(marks.entrySet())) {
      Mark mark = entry.getValue();
      if (mark.isDeaf(now)) {
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
