package io.classbell.booking.event;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people must hear of bookings and meetings. A cause is made of the kind and the id of what
 * happened, so the same fact told twice, by whoever drove a step on, is shown once.
 */
public final class BookingEvents {

  /** Which wording a recipient gets. */
  public enum Audience {
    student,
    teacher,
    admin
  }

  /** What every text about a meeting may say. */
  static Map<String, String> data(Audience audience, Meeting meeting) {
    Map<String, String> data = new HashMap<>();
    data.put("audience", audience.name());
    data.put("meetingId", meeting.id());
    data.put("title", meeting.title());
    data.put("startsAt", meeting.startsAt().toString());
    data.put("durationMinutes", Integer.toString(meeting.durationMinutes()));
    data.put("teacherId", meeting.teacherId());
    return data;
  }

  /** What every text about a booking may say; the amount is its price. */
  static Map<String, String> data(Audience audience, BookingWithMeeting seat) {
    Map<String, String> data = data(audience, seat.meeting());
    data.put("bookingId", seat.booking().id());
    data.put("studentId", seat.booking().studentId());
    data.put("sequence", Integer.toString(seat.booking().sequence()));
    data.put("amount", Long.toString(seat.booking().price()));
    return data;
  }

  /** The student and the teacher hear of it; where the class is open, of that too. */
  public static List<Fact> confirmed(BookingWithMeeting seat, Instant at) {
    List<Fact> facts = new ArrayList<>(4);
    tellBoth(facts, Kind.booking_confirmed, seat, at, seat.booking().id(), Map.of());
    tellOfOpen(facts, seat, at);
    return facts;
  }

  /** The reason is the refusal's code. */
  public static Fact rejected(BookingWithMeeting seat, Instant at) {
    Map<String, String> data = data(Audience.student, seat);
    put(data, "reason", seat.booking().reason());
    return fact(Kind.booking_rejected, seat.booking().id(), seat.booking().studentId(), at, data);
  }

  /** A move that was refused: no seat there, the booking stays where it is. */
  public static Fact stayed(Booking booking, Meeting from, Meeting to, String reason, Instant at) {
    Map<String, String> data = data(Audience.student, to);
    data.put("bookingId", booking.id());
    data.put("reason", reason);
    data.putAll(previous(from));
    return fact(Kind.booking_rejected, ofMove(booking), booking.studentId(), at, data);
  }

  /** To the student, or to the teacher of the seat's meeting. */
  public static Fact cancelled(Audience audience, BookingWithMeeting seat, Instant at) {
    Booking booking = seat.booking();
    Map<String, String> data = data(audience, seat);
    put(data, "cancelledBy", booking.cancelledBy());
    put(data, "reason", booking.reason());
    Settlement settlement = booking.settlement();
    if (settlement != null) {
      data.put("refund", Long.toString(settlement.student()));
      data.put("fee", Long.toString(settlement.fee()));
      data.put("rule", settlement.rule());
    }
    String to = audience == Audience.student ? booking.studentId() : seat.meeting().teacherId();
    return fact(Kind.booking_cancelled, booking.id(), to, at, data);
  }

  /**
   * Tells the student and the new teacher. A previous teacher who is another learns only that the
   * seat in the old class is free: the new class, its time and its price are not theirs to know.
   */
  public static List<Fact> moved(BookingWithMeeting seat, Meeting from, Instant at) {
    Map<String, String> more = previous(from);
    String cause = ofMove(seat.booking());
    List<Fact> facts = new ArrayList<>(5);
    tellBoth(facts, Kind.booking_moved, seat, at, cause, more);
    if (!from.teacherId().equals(seat.meeting().teacherId())) {
      Map<String, String> data = new HashMap<>(more);
      data.put("audience", Audience.teacher.name());
      data.put("meetingId", from.id());
      data.put("teacherId", from.teacherId());
      data.put("bookingId", seat.booking().id());
      data.put("studentId", seat.booking().studentId());
      facts.add(fact(Kind.booking_moved, cause, from.teacherId(), at, data));
    }
    tellOfOpen(facts, seat, at);
    return facts;
  }

