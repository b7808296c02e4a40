package io.classbell.booking.review;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.ListReviews;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.event.MeetingEvents;
import io.classbell.booking.lifecycle.MeetingOutbox;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.model.SettlementRule;
import io.classbell.booking.slot.SlotRules;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.ListCursor;
import io.classbell.booking.store.ReviewStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Meetings to which somebody did not come: an admin decides whose their credits are, once. */
public final class Reviews {
  private final Node node;
  private final BookingStores stores;
  private final ReviewStore reviews = new ReviewStore();

  public Reviews(Node node, BookingStores stores) {
    this.node = node;
    this.stores = stores;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.LIST_REVIEWS, this::list),
        bus.serve(MeetingApi.DECIDE_REVIEW, this::decide));
  }

  /** Those that wait for a decision, oldest first. */
  public Meetings list(ListReviews query) {
    ListCursor after = ListCursor.of(query.cursor());
    List<Meeting> found =
        reviews.waiting(node.database().read(), after == null ? "" : after.id(), query.limit() + 1);
    boolean more = found.size() > query.limit();
    List<Meeting> page = more ? found.subList(0, query.limit()) : found;
    String next =
        more ? new ListCursor(page.getLast().startsAt(), page.getLast().id()).text() : null;
    return new Meetings(page.stream().map(Meeting::toApi).toList(), next);
  }

  /** The same decision again gives the first answer; another is refused. */
  public MeetingView decide(DecideReview command) {
    Verdict verdict = Verdict.of(command);
    return node.database().inTransaction(tx -> decide(tx, command, verdict)).toApi();
  }

  private Meeting decide(Tx tx, DecideReview command, Verdict verdict) {
    Meeting meeting = stores.meetings().lock(tx, command.meetingId());
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
    if (meeting.review() != Meeting.Review.needed) {
      throw MeetingApi.NOT_IN_REVIEW.refused();
    }
    Instant now = node.clock().now();
    String adminId = command.admin().userId();
    Meeting decided =
        meeting.decided(
            new ReviewDecision(
                verdict.decision(), verdict.studentPercent(), command.note(), adminId, now));
    // Who was moving away when the class ended is no part of it.
    List<Booking> bookings =
        stores.bookings().lockLiveOf(tx, List.of(meeting.id())).values().stream()
            .filter(b -> b.status() == Booking.Status.completed)
            .toList();
    List<Booking> settling =
        bookings.stream()
            .filter(b -> b.money() == Money.held)
            .map(b -> b.settling(verdict.settlement(b, adminId)))
            .toList();
    stores.meetings().save(tx, List.of(decided), now);
    stores.bookings().save(tx, settling, now);
    new MeetingOutbox(node.outbox())
        .tell(new MeetingEvents(decided, bookings, now).decided(decided))
        .drive(settling)
        .write(tx);
    return decided;
  }

  /** What an admin decided, checked. */
  private record Verdict(SettlementRule rule, String decision, int studentPercent) {
    private static final long LONGEST_NOTE = 1000;
    private static final String PERCENT = "studentPercent";
    private static final String SPLIT = "split";
    private static final List<String> DECISIONS = List.of("refund_students", "pay_teacher", SPLIT);

    static Verdict of(DecideReview command) {
      List<FieldError> errors = new ArrayList<>();
      FieldError note = FieldRules.line("note", command.note(), LONGEST_NOTE);
      if (note != null) {
        errors.add(note);
      }
      Integer percent = command.studentPercent();
      if (!DECISIONS.contains(command.decision())) {
        errors.add(FieldRules.notOneOf("decision", DECISIONS));
      } else if (!command.decision().equals(SPLIT)) {
        if (percent != null) {
          errors.add(
              new FieldError(
                  PERCENT,
                  FieldRules.NOT_ALLOWED,
                  "Must be left out unless the decision is split."));
        }
      } else if (percent == null) {
        errors.add(
            FieldRules.required(PERCENT, "This field is required when the decision is split."));
      } else {
        FieldError range = FieldRules.range(PERCENT, percent, 0, 100);
        if (range != null) {
          errors.add(range);
        }
      }
      SlotRules.refuse(errors);
      return switch (command.decision()) {
        case "refund_students" ->
            new Verdict(SettlementRule.REVIEW_REFUND_STUDENTS, command.decision(), 100);
        case "pay_teacher" -> new Verdict(SettlementRule.REVIEW_PAY_TEACHER, command.decision(), 0);
        default ->
            new Verdict(
                SettlementRule.REVIEW_SPLIT, command.decision(), percent == null ? 0 : percent);
      };
    }

    boolean is(ReviewDecision known) {
      return known.decision().equals(decision) && known.studentPercent() == studentPercent;
    }

    Settlement settlement(Booking booking, String adminId) {
      return Settlement.of(
          CancellationPolicy.split(booking.policy(), booking.price(), studentPercent, rule),
          adminId);
    }
  }
}
