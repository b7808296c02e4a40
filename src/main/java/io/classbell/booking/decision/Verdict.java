package io.classbell.booking.decision;

import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.model.SettlementRule;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.ArrayList;
import java.util.List;

/**
 * The decision of an admin about a review, with its fields checked.
 *
 * @param studentPercent the share of each price that goes back to the student, 0 to 100
 */
public record Verdict(SettlementRule rule, String decision, int studentPercent) {
  private static final long LONGEST_NOTE = 1000;
  private static final String PERCENT = "studentPercent";
  private static final String SPLIT = "split";

  public static Verdict of(DecideReview command) {
    List<FieldError> errors = new ArrayList<>();
    FieldError note = FieldRules.line("note", command.note(), LONGEST_NOTE);
    if (note != null) {
      errors.add(note);
    }
    Integer percent = command.studentPercent();
    if (!DecideReview.DECISIONS.contains(command.decision())) {
      errors.add(FieldRules.notOneOf("decision", DecideReview.DECISIONS));
    } else if (!command.decision().equals(SPLIT)) {
      if (percent != null) {
        errors.add(
            new FieldError(
                PERCENT, FieldRules.NOT_ALLOWED, "Must be left out unless the decision is split."));
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
    if (!errors.isEmpty()) {
      throw new RejectedException(Rejection.ofFields(errors));
    }
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
        CancellationPolicy.split(booking.policy(), booking.price(), studentPercent, rule), adminId);
  }
}
