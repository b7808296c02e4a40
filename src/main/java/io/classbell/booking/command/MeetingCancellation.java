package io.classbell.booking.command;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Meeting.Status;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.Failpoint;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A teacher, or an admin, cancels a whole meeting: every live booking is cancelled and everything
 * is given back, each with its own posting. A booking that is moving out goes its way; one that is
 * moving in is cancelled when its move ends. Failpoint: {@code cancel-meeting.decided}.
 */
public final class MeetingCancellation {
  private static final Logger LOG = LoggerFactory.getLogger(MeetingCancellation.class);

  /** So long the caller waits for the refunds; those that take longer come by themselves. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The meeting as it is now, and the bookings whose refunds are to be driven. */
  record Decision(Meeting meeting, List<BookingWithMeeting> cancelled) {}

  private final Node node;
  private final BookingStores stores;
  private final BookingOutbox messages;
  private final BookingSaga saga;
  private final Runnable changed;

  /** {@code changed} is told that a slot is no longer to be found. */
  public MeetingCancellation(
      Node node, BookingStores stores, BookingOutbox messages, BookingSaga saga, Runnable changed) {
    this.node = node;
    this.stores = stores;
    this.messages = messages;
    this.saga = saga;
    this.changed = changed;
  }

  public MeetingView cancel(CancelMeeting command) {
    Decision decision = node.database().inTransaction(tx -> decide(tx, command));
    changed.run();
    Failpoint.reach("cancel-meeting.decided");
    List<Future<BookingWithMeeting>> ends = decision.cancelled.stream().map(saga::drive).toList();
    try {
      Future.join(ends).timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).await();
    } catch (Throwable t) {
      String why = t instanceof TimeoutException ? "they take their time" : t.toString();
      LOG.warn("refunds of meeting {} are left to the watchdog: {}", command.meetingId(), why);
    }
    return decision.meeting.toApi();
  }

  private Decision decide(Tx tx, CancelMeeting command) {
    Meeting meeting = stores.meetings().lock(tx, command.meetingId());
    boolean theirs =
        meeting != null
            && (command.caller().isAdmin()
                || meeting.teacherId().equals(command.caller().userId()));
    if (meeting == null || !theirs) {
      throw MeetingApi.NO_MEETING.refused();
    }
    if (meeting.status() == Status.cancelled) {
      return new Decision(meeting, List.of());
    }
    Instant now = node.clock().now();
    if (!meeting.status().live() || !now.isBefore(meeting.endsAt())) {
      throw MeetingApi.NOT_CANCELLABLE.refused();
    }
    Collection<Booking> live = stores.bookings().lockLiveOf(tx, List.of(meeting.id())).values();
    List<Booking> cancelled =
        live.stream().filter(b -> b.movingTo() == null).map(b -> cancelled(b, command)).toList();
    Meeting after =
        meeting.withSeats(-cancelled.size()).cancelled(now, by(command), command.reason());
    stores.meetings().save(tx, List.of(after), now);
    stores.bookings().save(tx, cancelled, now);
    messages.write(
        tx,
        facts(after, cancelled, by(command), now),
        cancelled.stream().map(Booking::id).toList());
    return new Decision(
        after, cancelled.stream().map(b -> new BookingWithMeeting(b, after)).toList());
  }

  private static Booking cancelled(Booking booking, CancelMeeting command) {
    Settlement whole =
        booking.status() == Booking.Status.pending
            ? null
            : Settlement.of(
                CancellationPolicy.meetingCancelled(booking.policy(), booking.price()),
                command.caller().userId());
    return booking.cancelled(by(command), command.reason(), whole);
  }

  private static List<Fact> facts(
      Meeting meeting, List<Booking> cancelled, String by, Instant now) {
    List<Fact> facts = new ArrayList<>(cancelled.size() + 1);
    facts.add(
        BookingEvents.meetingCancelled(meeting, Audience.teacher, meeting.teacherId(), by, now));
    for (Booking b : cancelled) {
      facts.add(BookingEvents.meetingCancelled(meeting, Audience.student, b.studentId(), by, now));
    }
    return facts;
  }

  private static String by(CancelMeeting command) {
    return command.caller().isAdmin() ? "admin" : "teacher";
  }
}