  private static Map<String, String> previous(Meeting from) {
    return Map.of("previousTitle", from.title(), "previousStartsAt", from.startsAt().toString());
  }

  /** One move of a booking among others. */
  private static String ofMove(Booking booking) {
    return booking.id() + ":" + booking.sequence();
  }

  /**
   * Whoever comes into an open class was not there when the others heard of it; its teacher was not
   * told of an empty one.
   */
  private static void tellOfOpen(List<Fact> facts, BookingWithMeeting seat, Instant at) {
    if (seat.meeting().status() == Meeting.Status.open) {
      facts.add(opened(seat.meeting(), Audience.student, seat.booking().studentId(), at));
      facts.add(opened(seat.meeting(), Audience.teacher, seat.meeting().teacherId(), at));
    }
  }

  /** The credits are where they belong: what came back, and what the teacher got. */
  public static List<Fact> settled(BookingWithMeeting seat, Settlement settlement, Instant at) {
    List<Fact> facts = new ArrayList<>(2);
    Booking booking = seat.booking();
    if (settlement.student() > 0) {
      Map<String, String> data = data(Audience.student, seat);
      data.put("amount", Long.toString(settlement.student()));
      data.put("rule", settlement.rule());
      facts.add(fact(Kind.refund_issued, booking.id(), booking.studentId(), at, data));
    }
    if (settlement.teacher() > 0) {
      Map<String, String> data = data(Audience.teacher, seat);
      data.put("amount", Long.toString(settlement.teacher()));
      data.put("fee", Long.toString(settlement.fee()));
      data.put("rule", settlement.rule());
      facts.add(fact(Kind.credits_received, booking.id(), booking.teacherId(), at, data));
    }
    return facts;
  }

  static Fact opened(Meeting meeting, Audience audience, String userId, Instant at) {
    return fact(Kind.meeting_opened, meeting.id(), userId, at, data(audience, meeting));
  }

  /** To the teacher. */
  public static Fact meetingCancelled(Meeting meeting, String by, Instant at) {
    return meetingCancelled(meeting, meeting.teacherId(), by, at, data(Audience.teacher, meeting));
  }

  /**
   * To a student.
   *
   * @param sequence the number of this change in the student's calendar
   */
  public static Fact meetingCancelled(
      Meeting meeting, Booking booking, int sequence, String by, Instant at) {
    Map<String, String> data = data(Audience.student, meeting);
    data.put("bookingId", booking.id());
    data.put("sequence", Integer.toString(sequence));
    return meetingCancelled(meeting, booking.studentId(), by, at, data);
  }

  private static Fact meetingCancelled(
      Meeting meeting, String userId, String by, Instant at, Map<String, String> data) {
    data.put("cancelledBy", by);
    put(data, "reason", meeting.cancelReason());
    return fact(Kind.meeting_cancelled, meeting.id(), userId, at, data);
  }

  /** {@code causeId}: the id of what happened; with the kind it makes the cause. */
  static Fact fact(Kind kind, String causeId, String userId, Instant at, Map<String, String> data) {
    return new Fact(kind.name() + ":" + causeId, userId, kind, at, data);
  }

  private static void tellBoth(
      List<Fact> facts,
      Kind kind,
      BookingWithMeeting seat,
      Instant at,
      String causeId,
      Map<String, String> more) {
    Map<String, String> student = data(Audience.student, seat);
    student.putAll(more);
    facts.add(fact(kind, causeId, seat.booking().studentId(), at, student));
    Map<String, String> teacher = data(Audience.teacher, seat);
    teacher.putAll(more);
    facts.add(fact(kind, causeId, seat.meeting().teacherId(), at, teacher));
  }

  private static void put(Map<String, String> data, String key, @Nullable String value) {
    if (value != null) {
      data.put(key, value);
    }
  }

  private BookingEvents() {}
}
