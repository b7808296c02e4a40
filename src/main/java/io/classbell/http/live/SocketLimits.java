package io.classbell.http.live;

import io.micrometer.core.instrument.Counter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the sockets of a node may send and hold together, by client address and in all. One instance
 * per node; safe from any thread.
 */
public final class SocketLimits {

  /**
   * Limits in the units that their names say.
   *
   * @param bytesBeforeToken of a message before a valid token was shown
   * @param bufferBytes of unfinished messages of all sockets
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
   * @param refused counts sockets that are closed for a limit
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

  /** Counts a frame of a socket; false where it is one too many of the socket or its address. */
  boolean takeFrame(FrameRate socket, String address) {
    long now = nanoTime.getAsLong();
    return socket.take(now)
        && addresses
            .computeIfAbsent(address, a -> new FrameRate(rules.framesPerMinutePerAddress(), now))
            .take(now);
  }

  /** Forgets the addresses that sent nothing for a while. */
  public void forgetUnused() {
    long now = nanoTime.getAsLong();
    addresses.values().removeIf(rate -> rate.isUnused(now));
  }

  /** Changes the bytes that unfinished messages take; false where these are too many. */
  boolean buffer(long more) {
    return buffered.addAndGet(more) <= rules.bufferBytes() || more <= 0;
  }

  public long buffered() {
    return buffered.get();
  }

  /** Counts a socket that has shown no token yet; false where these are too many. */
  boolean openedWithoutToken() {
    return withoutToken.incrementAndGet() <= rules.mostWithoutToken();
  }

  /** The socket has shown a token, or is closed. */
  void isNotWithoutToken() {
    withoutToken.decrementAndGet();
  }

  public int withoutToken() {
    return withoutToken.get();
  }

  void countRefused() {
    refused.increment();
  }
}
