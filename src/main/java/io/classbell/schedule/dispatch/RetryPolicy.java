package io.classbell.schedule.dispatch;

import io.classbell.platform.Backoff;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.schedule.model.LeasedMessage;
import io.classbell.schedule.store.ScheduleStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when undelivered messages are retried, and parks messages that failed too often as dead
 * letters. If that cannot be written, the message is retried when its lease expires.
 *
 * <p>An attempt is a delivery that was sent; it lengthens the next wait. A failure is an attempt
 * that failed because of the message: the handler returned a definite error, or the node died
 * before any reply. Only failures lead to dead letters; so do hours without a reply while other
 * messages of the address are answered.
 */
public final class RetryPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RetryPolicy.class);

  /** Wait of a message whose address has no handler. */
  private static final Duration UNSERVED = Duration.ofSeconds(1);

  /**
   * Longest wait after temporary failures, so that messages are delivered soon after the cause is
   * gone.
   */
  private static final Duration SOON = Duration.ofSeconds(10);

  /** An address without any reply for this long is unavailable; its messages are not at fault. */
  private static final Duration LATELY = Duration.ofMinutes(10);

  private final ScheduleStore store;
  private final PlatformClock clock;
  private final ScheduleMeters meters;
  private final Backoff backoff;
  private final Backoff soon;
  private final Duration lease;
  private final int maxAttempts;
  private final Duration unansweredFor;

  public RetryPolicy(
      ScheduleStore store, PlatformClock clock, ScheduleMeters meters, ScheduleSettings settings) {
    this.store = store;
    this.clock = clock;
    this.meters = meters;
    this.backoff = new Backoff(settings.firstBackoff(), settings.maxBackoff());
    Duration longest = settings.maxBackoff();
    this.soon = new Backoff(settings.firstBackoff(), longest.compareTo(SOON) < 0 ? longest : SOON);
    this.lease = settings.lease();
    this.maxAttempts = settings.maxAttempts();
    this.unansweredFor = settings.unansweredFor();
  }

  /** Schedules retries of messages that failed, each with its error. */
  void failed(String address, Map<LeasedMessage, String> errors) {
    meters.failed(address, errors.size());
    List<ScheduleStore.Setback> again = new ArrayList<>();
    errors.forEach(
        (claimed, error) -> {
          if (claimed.failures() + 1 >= maxAttempts) {
            park(claimed, error);
          } else {
            again.add(
                new ScheduleStore.Setback(
                    claimed,
                    claimed.attempt(),
                    claimed.failures() + 1,
                    null,
                    rest(claimed, backoff),
                    error));
          }
        });
    LOG.warn(
        "{} messages to {} failed: {}", errors.size(), address, errors.values().iterator().next());
    write(again);
  }

  /**
   * Schedules retries of messages that failed for a temporary reason, such as an unreachable
   * database. Such failures never lead to a dead letter.
   */
  void notNow(String address, List<LeasedMessage> batch, String why) {
    meters.failed(address, batch.size());
    LOG.warn("{} messages to {} are delayed: {}", batch.size(), address, why);
    write(batch.stream().map(c -> blameless(c, c.attempt(), null, rest(c, soon), why)).toList());
  }

  /**
   * Schedules retries of messages without a reply: they were lost, too slow, or their node is gone.
   * This is nearly always a network problem. A message is parked only after many attempts over
   * hours in which other messages of its address were answered.
   *
   * @param lastAnswer real time of the last reply from that address
   */
  void unanswered(String address, List<LeasedMessage> batch, String why, Instant lastAnswer) {
    meters.failed(address, batch.size());
    LOG.warn("No reply for {} messages to {}: {}", batch.size(), address, why);
    Instant now = clock.realNow();
    boolean served = !lastAnswer.isBefore(now.minus(LATELY));
    // If other messages of the address are answered, these must not block them too often.
    Backoff rests = lastAnswer.isBefore(now.minus(lease)) ? soon : backoff;
    List<ScheduleStore.Setback> again = new ArrayList<>();
    for (LeasedMessage c : batch) {
      Instant since = c.unansweredSince() == null ? now : c.unansweredSince();
      boolean hopeless = !since.plus(unansweredFor).isAfter(now) && c.attempt() >= maxAttempts;
      if (hopeless && served) {
        park(c, "unanswered since " + since + ": " + why);
      } else {
        again.add(blameless(c, c.attempt(), since, rest(c, rests), why));
      }
    }
    write(again);
  }

  /**
   * Counts a delivery as a failure before it begins, if the message was tried often: if this node
   * dies from it, the failure remains recorded. Returns whether the delivery may begin.
   */
  boolean suspect(LeasedMessage claimed) {
    try {
      return store.countFailure(claimed);
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("Message {} waits for its lease to expire: {}", claimed.id(), e.getMessage());
      return false;
    }
  }

  private Instant rest(LeasedMessage claimed, Backoff rests) {
    double chance = ThreadLocalRandom.current().nextDouble();
    return clock.realNow().plus(rests.after(claimed.attempt(), chance));
  }

  /** Schedules a retry of messages whose address has no handler; this is no attempt. */
  void unserved(String address, List<LeasedMessage> batch) {
    LOG.warn("No handler for {}: {} messages wait", address, batch.size());
    Instant next = clock.realNow().plus(UNSERVED);
    write(
        batch.stream()
            .map(
                c ->
                    blameless(
                        c, c.attempt() - 1, c.unansweredSince(), next, "nobody serves " + address))
            .toList());
  }

  /**
   * Releases messages that were not sent: no attempt is counted, and any node may claim them at
   * once.
   */
  public void release(List<LeasedMessage> left) {
    Instant now = clock.realNow();
    write(
        left.stream()
            .map(
                c ->
                    blameless(
                        c,
                        c.failedTogether() ? c.attempt() : c.attempt() - 1,
                        c.unansweredSince(),
                        now,
                        null))
            .toList());
  }

  /** Parks a message as a dead letter, which admins can see. Its body is never logged. */
  void park(LeasedMessage claimed, String error) {
    String address = claimed.message().address();
    try {
      if (store.park(claimed, error, clock.realNow())) {
        meters.parked(address);
        LOG.error(
            "message {} to {} is a dead letter after {} attempts: {}",
            claimed.id(),
            address,
            claimed.attempt(),
            error);
      }
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("Message {} is not parked yet: {}", claimed.id(), e.getMessage());
    }
  }

  private void write(List<ScheduleStore.Setback> setbacks) {
    if (setbacks.isEmpty()) {
      return;
    }
    try {
      store.setBack(setbacks);
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("{} messages wait for their leases to expire: {}", setbacks.size(), e.getMessage());
    }
  }

  private static ScheduleStore.Setback blameless(
      LeasedMessage claimed,
      int attempts,
      @Nullable Instant unansweredSince,
      Instant next,
      @Nullable String error) {
    return new ScheduleStore.Setback(
        claimed, attempts, claimed.failures(), unansweredSince, next, error);
  }
}
