package io.classbell.booking.event;

import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.event.BookingEvents.Audience;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.SettlementRule;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The notifications that changes of disputes cause. Both sides are told of each step. */
public final class DisputeEvents {

  public static List<Fact> opened(Dispute dispute, BookingWithMeeting seat, Instant at) {
    Map<String, String> more = new HashMap<>();
    more.put("reason", dispute.reason());
    putProposal(more, seat, dispute.studentPercent());
    return toBoth(Kind.dispute_opened, dispute, dispute.id(), seat, more, at);
  }

  /** Admins are told as well, because they decide now. */
  public static List<Fact> answered(Dispute dispute, BookingWithMeeting seat, Instant at) {
    Dispute.Answer answer = Objects.requireNonNull(dispute.answer());
    Map<String, String> more = new HashMap<>();
    more.put("reason", answer.reason());
    putProposal(more, seat, answer.studentPercent());
    List<Fact> facts = toBoth(Kind.dispute_answered, dispute, dispute.id(), seat, more, at);
    facts.add(toAdmins(Kind.dispute_answered, dispute, seat, more, at));
    return facts;
  }

  /** The other side said nothing in time: both sides and the admins are told. */
  public static List<Fact> escalated(Dispute dispute, BookingWithMeeting seat, Instant at) {
    Map<String, String> more = Map.of("outcome", "unanswered");
    List<Fact> facts =
        toBoth(Kind.dispute_opened, dispute, dispute.id() + ":unanswered", seat, more, at);
    facts.add(toAdmins(Kind.dispute_opened, dispute, seat, Map.of("reason", dispute.reason()), at));
    return facts;
  }

  /** Each side is told its own amount. */
  public static List<Fact> ended(
      Dispute dispute, BookingWithMeeting seat, Split split, Instant at) {
    Dispute.Outcome outcome = Objects.requireNonNull(dispute.outcome());
    List<Fact> facts = new ArrayList<>(2);
    for (Audience audience : List.of(Audience.student, Audience.teacher)) {
      Map<String, String> data = data(audience, dispute, seat);
      long amount = audience == Audience.student ? split.student() : split.teacher();
      data.put("amount", Long.toString(amount));
      data.put("outcome", outcome.how().name());
      if (outcome.note() != null) {
        data.put("note", outcome.note());
      }
      facts.add(
          BookingEvents.fact(Kind.dispute_decided, dispute.id(), to(audience, dispute), at, data));
    }
    return facts;
  }

  /** What the student would get back. */
  private static void putProposal(
      Map<String, String> data, BookingWithMeeting seat, @Nullable Integer studentPercent) {
    if (studentPercent != null) {
      Split split =
          CancellationPolicy.split(
              seat.booking().policy(),
              seat.booking().price(),
              studentPercent,
              SettlementRule.DISPUTE_AGREED);
      data.put("refund", Long.toString(split.student()));
    }
  }

  private static List<Fact> toBoth(
      Kind kind,
      Dispute dispute,
      String causeId,
      BookingWithMeeting seat,
      Map<String, String> more,
      Instant at) {
    List<Fact> facts = new ArrayList<>(3);
    for (Audience audience : List.of(Audience.student, Audience.teacher)) {
      Map<String, String> data = data(audience, dispute, seat);
      data.putAll(more);
      facts.add(BookingEvents.fact(kind, causeId, to(audience, dispute), at, data));
    }
    return facts;
  }

  private static Fact toAdmins(
      Kind kind, Dispute dispute, BookingWithMeeting seat, Map<String, String> more, Instant at) {
    Map<String, String> data = data(Audience.admin, dispute, seat);
    data.putAll(more);
    return BookingEvents.fact(kind, dispute.id(), NotificationApi.ADMINS, at, data);
  }

  private static Map<String, String> data(
      Audience audience, Dispute dispute, BookingWithMeeting seat) {
    Map<String, String> data = BookingEvents.data(audience, seat);
    data.put("disputeId", dispute.id());
    return data;
  }

  private static String to(Audience audience, Dispute dispute) {
    return audience == Audience.student ? dispute.studentId() : dispute.teacherId();
  }

  private DisputeEvents() {}
}
