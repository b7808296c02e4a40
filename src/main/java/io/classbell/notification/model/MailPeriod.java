package io.classbell.notification.model;

import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.platform.Ids;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many notifications were mailed to a recipient in the current period. Those beyond the limits
 * are collected in a digest, which is sent when the period ends. Times are real time.
 *
 * @param rejections how many of the mails were about rejected bookings
 * @param digestId the delivery that is being collected; null if there is none
 * @param digestItems how many notifications it holds
 */
public record MailPeriod(
    Instant endsAt, int mails, int rejections, @Nullable String digestId, int digestItems) {

  /** A digest with that many notifications is full; the next notification starts another one. */
  static final int MOST_IN_DIGEST = 500;

  /**
   * Limits of a period.
   *
   * @param mails most mails
   * @param rejections most of them about rejected bookings, which one student can cause by the
   *     hundred
   */
  public record Limits(int mails, int rejections, Duration period) {}

  /**
   * What becomes of a notification.
   *
   * @param digestId the digest that it goes into; null if it is mailed by itself
   * @param newDigest whether the digest is to be created
   */
  public record Added(MailPeriod next, @Nullable String digestId, boolean newDigest) {}

  /** A period that begins now. */
  public static MailPeriod starting(Instant now, Limits limits) {
    return new MailPeriod(now.plus(limits.period), 0, 0, null, 0);
  }

  /** Counts one more notification; if the period is over, in a new one. */
  public Added add(Kind kind, Instant now, Limits limits) {
    if (!now.isBefore(endsAt)) {
      return starting(now, limits).count(kind, limits);
    }
    return count(kind, limits);
  }

  private Added count(Kind kind, Limits limits) {
    boolean rejection = kind == Kind.booking_rejected;
    if (mails < limits.mails && !(rejection && rejections >= limits.rejections)) {
      int rejected = rejections + (rejection ? 1 : 0);
      return new Added(
          new MailPeriod(endsAt, mails + 1, rejected, digestId, digestItems), null, false);
    }
    if (digestId == null || digestItems >= MOST_IN_DIGEST) {
      String id = Ids.next();
      return new Added(new MailPeriod(endsAt, mails, rejections, id, 1), id, true);
    }
    return new Added(
        new MailPeriod(endsAt, mails, rejections, digestId, digestItems + 1), digestId, false);
  }
}
