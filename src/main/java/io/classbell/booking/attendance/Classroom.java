package io.classbell.booking.attendance;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.JoinMeeting;
import io.classbell.booking.api.MeetingApi.Joined;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Stay;
import io.classbell.booking.store.AttendanceStore;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Joining and leaving an open class. Decided under the meeting's lock, so that a join before the
 * close counts as attendance and none succeeds after it.
 */
public final class Classroom {
  private final Node node;
  private final BookingSettings settings;
  private final BookingStores stores;
  private final AttendanceStore attendance;

  /** A participant's access: the teacher's, without a booking, or a student's. */
  private record Place(Meeting meeting, @Nullable Booking booking) {}

  public Classroom(Node node, BookingSettings settings, BookingStores stores) {
    this.node = node;
    this.settings = settings;
    this.stores = stores;
    this.attendance = stores.attendance();
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.JOIN, this::join), bus.serve(MeetingApi.LEAVE, this::leave));
  }

  /**
   * Returns the link to the classroom; a participant who has joined already gets the first answer.
   */
  public Joined join(JoinMeeting command) {
    return node.database().inTransaction(tx -> join(tx, command));
  }

  private Joined join(Tx tx, JoinMeeting command) {
    Instant now = node.clock().now();
    Place place = place(tx, command, now);
    Meeting meeting = place.meeting;
    String userId = command.caller().userId();
    Instant since = attendance.insideSince(tx, meeting.id(), userId);
    if (since == null) {
      attendance.join(tx, Ids.next(), meeting.id(), userId, now);
    }
    Booking booking = place.booking;
    if (since == null) {
      String bookingId = booking == null ? null : booking.id();
      stores.evidence().add(tx, List.of(Evidence.joined(meeting.id(), userId, bookingId, now)));
    }
    if (booking != null && booking.attendance() != Booking.Attendance.present) {
      attendance.present(tx, booking.id(), now);
    }
    if (since == null) {
      tell(tx, meeting, userId, true, now);
    }
    String url = settings.joinUrlTemplate().replace("{room}", meeting.room());
    return new Joined(meeting.id(), url, since == null ? now : since);
  }

  /** Leaves the class; has no effect for a participant who has not joined. */
  public Joined leave(JoinMeeting command) {
    return node.database()
        .inTransaction(
            tx -> {
              Instant now = node.clock().now();
              Meeting meeting = place(tx, command, now).meeting;
              String userId = command.caller().userId();
              Instant since = attendance.insideSince(tx, meeting.id(), userId);
              if (since != null) {
                attendance.leave(tx, meeting.id(), userId, now);
                Stay stay = new Stay(meeting.id(), userId, since, now);
                stores.evidence().add(tx, List.of(Evidence.left(stay, now, null)));
                tell(tx, meeting, userId, false, now);
              }
              return new Joined(meeting.id(), null, now);
            });
  }

  private void tell(Tx tx, Meeting meeting, String userId, boolean present, Instant at) {
    tx.afterCommit(
        () ->
            node.bus()
                .publish(
                    MeetingApi.PRESENCE_CHANGED,
                    new MeetingApi.PresenceChanged(meeting.id(), userId, present, at)));
  }

  private Place place(Tx tx, JoinMeeting command, Instant now) {
    Meeting meeting = stores.meetings().lock(tx, command.meetingId());
    if (meeting == null) {
      throw MeetingApi.NO_MEETING.refused();
    }
    String userId = command.caller().userId();
    Booking booking = null;
    if (!meeting.teacherId().equals(userId)) {
      List<Booking> bookings = stores.bookings().of(tx, meeting.id(), userId);
      booking =
          bookings.stream()
              .filter(Booking::isInClass)
              .findFirst()
              .orElseThrow(MeetingApi.NO_MEETING::refused);
    }
    if (meeting.status() != Meeting.Status.open || !now.isBefore(meeting.endsAt())) {
      throw MeetingApi.NOT_OPEN.refused();
    }
    return new Place(meeting, booking);
  }
}
