package io.classbell.booking.evidence;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.bus.Caller;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Whose evidence a caller may read.
 *
 * <ul>
 *   <li>Admins read everything.
 *   <li>The teacher reads what happened in the class: joins, leaves, cancellations, disputes and
 *       decisions; the own notices; and that students were told of the class, but not what they
 *       read.
 *   <li>A student of the class reads what concerns the class, the own part, and when the teacher
 *       joined and left.
 *   <li>A student who left the class before reads the own part.
 * </ul>
 */
enum EvidenceAccess {
  EVERYTHING,
  TEACHER,
  STUDENT,
  OWN_PART;

  /**
   * Null where the caller has no part in the meeting.
   *
   * @param bookings of the caller in the meeting, in any status
   * @param isMentioned whether an entry of the meeting concerns the caller
   */
  static @Nullable EvidenceAccess of(
      Caller caller, Meeting meeting, Collection<Booking> bookings, boolean isMentioned) {
    if (caller.isAdmin()) {
      return EVERYTHING;
    }
    if (meeting.teacherId().equals(caller.userId())) {
      return TEACHER;
    }
    if (bookings.stream().anyMatch(Booking::isInClass)) {
      return STUDENT;
    }
    return isMentioned || bookings.stream().anyMatch(Booking::wasConfirmed) ? OWN_PART : null;
  }
}
