package io.classbell.booking.query;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Agenda;
import io.classbell.booking.api.BookingApi.AgendaEntry;
import io.classbell.booking.api.BookingApi.AgendaOf;
import io.classbell.booking.api.BookingApi.BookingById;
import io.classbell.booking.api.BookingApi.BookingView;
import io.classbell.booking.api.BookingApi.Bookings;
import io.classbell.booking.api.BookingApi.BookingsOf;
import io.classbell.booking.api.BookingApi.Cancellation;
import io.classbell.booking.api.BookingApi.MeetingRefund;
import io.classbell.booking.api.BookingApi.MeetingRefunds;
import io.classbell.booking.api.BookingApi.MoveTerms;
import io.classbell.booking.api.BookingApi.PreviewMeetingCancellation;
import io.classbell.booking.api.BookingApi.PreviewMove;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.command.Seats;
import io.classbell.booking.decision.CancellationDecisions;
import io.classbell.booking.decision.MoveDecisions;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.SeatRules;
import io.classbell.booking.model.SettlementRule;
import io.classbell.booking.slot.Teachers;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.ListCursor;
import io.classbell.booking.store.ListStore;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.node.Node;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads bookings for users who may see them: the student, the meeting's teacher and admins. For all
 * others they do not exist.
 */
public final class BookingQueries {
  private static final int MOST_SEATS = 1_000;

  private final Node node;
  private final BookingStores stores;
  private final ListStore lists;
  private final Teachers teachers;

  public BookingQueries(Node node, BookingStores stores, ListStore lists, Teachers teachers) {
    this.teachers = teachers;
    this.node = node;
    this.stores = stores;
    this.lists = lists;
  }

  public BookingView booking(BookingById query) {
    BookingWithMeeting seat = Seats.byId(stores, node.database().read(), query.bookingId());
    if (seat == null || !visible(seat, query.caller())) {
      throw BookingApi.NO_BOOKING.refused();
    }
    return seat.seenBy(query.caller()).toApi();
  }

  /**
   * Lists bookings, newest first or by the start of their classes: a student's own, those in a
   * teacher's meetings, or all for an admin.
   */
  public Bookings list(BookingsOf query) {
    var sql = node.database().read();
    ListCursor after = ListCursor.of(query.cursor());
    boolean byStart = query.order() == BookingApi.Order.startsAt;
    var span = new ListStore.Span(null, query.from(), query.to(), after, query.limit() + 1);
    List<Booking> rows =
        byStart
            ? lists.bookingsByStart(sql, wanted(query), withRejected(query), span)
            : lists.bookings(sql, wanted(query), withRejected(query), span);
    boolean more = rows.size() > query.limit();
    List<Booking> page = more ? rows.subList(0, query.limit()) : rows;
    Collection<BookingWithMeeting> seats = Seats.with(stores, sql, page).values();
    Booking last = more ? page.getLast() : null;
    String next =
        last == null
            ? null
            : new ListCursor(byStart ? last.startsAt() : last.createdAt(), last.id()).text();
    return new Bookings(seats.stream().map(s -> s.seenBy(query.caller()).toApi()).toList(), next);
  }

  /** Returns the seats of a student's live bookings in a range. */
  public Agenda agenda(AgendaOf query) {
    List<AgendaEntry> entries = new ArrayList<>();
    for (Booking booking :
        stores
            .overlaps()
            .inRange(
                node.database().read(), query.studentId(), query.from(), query.to(), MOST_SEATS)) {
      entries.add(
          new AgendaEntry(booking.id(), booking.meetingId(), booking.startsAt(), booking.endsAt()));
      Move move = booking.move();
      if (booking.movingTo() != null && move != null) {
        entries.add(
            new AgendaEntry(booking.id(), booking.movingTo(), move.startsAt(), move.endsAt()));
      }
    }
    return new Agenda(
        entries.stream().filter(seat -> seat.overlaps(query.from(), query.to())).toList());
  }

  /** Students see rejected bookings only on request, teachers never, admins always. */
  private static boolean withRejected(BookingsOf query) {
    return switch (query.caller().role()) {
      case student -> Booking.Status.rejected.name().equals(query.status());
      case teacher -> false;
      case admin -> true;
    };
  }

