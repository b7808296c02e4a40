package io.classbell.account.password;

import io.classbell.account.api.AccountApi;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands out turns on a scarce resource, fairly: networks take turns, and within a network the
 * accounts. Waiting is bounded. When the queue is full, the newest entry of the account that waits
 * most, in the network that waits most, gets {@link AccountApi#BUSY}; a newcomer from elsewhere
 * gets its place. Entries whose caller is gone or has stopped waiting are dropped without a turn,
 * and a caller that is gone gets none later either: a login can wait, pause and wait again.
 *
 * <p>Safe from any thread.
 */
public final class FairTurns {
  public static final RejectedException BUSY =
      new RejectedException(
          new Rejection(
              AccountApi.BUSY.status(),
              AccountApi.BUSY.code(),
              AccountApi.BUSY.detail(),
              true,
              1,
              null));

  /**
   * Who asks for a turn.
   *
   * @param network the client's, or another name that is shared with nobody else
   * @param account whose password it is about
   * @param requestId by which the turn can be given up; null if it cannot
   * @param deadline until when the caller waits, of the monotonic clock
   */
  public record Lane(String network, String account, @Nullable String requestId, long deadline) {}

  /** How long a caller that is gone is remembered: no request waits longer. */
  static final Duration REMEMBERED = Duration.ofSeconds(15);

  private static final int MOST_GONE = 10_000;

  private record Waiting(Lane lane, Promise<Void> turn) {}

  private final int atOnce;
  private final int mostWaiting;
  private final LongSupplier nanos;

  /** By network, then by account; both in the order in which their turns come. */
  private final Map<String, Map<String, Deque<Waiting>>> queues = new LinkedHashMap<>();

  /** Ids of requests that were given up, the oldest first, with the time to forget each. */
  private final Map<String, Long> gone = new LinkedHashMap<>();

  private int running;
  private int waiting;

  FairTurns(int atOnce, int mostWaiting, LongSupplier nanos) {
    this.atOnce = atOnce;
    this.mostWaiting = mostWaiting;
    this.nanos = nanos;
  }

  /** Completes when it is the caller's turn, who must then {@link #leave}; fails with BUSY. */
  Future<Void> enter(Lane lane) {
    Waiting entry = new Waiting(lane, Promise.promise());
    Waiting dropped = null;
    synchronized (this) {
      if (lane.requestId != null && gone.containsKey(lane.requestId)) {
        return Future.failedFuture(BUSY);
      }
      if (running < atOnce) {
        running++;
        return Future.succeededFuture();
      }
      queues
          .computeIfAbsent(lane.network, n -> new LinkedHashMap<>())
          .computeIfAbsent(lane.account, a -> new ArrayDeque<>())
          .addLast(entry);
      waiting++;
      if (waiting > mostWaiting) {
        dropped = removeNewestOfLongest();
      }
    }
    if (dropped != null) {
      dropped.turn.fail(BUSY);
    }
    return entry.turn.future();
  }

  /** Ends a turn; the next begins. */
  void leave() {
    List<Waiting> late = new ArrayList<>();
    Waiting next;
    synchronized (this) {
      long now = nanos.getAsLong();
      next = removeNext();
      while (next != null && next.lane.deadline - now <= 0) {
        late.add(next);
        next = removeNext();
      }
      if (next == null) {
        running--;
      }
    }
    late.forEach(entry -> entry.turn.fail(BUSY));
    if (next != null) {
      next.turn.complete();
    }
  }

  /** Drops what waits under this id, and what will ask for a turn under it: its caller is gone. */
  void giveUp(String requestId) {
    Waiting dropped;
    synchronized (this) {
      remember(requestId, nanos.getAsLong());
      dropped = remove(requestId);
    }
    if (dropped != null) {
      dropped.turn.fail(BUSY);
    }
  }

  private void remember(String requestId, long now) {
    Iterator<Long> times = gone.values().iterator();
    while (times.hasNext() && (times.next() - now <= 0 || gone.size() >= MOST_GONE)) {
      times.remove();
    }
    gone.put(requestId, now + REMEMBERED.toNanos());
  }

  synchronized int waiting() {
    return waiting;
  }

  private @Nullable Waiting removeNext() {
    if (queues.isEmpty()) {
      return null;
    }
    String network = queues.keySet().iterator().next();
    Map<String, Deque<Waiting>> accounts = queues.remove(network);
    String account = accounts.keySet().iterator().next();
    Deque<Waiting> entries = accounts.remove(account);
    Waiting first = entries.removeFirst();
    waiting--;
    if (!entries.isEmpty()) {
      accounts.put(account, entries);
    }
    if (!accounts.isEmpty()) {
      queues.put(network, accounts);
    }
    return first;
  }

  private Waiting removeNewestOfLongest() {
    Map.Entry<String, Map<String, Deque<Waiting>>> network = longest(queues, FairTurns::size);
    Map.Entry<String, Deque<Waiting>> account = longest(network.getValue(), Deque::size);
    Waiting newest = account.getValue().removeLast();
    waiting--;
    dropEmpty(network, account);
    return newest;
  }

  private @Nullable Waiting remove(String requestId) {
    for (Map.Entry<String, Map<String, Deque<Waiting>>> accounts : queues.entrySet()) {
      for (Map.Entry<String, Deque<Waiting>> entries : accounts.getValue().entrySet()) {
        for (Iterator<Waiting> i = entries.getValue().iterator(); i.hasNext(); ) {
          Waiting entry = i.next();
          if (requestId.equals(entry.lane.requestId)) {
            i.remove();
            waiting--;
            dropEmpty(accounts, entries);
            return entry;
          }
        }
      }
    }
    return null;
  }

  /** Entries of maps must not be used after they are removed, so the names are read first. */
  private void dropEmpty(
      Map.Entry<String, Map<String, Deque<Waiting>>> network,
      Map.Entry<String, Deque<Waiting>> account) {
    String name = network.getKey();
    Map<String, Deque<Waiting>> accounts = network.getValue();
    if (account.getValue().isEmpty()) {
      accounts.remove(account.getKey());
    }
    if (accounts.isEmpty()) {
      queues.remove(name);
    }
  }

  private static int size(Map<String, Deque<Waiting>> accounts) {
    return accounts.values().stream().mapToInt(Deque::size).sum();
  }

  /**
   * The last of equals, so that a newcomer does not drive out somebody who waits no more than it.
   */
  private static <V> Map.Entry<String, V> longest(
      Map<String, V> queues, ToIntFunction<V> lengthOf) {
    Map.Entry<String, V> longest = null;
    int most = -1;
    for (Map.Entry<String, V> queue : queues.entrySet()) {
      int length = lengthOf.applyAsInt(queue.getValue());
      if (length >= most) {
        most = length;
        longest = queue;
      }
    }
    if (longest == null) {
      throw new IllegalStateException("Nothing waits.");
    }
    return longest;
  }
}
