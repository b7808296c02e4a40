package io.classbell.notification.text;

import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adapts reminders to the time at which they are sent: states the actual time left, and drops
 * reminders of classes that have begun.
 */
public final class ReminderTiming {

  /** A reminder that is late by no more than this states the planned time left. */
  private static final Duration PUNCTUAL = Duration.ofMinutes(1);

  /** Whether the class of the reminder has begun. */
  public static boolean isOver(Fact fact, Instant now) {
    return isOver(fact.kind().name(), fact.data(), now);
  }

  /** Whether the class of a stored reminder has begun while its delivery was pending. */
  public static boolean isOver(String kind, Map<String, String> data, Instant now) {
    Instant startsAt = startOfReminded(kind, data);
    return startsAt != null && !now.isBefore(startsAt);
  }

  /** Returns the event with the actual time left in {@code left}, if that is less than planned. */
  public static Fact told(Fact fact, Instant now) {
    Instant startsAt = startOfReminded(fact.kind().name(), fact.data());
    String before = fact.data().get("before");
    if (startsAt == null || before == null) {
      return fact;
    }
    Duration left = Duration.between(now, startsAt);
    if (!isLess(left, before)) {
      return fact;
    }
    Map<String, String> data = new HashMap<>(fact.data());
    data.put("left", left.plusSeconds(30).truncatedTo(ChronoUnit.MINUTES).toString());
    return new Fact(fact.cause(), fact.userId(), fact.kind(), fact.at(), data);
  }

  private static boolean isLess(Duration left, String before) {
    try {
      return left.plus(PUNCTUAL).compareTo(Duration.parse(before)) < 0;
    } catch (DateTimeException unreadable) {
      return true;
    }
  }

  private static @Nullable Instant startOfReminded(String kind, Map<String, String> data) {
    String startsAt = data.get("startsAt");
    if (!kind.equals(Kind.reminder.name()) || startsAt == null) {
      return null;
    }
    try {
      return Instant.parse(startsAt);
    } catch (DateTimeException unreadable) {
      return null;
    }
  }

  private ReminderTiming() {}
}