  /** Returns the conditions of the query, limited to what the caller may see. */
  private static List<ListStore.Is> wanted(BookingsOf query) {
    String userId = query.caller().userId();
    boolean student = query.caller().role() == Caller.Role.student;
    boolean teacher = query.caller().role() == Caller.Role.teacher;
    return Stream.of(
            new ListStore.Is("student_id", student ? userId : null),
            new ListStore.Is("teacher_id", teacher ? userId : null),
            new ListStore.Is("student_id", query.studentId()),
            new ListStore.Is("teacher_id", query.teacherId()),
            new ListStore.Is("meeting_id", query.meetingId()),
            new ListStore.Is("status", query.status()))
        .filter(condition -> condition.value() != null)
        .toList();
  }

  /** Returns the exact split, computed by the function that decides a cancellation. */
  public Cancellation preview(BookingById query) {
    Booking row = stores.bookings().byId(node.database().read(), query.bookingId());
    Instant now = node.clock().now();
    RejectionCode refusal = CancellationDecisions.rejection(row, query.caller().userId(), now);
    if (row == null || refusal != null) {
      throw (refusal == null ? BookingApi.NO_BOOKING : refusal).refused();
    }
    if (row.status() == Booking.Status.cancelled) {
      throw MeetingApi.NOT_CANCELLABLE.refused();
    }
    if (row.status() == Booking.Status.pending) {
      String rule = SettlementRule.BOOKING_NOT_CONFIRMED.code();
      return new Cancellation(
          row.price(),
          row.price(),
          0,
          0,
          rule,
          CancellationPolicy.fullRefundUntil(row.policy(), row.startsAt()));
    }
    Cancellation preview =
        CancellationPolicy.preview(row.policy(), row.price(), row.startsAt(), now);
    if (preview == null) {
      throw BookingApi.TOO_LATE.refused();
    }
    return preview;
  }

  /** Decides by the same rules as the move itself, without locks. */
  public MoveTerms previewMove(PreviewMove query) {
    Sql sql = node.database().read();
    Booking booking = stores.bookings().byId(sql, query.bookingId());
    if (booking == null || !booking.studentId().equals(query.caller().userId())) {
      throw BookingApi.NO_BOOKING.refused();
    }
    Instant now = node.clock().now();
    Meeting to = stores.meetings().byId(sql, query.slotId());
    List<Booking> ofStudent =
        to == null
            ? List.of()
            : stores
                .overlaps()
                .inRange(sql, booking.studentId(), to.startsAt(), to.endsAt(), MOST_SEATS);
    RejectionCode rejection = MoveDecisions.rejection(booking, to, ofStudent, now);
    if (rejection == null && to != null && teachers.isBarred(to.teacherId())) {
      rejection = BookingApi.SLOT_NOT_BOOKABLE;
    }
    if (rejection != null) {
      throw rejection.refused(SeatRules.params(rejection, to, ofStudent, booking.id()));
    }
    if (to == null) {
      throw MeetingApi.NO_SLOT.refused();
    }
    return new MoveTerms(
        to.id(),
        to.price(),
        booking.price(),
        to.price() - booking.price(),
        CancellationPolicy.fullRefundUntil(booking.policy(), to.startsAt()));
  }

  /** Decides by the same rules as the cancellation itself, without locks. */
  public MeetingRefunds previewMeetingCancellation(PreviewMeetingCancellation query) {
    Sql sql = node.database().read();
    Meeting meeting = stores.meetings().byId(sql, query.meetingId());
    if (meeting == null || !meeting.isRunBy(query.caller())) {
      throw MeetingApi.NO_MEETING.refused();
    }
    if (!CancellationDecisions.isCancellable(meeting, node.clock().now())) {
      throw MeetingApi.NOT_CANCELLABLE.refused();
    }
    return refunds(meeting.id(), stores.bookings().liveOf(sql, List.of(meeting.id())));
  }

  /** Returns what the cancellation of a meeting with these live bookings gives back. */
  public static MeetingRefunds refunds(String meetingId, List<Booking> live) {
    List<MeetingRefund> items =
        live.stream()
            .filter(CancellationDecisions::endsWithMeeting)
            .map(
                b ->
                    new MeetingRefund(
                        b.id(),
                        b.studentId(),
                        b.price(),
                        CancellationPolicy.meetingCancelled(b.policy(), b.price()).student()))
            .toList();
    long refund = items.stream().mapToLong(MeetingRefund::refund).sum();
    return new MeetingRefunds(meetingId, items.size(), refund, items);
  }

  private static boolean visible(BookingWithMeeting seat, Caller caller) {
    return caller.isAdmin()
        || seat.booking().studentId().equals(caller.userId())
        || (seat.meeting().teacherId().equals(caller.userId())
            && seat.booking().status() != Booking.Status.rejected);
  }
}
