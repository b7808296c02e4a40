package io.classbell.booking.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stay of a person in a class.
 *
 * @param leftAt null while the person is in the class
 */
public record Stay(String meetingId, String userId, Instant joinedAt, @Nullable Instant leftAt) {

  int minutesUntil(Instant end) {
    return Math.toIntExact(Math.max(0, Duration.between(joinedAt, end).toMinutes()));
  }
}
