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
 * Schedules access to a limited resource fairly: round-robin over client networks and, within a
 * network, over accounts. The queue is bounded. When it is full, the newest entry of the account
 * with the most entries, in the network with the most entries, fails with {@link AccountApi#BUSY},
 * which makes room for clients of other networks. Entries whose client has disconnected or whose
 * deadline has passed are dropped without a turn. A request id stays cancelled for a while, because
 * one login can queue several times.
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
   * A request for a turn.
   *
   * @param network the client's network, or another key that no other client shares
   * @param account the account whose password is checked
   * @param requestId id by which the request can be cancelled; null if it cannot
   * @param deadline when the caller stops waiting, in nanoseconds of {@link System#nanoTime}
   */
  public record TurnRequest(
      String network, String account, @Nullable String requestId, long deadline) {}

  /** How long a cancelled request id is remembered: longer than any request waits. */
  static final Duration REMEMBERED = Duration.ofSeconds(15);

  private static final int MOST_CANCELLED = 10_000;

  private record Waiting(TurnRequest turnRequest, Promise<Void> turn) {}

  private final int atOnce;
  private final int mostWaiting;
  private final LongSupplier nanos;

  /** By network, then by account; both in the order of their next turns. */
  private final Map<String, Map<String, Deque<Waiting>>> queues = new LinkedHashMap<>();

  /** Ids of cancelled requests, oldest first, with the time at which each is forgotten. */
  private final Map<String, Long> cancelled = new LinkedHashMap<>();

  private int running;
  private int waiting;

  FairTurns(int atOnce, int mostWaiting, LongSupplier nanos) {
    this.atOnce = atOnce;
    this.mostWaiting = mostWaiting;
    this.nanos = nanos;
  }

  /** Completes when the turn begins; the caller must then call {@link #leave}. Fails with BUSY. */
  Future<Void> enter(TurnRequest turnRequest) {
    Waiting entry = new Waiting(turnRequest, Promise.promise());
    Waiting dropped = null;
    synchronized (this) {
      if (turnRequest.requestId != null && cancelled.containsKey(turnRequest.requestId)) {
        return Future.failedFuture(BUSY);
      }
      if (running < atOnce) {
        running++;
        return Future.succeededFuture();
      }
      queues
          .computeIfAbsent(turnRequest.network, n -> new LinkedHashMap<>())
          .computeIfAbsent(turnRequest.account, a -> new ArrayDeque<>())
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

  /** Ends a turn and starts the next one. */
  void leave() {
    List<Waiting> late = new ArrayList<>();
    Waiting next;
    synchronized (this) {
      long now = nanos.getAsLong();
      next = removeNext();
      while (next != null && next.turnRequest.deadline - now <= 0) {
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

  /** Drops queued and future requests with this id, whose client has disconnected. */
  void cancel(String requestId) {
    Waiting dropped;
    synchronized (this) {
      rememberCancelled(requestId, nanos.getAsLong());
      dropped = remove(requestId);
    }
    if (dropped != null) {
      dropped.turn.fail(BUSY);
    }
  }

  private void rememberCancelled(String requestId, long now) {
    Iterator<Long> times = cancelled.values().iterator();
    while (times.hasNext() && (times.next() - now <= 0 || cancelled.size() >= MOST_CANCELLED)) {
      times.remove();
    }
    cancelled.put(requestId, now + REMEMBERED.toNanos());
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
          if (requestId.equals(entry.turnRequest.requestId)) {
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

  /**
   * Removes empty maps. Reads the keys first, because a map entry must not be used after its
   * removal.
   */
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
   * Returns the last of the longest queues, so that a new entry does not displace one from a queue
   * that is no longer than its own.
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
      throw new IllegalStateException("The queue is empty.");
    }
    return longest;
  }
}
