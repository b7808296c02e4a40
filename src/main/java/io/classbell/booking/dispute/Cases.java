package io.classbell.booking.dispute;

import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.DisputeApi.CaseView;
import io.classbell.booking.api.DisputeApi.DisputeById;
import io.classbell.booking.api.DisputeApi.Option;
import io.classbell.booking.api.DisputeApi.Presence;
import io.classbell.booking.api.DisputeApi.ProposalView;
import io.classbell.booking.api.DisputeApi.ReviewOf;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.ProposalRules;
import io.classbell.booking.model.ProposalRules.Proposal;
import io.classbell.booking.model.SettlementRule;
import io.classbell.booking.model.Stay;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an admin sees of a review or a dispute before deciding it. */
public final class Cases {
  private static final String REFUND = "refund_students";
  private static final String PAY = "pay_teacher";
  private static final String SPLIT = "split";

  private final Node node;
  private final BookingStores stores;

  public Cases(Node node, BookingStores stores) {
    this.node = node;
    this.stores = stores;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(DisputeApi.CASE, this::dispute), bus.serve(DisputeApi.REVIEW, this::review));
  }

  public CaseView dispute(DisputeById query) {
    Sql sql = node.database().read();
    Dispute dispute = stores.disputes().byId(sql, query.disputeId());
    Booking booking = dispute == null ? null : stores.bookings().byId(sql, dispute.bookingId());
    Meeting meeting = booking == null ? null : stores.meetings().byId(sql, booking.meetingId());
    if (dispute == null || booking == null || meeting == null || !query.caller().isAdmin()) {
      throw DisputeApi.NO_DISPUTE.refused();
    }
    List<Stay> stays = stores.attendance().of(sql, meeting.id());
    Proposal proposal = ProposalRules.forBooking(meeting, booking, stays);
    TreeSet<Integer> percents = new TreeSet<>(List.of(0, 100, proposal.studentPercent()));
    percents.add(dispute.studentPercent());
    Dispute.Answer answer = dispute.answer();
    if (answer != null && answer.studentPercent() != null) {
      percents.add(answer.studentPercent());
    }
    return view(
        meeting,
        DisputeViews.of(dispute, new BookingWithMeeting(booking, meeting), query.caller()),
        proposal,
        percents,
        List.of(booking),
        stays);
  }

  public CaseView review(ReviewOf query) {
    Sql sql = node.database().read();
    Meeting meeting = stores.meetings().byId(sql, query.meetingId());
    if (meeting == null || meeting.review() == Meeting.Review.none || !query.admin().isAdmin()) {
      throw MeetingApi.NO_MEETING.refused();
    }
    List<Booking> bookings =
        stores.bookings().liveOf(sql, meeting.id()).stream()
            .filter(b -> b.status() == Booking.Status.completed)
            .toList();
    List<Stay> stays = stores.attendance().of(sql, meeting.id());
    Proposal proposal = ProposalRules.forReview(meeting, bookings, stays);
    TreeSet<Integer> percents = new TreeSet<>(List.of(0, 50, 100, proposal.studentPercent()));
    return view(meeting, null, proposal, percents, bookings, stays);
  }

  private static CaseView view(
      Meeting meeting,
      DisputeApi.@Nullable DisputeView dispute,
      Proposal proposal,
      TreeSet<Integer> percents,
      List<Booking> bookings,
      List<Stay> stays) {
    return new CaseView(
        meeting.toApi(),
        dispute,
        new ProposalView(
            proposal.rule().name(),
            proposal.studentPercent(),
            proposal.decision(),
            proposal.reason()),
        percents.descendingSet().stream().map(percent -> option(percent, bookings)).toList(),
        bookings.size(),
        bookings.stream()
            .filter(b -> b.money() == Booking.Money.held)
            .mapToLong(Booking::price)
            .sum(),
        people(meeting, bookings, stays));
  }

  /** The same function as the posting divides each price; the parts are added up. */
  private static Option option(int percent, List<Booking> bookings) {
    long students = 0;
    long teacher = 0;
    long fee = 0;
    for (Booking booking : bookings) {
      Split split =
          CancellationPolicy.split(
              booking.policy(), booking.price(), percent, SettlementRule.REVIEW_SPLIT);
      students += split.student();
      teacher += split.teacher();
      fee += split.fee();
    }
    String decision = percent == 100 ? REFUND : percent == 0 ? PAY : SPLIT;
    return new Option(decision, percent, students, teacher, fee);
  }

  private static List<Presence> people(Meeting meeting, List<Booking> bookings, List<Stay> stays) {
    Map<String, List<Stay>> byUser =
        stays.stream()
            .collect(Collectors.groupingBy(Stay::userId, LinkedHashMap::new, Collectors.toList()));
    List<Presence> people = new ArrayList<>();
    people.add(presence(meeting, meeting.teacherId(), null, byUser));
    bookings.stream()
        .limit(CaseView.MOST_PEOPLE - 1L)
        .forEach(b -> people.add(presence(meeting, b.studentId(), b, byUser)));
    return people;
  }

  private static Presence presence(
      Meeting meeting, String userId, @Nullable Booking booking, Map<String, List<Stay>> byUser) {
    List<Stay> stays = byUser.getOrDefault(userId, List.of());
    Instant leftAt = stays.isEmpty() ? null : stays.getLast().leftAt();
    return new Presence(
        userId,
        booking == null ? "teacher" : "student",
        booking == null ? null : booking.id(),
        stays.isEmpty() ? "absent" : "present",
        ProposalRules.minutes(meeting, userId, stays),
        stays.isEmpty() ? null : stays.getFirst().joinedAt(),
        leftAt,
        booking == null ? null : booking.price());
  }
}
