package io.classbell.http;

import io.vertx.core.http.HttpConnection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Closes connections that take too long to say what they want. An idle time-out is no help against
 * a client that sends one byte a second: what counts is the time until headers, and then the body,
 * are complete. One of it belongs to one event loop; a sweep once a second costs a request nothing.
 */
final class ConnectionWatch {

  /** Deadlines in seconds: for the headers (idle keep-alive too), the body, and the answer. */
  record Deadlines(int headerSeconds, int bodySeconds, int answerSeconds) {}

  /** 64 kbit/s. */
  private static final int SLOWEST_BYTES_PER_SECOND = 8_192;

  private static final int LONGEST_SECONDS = 3_600;
  private static final long NONE = Long.MAX_VALUE;

  private static final class Mark {
    long deadline;
  }

  private final Map<HttpConnection, Mark> marks = new IdentityHashMap<>();
  private final Deadlines deadlines;
  private final LongSupplier nanoTime;

  /**
   * @param nanoTime as {@link System#nanoTime()}
   */
  ConnectionWatch(Deadlines deadlines, LongSupplier nanoTime) {
    this.deadlines = deadlines;
    this.nanoTime = nanoTime;
  }

  /** A connection is open, or free for the next request: complete headers are due. */
  void awaitsHeaders(HttpConnection connection) {
    mark(connection, deadlines.headerSeconds());
  }

  void awaitsBody(HttpConnection connection) {
    mark(connection, deadlines.bodySeconds());
  }

  void isAnswered(HttpConnection connection) {
    mark(connection, deadlines.answerSeconds());
  }

  /**
   * The answer is handed over, and on its way as long as the link needs for it. After that the
   * connection is free for the next request.
   */
  void isSent(HttpConnection connection, long bytes) {
    long seconds = bytes / SLOWEST_BYTES_PER_SECOND;
    mark(connection, deadlines.headerSeconds() + (int) Math.min(seconds, LONGEST_SECONDS));
  }

  /** It became a socket; the bridge looks after it from here. */
  void isSocket(HttpConnection connection) {
    Mark mark = marks.get(connection);
    if (mark != null) {
      mark.deadline = NONE;
    }
  }

  void closed(HttpConnection connection) {
    marks.remove(connection);
  }

  int connections() {
    return marks.size();
  }

  /** Closes what is overdue. */
  void sweep() {
    long now = nanoTime.getAsLong();
    marks.entrySet().stream()
        .filter(entry -> entry.getValue().deadline != NONE && entry.getValue().deadline - now < 0)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(
            connection -> {
              marks.remove(connection);
              connection.close();
            });
  }

  private void mark(HttpConnection connection, int seconds) {
    marks.computeIfAbsent(connection, c -> new Mark()).deadline =
        nanoTime.getAsLong() + seconds * 1_000_000_000L;
  }
}
