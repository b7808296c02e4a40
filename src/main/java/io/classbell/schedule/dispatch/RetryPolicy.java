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
 * Puts messages back that were not delivered: to be tried again later, or, where a message failed
 * often enough, to the dead letters. Where even that cannot be written, the lease runs out instead.
 *
 * <p>An attempt is a delivery that was handed over; it makes the next rest longer. A failure is an
 * attempt for which the message is to blame: it was answered with a definite error, or the node
 * that handed it over died before any answer. Only failures lead to the dead letters, and silence
 * for hours where others are answered.
 */
public final class RetryPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(RetryPolicy.class);

  /** How long a message rests whose address nobody serves just now. */
  private static final Duration UNSERVED = Duration.ofSeconds(1);

  /** What is not to blame rests no longer: it is to be done soon after the trouble is over. */
  private static final Duration SOON = Duration.ofSeconds(10);

  /** An address where nobody answered for so long is away: none of its messages is to blame. */
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

  /** These were tried and are not done; each with why. */
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
   * These could not be carried out just now, as while the database is away. They rest, and none
   * becomes a dead letter: none is to blame.
   */
  void notNow(String address, List<LeasedMessage> batch, String why) {
    meters.failed(address, batch.size());
    LOG.warn("{} messages to {} have to wait: {}", batch.size(), address, why);
    write(batch.stream().map(c -> blameless(c, c.attempt(), null, rest(c, soon), why)).toList());
  }

  /**
   * Nobody answered for these: lost on the way, or too slow, or the node that had them is gone.
   * That is nearly always the network's fault. A message is given up only where it has been tried
   * often and for hours, while others of its address were answered.
   *
   * @param lastAnswer real time; when anything was last answered from that address
   */
  void unanswered(String address, List<LeasedMessage> batch, String why, Instant lastAnswer) {
    meters.failed(address, batch.size());
    LOG.warn("nobody answered for {} messages to {}: {}", batch.size(), address, why);
    Instant now = clock.realNow();
    boolean served = !lastAnswer.isBefore(now.minus(LATELY));
    // Where others are answered meanwhile, these are not to stand in their way too often.
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
   * Holds a delivery that is about to begin against a message that was tried often, until it is set
   * back: where this node dies of it, that stays. Answers whether it may begin.
   */
  boolean suspect(LeasedMessage claimed) {
    try {
      return store.countFailure(claimed);
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("message {} waits for its lease to end: {}", claimed.id(), e.getMessage());
      return false;
    }
  }

  private Instant rest(LeasedMessage claimed, Backoff rests) {
    double chance = ThreadLocalRandom.current().nextDouble();
    return clock.realNow().plus(rests.after(claimed.attempt(), chance));
  }

  /** Nobody serves the address: they rest, and it is no attempt. */
  void unserved(String address, List<LeasedMessage> batch) {
    LOG.warn("nobody serves {}: {} messages wait", address, batch.size());
    Instant next = clock.realNow().plus(UNSERVED);
    write(
        batch.stream()
            .map(
                c ->
                    blameless(
                        c, c.attempt() - 1, c.unansweredSince(), next, "nobody serves " + address))
            .toList());
  }

  /** They did not leave, so this was no attempt: any node may have them at once. */
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

  /** To the dead letters, where an admin sees it; its body is in no log. */
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
      LOG.warn("message {} is not parked yet: {}", claimed.id(), e.getMessage());
    }
  }

  private void write(List<ScheduleStore.Setback> setbacks) {
    if (setbacks.isEmpty()) {
      return;
    }
    try {
      store.setBack(setbacks);
    } catch (RejectedException | CommitUnknown e) {
      LOG.warn("{} messages wait for their lease to end: {}", setbacks.size(), e.getMessage());
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
