package io.classbell.http.routes;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.http.call.Call;
import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps slots and bookings of the modules to the API's JSON, adding names of users. */
public final class ResponseMapper {

  /** {@code timezone} is set for the teacher of a class. */
  public record Named(String id, String name, @Nullable String timezone) {}

  public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /** Returns the page with a cursor that only this list accepts. */
    public Page<T> boundTo(Call call) {
      return new Page<>(items, call.nextCursor(nextCursor));
    }
  }

  public record Meeting(
      String id,
      String title,
      Named teacher,
      Instant startsAt,
      int durationMinutes,
      int capacity,
      int seatsTaken,
      long price,
      String status,
      boolean requiresManualReview,
      List<ReviewReason> reviewReasons,
      @Nullable String seriesId,
      @Nullable Instant openedAt,
      @Nullable Instant closedAt,
      @Nullable String cancelReason,
      @Nullable ReviewDecision reviewDecision,
      @Nullable String description,
      @Nullable String subject,
      @Nullable String language,
      long version,
      Instant opensAt,
      Instant endsAt,
      Policy policy,
      @Nullable Viewer viewer) {

    Meeting with(Viewer seenAs) {
      return new Meeting(
          id,
          title,
          teacher,
          startsAt,
          durationMinutes,
          capacity,
          seatsTaken,
          price,
          status,
          requiresManualReview,
          reviewReasons,
          seriesId,
          openedAt,
          closedAt,
          cancelReason,
          reviewDecision,
          description,
          subject,
          language,
          version,
          opensAt,
          endsAt,
          policy,
          seenAs);
    }
  }

  /**
   * What a slot is to the student who reads it.
   *
   * @param bookingId the student's live booking in it
   * @param overlaps whether another booking of the student is at that time
   */
  public record Viewer(@Nullable String bookingId, boolean overlaps) {

    static Viewer of(Meeting slot, List<BookingApi.AgendaEntry> agenda) {
      String bookingId = null;
      boolean overlaps = false;
      for (BookingApi.AgendaEntry seat : agenda) {
        if (seat.slotId().equals(slot.id())) {
          bookingId = seat.bookingId();
        } else if (seat.overlaps(slot.startsAt(), slot.endsAt())) {
          overlaps = true;
        }
      }
      return new Viewer(bookingId, overlaps);
    }
  }

  /** The parts add up to the price. */
  public record Refund(long refund, long teacher, long fee, String rule, boolean posted) {}

  public record Booking(
      String id,
      String studentId,
      @Nullable Named student,
      String status,
      @Nullable String reason,
      String slotId,
      Meeting meeting,
      long price,
      Policy policy,
      String attendance,
      Instant createdAt,
      @Nullable Refund refund,
      @Nullable String movingTo,
      @Nullable String money) {}

  /** What the cancellation of a meeting gives back, and to whom. */
  public record MeetingRefunds(
      String meetingId, int bookings, long refund, List<MeetingRefund> items) {}

  public record MeetingRefund(String bookingId, Named student, long price, long refund) {}

  /** A series, or with {@code slots} what a dry run would create; nothing is created then. */
  public record Series(
      String id,
      List<Meeting> created,
      List<MeetingApi.Conflict> conflicts,
      @Nullable List<MeetingApi.PlannedSlot> slots) {}

  private final ProfileCache people;
  private final Policy policy;
  private final Duration openBefore;

  /** {@code settings}: those of classes, which every meeting shows. */
  public ResponseMapper(ProfileCache people, BookingSettings settings) {
    this.people = people;
    this.policy = settings.policy();
    this.openBefore = settings.openBefore();
  }

  public Future<Meeting> meeting(MeetingApi.MeetingView meeting) {
    return people.findByIds(List.of(meeting.teacherId())).map(names -> meeting(meeting, names));
  }

  Future<List<Meeting>> meetings(List<MeetingApi.MeetingView> meetings) {
    return people
        .findByIds(meetings.stream().map(MeetingApi.MeetingView::teacherId).toList())
        .map(names -> meetings.stream().map(m -> meeting(m, names)).toList());
  }

  public Future<Page<Meeting>> page(MeetingApi.Meetings page) {
    return meetings(page.items()).map(items -> new Page<>(items, page.nextCursor()));
  }

  Future<MeetingRefunds> refunds(BookingApi.MeetingRefunds of) {
    return people
        .findByIds(of.items().stream().map(BookingApi.MeetingRefund::studentId).toList())
        .map(
            names ->
                new MeetingRefunds(
                    of.meetingId(),
                    of.bookings(),
                    of.refund(),
                    of.items().stream().map(item -> refund(item, names)).toList()));
  }

  private static MeetingRefund refund(BookingApi.MeetingRefund item, Map<String, Person> names) {
    Person student = names.get(item.studentId());
    return new MeetingRefund(
        item.bookingId(),
        new Named(item.studentId(), student == null ? "" : student.name(), null),
        item.price(),
        item.refund());
  }

  Future<Booking> booking(BookingApi.BookingView booking, Caller asker) {
    return people.findByIds(namedIn(booking, asker)).map(names -> booking(booking, names));
  }

  Future<Page<Booking>> page(BookingApi.Bookings page, Caller asker) {
    return people
        .findByIds(page.items().stream().flatMap(b -> namedIn(b, asker).stream()).toList())
        .map(
            names ->
                new Page<>(
                    page.items().stream().map(b -> booking(b, names)).toList(), page.nextCursor()));
  }

  /** Users whose names a booking needs. A student's own name is left out, to save a lookup. */
  private static List<String> namedIn(BookingApi.BookingView b, Caller asker) {
    String teacher = b.meeting().teacherId();
    return asker.role() == Caller.Role.student ? List.of(teacher) : List.of(teacher, b.studentId());
  }

  private Booking booking(BookingApi.BookingView b, Map<String, Person> names) {
    BookingApi.Split split = b.refund();
    Person student = names.get(b.studentId());
    return new Booking(
        b.id(),
        b.studentId(),
        student == null ? null : new Named(student.id(), student.name(), null),
        b.status(),
        b.reason(),
        b.slotId(),
        meeting(b.meeting(), names),
        b.price(),
        b.policy(),
        b.attendance(),
        b.createdAt(),
        split == null
            ? null
            : new Refund(
                split.student(), split.teacher(), split.fee(), split.rule(), split.posted()),
        b.movingTo(),
        b.money());
  }

  private Meeting meeting(MeetingApi.MeetingView m, Map<String, Person> names) {
    Person teacher = names.get(m.teacherId());
    Long version = m.version();
    return new Meeting(
        m.id(),
        m.title(),
        teacher == null
            ? new Named(m.teacherId(), "", null)
            : new Named(teacher.id(), teacher.name(), teacher.timezone()),
        m.startsAt(),
        m.durationMinutes(),
        m.capacity(),
        m.seatsTaken(),
        m.price(),
        m.status(),
        m.requiresManualReview(),
        m.reviewReasons(),
        m.seriesId(),
        m.openedAt(),
        m.closedAt(),
        m.cancelReason(),
        m.reviewDecision(),
        m.description(),
        m.subject(),
        m.language(),
        version == null ? 0 : version,
        m.startsAt().minus(openBefore),
        m.endsAt(),
        policy,
        null);
  }
}
