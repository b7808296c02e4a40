package io.classbell.booking.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.Rows;
import io.classbell.booking.api.MeetingApi.ReviewDecision;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Attendance;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Evidence;
import io.classbell.booking.model.Evidence.Kind;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.Move;
import io.classbell.booking.model.Settlement;
import io.classbell.platform.Ids;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The entries of evidence that changes cause, without a database. */
final class EvidenceEntriesTest {
  private final Meeting slot = Rows.slot();
  private final Booking booking = Rows.booking(slot).confirmed();
  private final BookingUnitOfWork unit = new BookingUnitOfWork(Rows.NOW);

  @Test
  void a_class_that_opens_closes_and_is_decided_has_an_entry_for_each() {
    unit.load(slot);
    unit.change(slot.opened(Rows.NOW));
    assertThat(kinds()).containsExactly(Kind.opened);

    Meeting open = slot.opened(Rows.NOW);
    BookingUnitOfWork closing = new BookingUnitOfWork(Rows.NOW);
    closing.load(open);
    closing.change(
        open.closed(Rows.NOW, List.of(new ReviewReason(slot.teacherId(), "teacher_absent"))));
    assertThat(EvidenceEntries.of(closing)).extracting(Evidence::kind).containsExactly(Kind.closed);

    Meeting closed = open.closed(Rows.NOW, List.of());
    BookingUnitOfWork deciding = new BookingUnitOfWork(Rows.NOW);
    deciding.load(closed);
    deciding.change(
        closed.decided(new ReviewDecision("split", 30, "They were ill.", Ids.next(), Rows.NOW)));
    Evidence decided = EvidenceEntries.of(deciding).getFirst();
    assertThat(decided.kind()).isEqualTo(Kind.decided);
    assertThat(decided.actor()).isEqualTo("admin");
    assertThat(decided.details())
        .isEqualTo(new Evidence.Details(null, "They were ill.", "split", 30));
  }

  @Test
  void a_late_close_that_opens_the_class_first_says_both() {
    unit.load(slot);
    unit.change(slot.opened(Rows.NOW).closed(Rows.NOW, List.of()));
    assertThat(kinds()).containsExactly(Kind.opened, Kind.closed);
  }

  @Test
  void a_student_who_cancels_is_named_and_students_of_a_cancelled_class_are_not_repeated() {
    Settlement refund =
        Settlement.of(CancellationPolicy.meetingCancelled(booking.policy(), 2500), null);
    unit.load(slot);
    unit.load(booking);
    unit.change(booking.cancelled("student", "ill", refund));
    Evidence entry = EvidenceEntries.of(unit).getFirst();
    assertThat(kinds()).containsExactly(Kind.cancelled);
    assertThat(entry.userId()).isEqualTo(booking.studentId());
    assertThat(entry.details().text()).isEqualTo("ill");

    BookingUnitOfWork whole = new BookingUnitOfWork(Rows.NOW);
    whole.load(slot);
    whole.load(booking);
    whole.change(slot.cancelled(Rows.NOW, "teacher", "storm"));
    whole.change(booking.cancelled("teacher", "storm", refund));
    assertThat(EvidenceEntries.of(whole)).hasSize(1);
    assertThat(EvidenceEntries.of(whole).getFirst().userId()).isNull();
    assertThat(EvidenceEntries.of(whole).getFirst().actor()).isEqualTo("teacher");
  }

  @Test
  void a_booking_that_never_was_confirmed_leaves_no_trace() {
    Booking pending = Rows.booking(slot);
    unit.load(slot);
    unit.load(pending);
    unit.change(pending.cancelled("student", null, null));
    assertThat(kinds()).isEmpty();
  }

  @Test
  void a_move_is_in_the_evidence_of_both_classes_and_neither_names_the_other() {
    Meeting to = Rows.slot();
    Move move = Move.begun(Ids.next(), booking, to);
    Booking moving = booking.moving(move);
    unit.load(slot);
    unit.load(to);
    unit.load(moving);
    unit.change(moving.moved(to, move));
    List<Evidence> entries = EvidenceEntries.of(unit);
    assertThat(kinds()).containsExactly(Kind.moved_out, Kind.moved_in);
    assertThat(entries).extracting(Evidence::meetingId).containsExactly(slot.id(), to.id());
    assertThat(entries).allMatch(e -> e.details().equals(Evidence.Details.NONE));
  }

  @Test
  void attendance_and_money_alone_make_no_entry() {
    unit.load(slot);
    unit.load(booking);
    unit.change(booking.completed(Attendance.present));
    assertThat(kinds()).isEmpty();
  }

  private List<Kind> kinds() {
    return EvidenceEntries.of(unit).stream().map(Evidence::kind).toList();
  }
}
