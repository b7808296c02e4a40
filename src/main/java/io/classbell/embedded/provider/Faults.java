package io.classbell.embedded.provider;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Faults that a fake provider was told to make, by operation ({@code POST /v1/refunds}). */
public final class Faults {

  /** What goes wrong with one request. */
  public enum Kind {
    /** 500, and nothing has happened. */
    ERROR_BEFORE,
    /** 500, although it has happened. */
    ERROR_AFTER,
    /** The connection is cut before anything has happened. */
    CUT_BEFORE,
    /** The connection is cut after it has happened. */
    CUT_AFTER,
    /** 429. */
    RATE_LIMIT,
    /** The answer comes late. */
    STALL
  }

  /** A fault and, for a stall, its length. */
  public record Fault(Kind kind, Duration stall) {}

  private final Map<String, Deque<Fault>> next = new ConcurrentHashMap<>();

  /** Makes the next {@code times} requests of an operation fail. */
  public void next(String operation, Kind kind, int times) {
    add(operation, new Fault(kind, Duration.ZERO), times);
  }

  /** Makes the next {@code times} requests of an operation wait. */
  public void stall(String operation, Duration length, int times) {
    add(operation, new Fault(Kind.STALL, length), times);
  }

  private synchronized void add(String operation, Fault fault, int times) {
    Deque<Fault> queue = next.computeIfAbsent(operation, o -> new ArrayDeque<>());
    for (int i = 0; i < times; i++) {
      queue.add(fault);
    }
  }

  /** Forgets all faults. */
  public synchronized void clear() {
    next.clear();
  }

  synchronized @Nullable Fault take(String operation) {
    Deque<Fault> queue = next.get(operation);
    if (queue == null) {
      queue = next.get("*");
    }
    return queue == null ? null : queue.poll();
  }
}
