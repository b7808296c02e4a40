package io.classbell.platform.outgoing;

import io.classbell.platform.Backoff;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which results of an attempt are followed by another one. An attempt that was not sent is always
 * retried, because it had no effect. The wait doubles with each attempt and has jitter; a {@code
 * Retry-After} of the provider makes it longer. A wait beyond the request's deadline ends the
 * attempts.
 */
public final class OutgoingRetry {
  private static final Backoff USUAL = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));
  private static final OutgoingRetry NEVER = new OutgoingRetry(1, false, answer -> false, USUAL);

  private final int attempts;
  private final boolean unknown;
  private final Predicate<Answered> answers;
  private final Backoff backoff;

  private OutgoingRetry(
      int attempts, boolean unknown, Predicate<Answered> answers, Backoff backoff) {
    this.attempts = attempts;
    this.unknown = unknown;
    this.answers = answers;
    this.backoff = backoff;
  }

  /** A single attempt. */
  public static OutgoingRetry never() {
    return NEVER;
  }

  /** At most this many attempts. */
  public static OutgoingRetry attempts(int most) {
    return new OutgoingRetry(most, false, answer -> false, USUAL);
  }

  /** Also retries answers with these statuses. */
  public OutgoingRetry onStatuses(Integer... statuses) {
    Set<Integer> set = Arrays.stream(statuses).collect(Collectors.toUnmodifiableSet());
    return onAnswers(answer -> set.contains(answer.status()));
  }

  /** Also retries answers that the predicate accepts. */
  public OutgoingRetry onAnswers(Predicate<Answered> more) {
    return new OutgoingRetry(attempts, unknown, answers.or(more), backoff);
  }

  /** Also retries attempts of unknown outcome; for idempotent requests only. */
  public OutgoingRetry onUnknown() {
    return new OutgoingRetry(attempts, true, answers, backoff);
  }

  /** Waits this long after the first attempt, and at most {@code longest} after later ones. */
  public OutgoingRetry waiting(Duration first, Duration longest) {
    return new OutgoingRetry(attempts, unknown, answers, new Backoff(first, longest));
  }

  /** Whether a result of the given attempt, counted from 1, is followed by another attempt. */
  boolean retries(OutgoingResult result, int attempt) {
    if (attempt >= attempts) {
      return false;
    }
    return switch (result) {
      case OutgoingResult.NotSent notSent -> true;
      case OutgoingResult.Unknown lost -> unknown;
      case Answered answer -> answers.test(answer);
    };
  }

  /** The wait after the given attempt; {@code chance} as for {@link Backoff#after}. */
  Duration waitAfter(int attempt, double chance) {
    return backoff.after(attempt, chance);
  }
}
