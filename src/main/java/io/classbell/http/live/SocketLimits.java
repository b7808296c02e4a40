package io.classbell.http.live;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Limits on incoming data of a node's sockets, by client address and in total. One instance per
 * node; thread-safe.
 */
public final class SocketLimits {

  /**
   * Limits; units are part of the names.
   *
   * @param bytesBeforeToken largest message before a valid token was presented
   * @param bufferBytes most bytes in incomplete messages of all sockets
   */
  public record Rules(
      int framesPerMinute,
      int framesPerMinutePerAddress,
      int messageBytes,
      int bytesBeforeToken,
      long bufferBytes,
      int mostWithoutToken) {}

  private final Rules rules;
  private final Counter refused;
  private final LongSupplier nanoTime;
  private final Map<String, FrameRate> addresses = new ConcurrentHashMap<>();
  private final AtomicLong buffered = new AtomicLong();
  private final AtomicInteger withoutToken = new AtomicInteger();

  /**
   * @param refused counts sockets that are closed because of a limit
   * @param nanoTime as {@link System#nanoTime()}
   */
  public SocketLimits(Rules rules, Counter refused, LongSupplier nanoTime) {
    this.rules = rules;
    this.refused = refused;
    this.nanoTime = nanoTime;
  }

  Rules rules() {
    return rules;
  }

  FrameRate rateOfOneSocket() {
    return new FrameRate(rules.framesPerMinute(), nanoTime.getAsLong());
  }

  /** Counts a frame; false if it exceeds the limit of the socket or of its address. */
  boolean takeFrame(FrameRate socket, String address) {
    long now = nanoTime.getAsLong();
    return socket.take(now)
        && addresses
            .computeIfAbsent(address, a -> new FrameRate(rules.framesPerMinutePerAddress(), now))
            .take(now);
  }

  /** Removes addresses that have sent nothing for a while. */
  public void forgetUnused() {
    long now = nanoTime.getAsLong();
    addresses.values().removeIf(rate -> rate.isUnused(now));
  }

  /** Adds to the bytes in incomplete messages; false if the limit is exceeded. */
  boolean buffer(long more) {
    return buffered.addAndGet(more) <= rules.bufferBytes() || more <= 0;
  }

  public long buffered() {
    return buffered.get();
  }

  /** Counts a socket that has not presented a token yet; false if there are too many. */
  boolean openedWithoutToken() {
    return withoutToken.incrementAndGet() <= rules.mostWithoutToken();
  }

  /** Uncounts a socket that has presented a token or was closed. */
  void removeWithoutToken() {
    withoutToken.decrementAndGet();
  }

  public int withoutToken() {
    return withoutToken.get();
  }

  void countRefused() {
    refused.increment();
  }
}
