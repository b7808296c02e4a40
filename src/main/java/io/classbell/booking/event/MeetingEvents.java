package io.classbell.booking.event;

import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the people of one meeting must hear as it goes through its life. */
public record MeetingEvents(Meeting meeting, List<Booking> bookings, Instant at) {

  /** What is told later than this says so: the platform was not there. */
  private static final Duration LATE = Duration.ofMinutes(1);

  /** Those who are concerned are found when it fires; where nobody is booked, nobody is. */
  public List<Fact> reminder(MeetingTimeline.Point point) {
    String before = String.valueOf(point.before());
    return toPeople(Kind.reminder, meeting.id() + ":" + before, bookings, Map.of("before", before));
  }

  /** The class can be joined: to these students and the teacher. */
  public List<Fact> opened(List<Booking> to) {
    return toPeople(Kind.meeting_opened, meeting.id(), to, late(meeting.startsAt()));
  }

  /** The class is over; admins are told where somebody did not come. */
  public List<Fact> closed(List<Booking> to, List<ReviewReason> reasons) {
    List<Fact> facts = toPeople(Kind.meeting_closed, meeting.id(), to, late(meeting.endsAt()));
    if (!reasons.isEmpty()) {
      Map<String, String> data = BookingEvents.data(Audience.admin, meeting);
      data.put("reasons", codes(reasons));
      facts.add(
          BookingEvents.fact(Kind.review_needed, meeting.id(), NotificationApi.ADMINS, at, data));
    }
    return facts;
  }

  /** An admin decided a review. */
  public List<Fact> decided(Meeting decided) {
    ReviewDecision decision = Objects.requireNonNull(decided.reviewDecision());
    return toPeople(
        Kind.review_decided,
        meeting.id(),
        bookings,
        Map.of("decision", decision.decision(), "note", decision.note()));
  }

  private List<Fact> toPeople(
      Kind kind, String causeId, List<Booking> students, Map<String, String> more) {
    List<Fact> facts = new ArrayList<>(students.size() + 2);
    for (Booking booking : students) {
      Map<String, String> data = BookingEvents.data(Audience.student, meeting);
      data.put("bookingId", booking.id());
      data.putAll(more);
      facts.add(BookingEvents.fact(kind, causeId, booking.studentId(), at, data));
    }
    if (!students.isEmpty()) {
      Map<String, String> data = BookingEvents.data(Audience.teacher, meeting);
      data.putAll(more);
      facts.add(BookingEvents.fact(kind, causeId, meeting.teacherId(), at, data));
    }
    return facts;
  }

  private Map<String, String> late(Instant nominal) {
    Duration late = Duration.between(nominal, at);
    return late.compareTo(LATE) > 0 ? Map.of("lateBy", late.toString()) : Map.of();
  }

  /** The reasons as codes, each once, with a number where there are more: each is a sentence. */
  private String codes(List<ReviewReason> reasons) {
    Map<String, Long> counts =
        reasons.stream()
            .collect(
                Collectors.groupingBy(ReviewReason::code, TreeMap::new, Collectors.counting()));
    long students = counts.getOrDefault(ReviewReason.STUDENT_ABSENT, 0L);
    Stream<String> codes =
        counts.keySet().stream()
            .sorted(Comparator.reverseOrder())
            .map(
                c ->
                    c.equals(ReviewReason.STUDENT_ABSENT) && students > 1 ? c + ":" + students : c);
    Instant openedAt = meeting.openedAt();
    boolean openedLate = openedAt != null && openedAt.isAfter(meeting.startsAt().plus(LATE));
    return Stream.concat(codes, openedLate ? Stream.of("opened_late") : Stream.empty())
        .collect(Collectors.joining(" "));
  }
}
