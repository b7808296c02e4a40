package io.classbell.booking;

import io.classbell.booking.BookingRow.Money;
import io.classbell.booking.MeetingApi.DecideReview;
import io.classbell.booking.MeetingApi.ListReviews;
import io.classbell.booking.MeetingApi.Meeting;
import io.classbell.booking.MeetingApi.Meetings;
import io.classbell.booking.MeetingApi.ReviewDecision;
import io.classbell.platform.Node;
import io.classbell.platform.Text;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.db.Tx;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;

/** Meetings to which somebody did not come: an admin decides whose their credits are, once. */
final class Reviews {
  private final Node node;
  private final Stores stores;
  private final ReviewStore reviews = new ReviewStore();

  Reviews(Node node, Stores stores) {
    this.node = node;
    this.stores = stores;
  }

  Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.LIST_REVIEWS, this::list),
        bus.serve(MeetingApi.DECIDE_REVIEW, this::decide));
  }

  /** Those that wait for a decision, oldest first. */
  Meetings list(ListReviews query) {
    Cursor after = Cursor.of(query.cursor());
    List<MeetingRow> found =
        reviews.waiting(node.database().read(), after == null ? "" : after.id(), query.limit() + 1);
    boolean more = found.size() > query.limit();
    List<MeetingRow> page = more ? found.subList(0, query.limit()) : found;
    String next = more ? new Cursor(page.getLast().startsAt(), page.getLast().id()).text() : null;
    return new Meetings(page.stream().map(MeetingRow::toApi).toList(), next);
  }

  /** The same decision again gives the first answer; another is refused. */
  Meeting decide(DecideReview command) {
    Verdict verdict = Verdict.of(command);
    return node.database().inTransaction(tx -> decide(tx, command, verdict)).toApi();
  }

  private MeetingRow decide(Tx tx, DecideReview command, Verdict verdict) {
    MeetingRow meeting = stores.meetings().lock(tx, command.meetingId());
    if (meeting == null || !command.admin().isAdmin()) {
      throw MeetingApi.NO_MEETING.refused();
    }
    ReviewDecision known = meeting.reviewDecision();
    if (known != null) {
      if (verdict.is(known)) {
        return meeting;
      }
      throw MeetingApi.NOT_IN_REVIEW.refused("This review was decided in another way.");
    }
    if (meeting.review() != MeetingRow.Review.needed) {
      throw MeetingApi.NOT_IN_REVIEW.refused();
    }
    Instant now = node.clock().now();
    String adminId = command.admin().userId();
    MeetingRow decided =
        meeting.decided(
            new ReviewDecision(
                verdict.decision(), verdict.studentPercent(), command.note(), adminId, now));
    // Who was moving away when the class ended is no part of it.
    List<BookingRow> bookings =
        stores.bookings().lockLiveOf(tx, List.of(meeting.id())).values().stream()
            .filter(b -> b.status() == BookingRow.Status.completed)
            .toList();
    List<BookingRow> settling =
        bookings.stream()
            .filter(b -> b.money() == Money.held)
            .map(b -> b.settling(verdict.settlement(b, adminId)))
            .toList();
    stores.meetings().save(tx, List.of(decided), now);
    stores.bookings().save(tx, settling, now);
    new LifeMessages(node.outbox())
        .tell(new LifeFacts(decided, bookings, now).decided(decided))
        .drive(settling)
        .write(tx);
    return decided;
  }

  /** What an admin decided, checked. */
  private record Verdict(SettlementRule rule, String decision, int studentPercent) {
    private static final int LONGEST_NOTE = 1000;

    static Verdict of(DecideReview command) {
      if (!Text.isVisible(command.note()) || Text.length(command.note()) > LONGEST_NOTE) {
        throw invalid("note", "Must be 1 to %d characters.".formatted(LONGEST_NOTE));
      }
      Integer percent = command.studentPercent();
      boolean split = command.decision().equals("split");
      if (split && (percent == null || percent < 0 || percent > 100)) {
        throw invalid("studentPercent", "Must be 0 to 100.");
      }
      if (!split && percent != null) {
        throw invalid("studentPercent", "Goes with the decision split alone.");
      }
      return switch (command.decision()) {
        case "refund_students" ->
            new Verdict(SettlementRule.REVIEW_REFUND_STUDENTS, command.decision(), 100);
        case "pay_teacher" -> new Verdict(SettlementRule.REVIEW_PAY_TEACHER, command.decision(), 0);
        case "split" ->
            new Verdict(
                SettlementRule.REVIEW_SPLIT, command.decision(), percent == null ? 0 : percent);
        default -> throw invalid("decision", "Must be refund_students, pay_teacher or split.");
      };
    }

    boolean is(ReviewDecision known) {
      return known.decision().equals(decision) && known.studentPercent() == studentPercent;
    }

    Settlement settlement(BookingRow booking, String adminId) {
      return Settlement.of(
          CancellationPolicy.split(booking.policy(), booking.price(), studentPercent, rule),
          adminId);
    }

    private static Refused invalid(String field, String sentence) {
      return new Refused(MeetingApi.INVALID_FIELD.field(field, sentence));
    }
  }
}
