package io.classbell.booking.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.Rows;
import io.classbell.booking.api.MeetingApi.ReviewReason;
import io.classbell.booking.model.ProposalRules.Proposal;
import io.classbell.booking.model.ProposalRules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the evidence of a class of 60 minutes suggests. */
class ProposalRulesTest {
  private final Meeting meeting = Rows.slot();
  private final Booking booking = Rows.booking(meeting).confirmed();
  private final List<Stay> stays = new ArrayList<>();

  @Test
  void a_teacher_who_did_not_join_gets_nothing() {
    stay(booking.studentId(), 0, 60);
    assertThat(proposal().rule()).isEqualTo(Rule.teacher_absent);
    assertThat(proposal().studentPercent()).isEqualTo(100);
    assertThat(proposal().decision()).isEqualTo("refund_students");
    assertThat(ProposalRules.forReview(meeting, List.of(booking), stays).rule())
        .isEqualTo(Rule.teacher_absent);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, teacher_partly_present",
    "1, 98, teacher_partly_present",
    "19, 68, teacher_partly_present",
    "20, 0, class_held",
    "60, 0, class_held"
  })
  void a_teacher_of_less_than_a_third_is_paid_by_minutes(int minutes, int percent, Rule rule) {
    stay(meeting.teacherId(), 0, minutes);
    stay(booking.studentId(), 0, 60);
    assertThat(proposal().rule()).isEqualTo(rule);
    assertThat(proposal().studentPercent()).isEqualTo(percent);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 98, student_partly_present",
    "15, 75, student_partly_present",
    "19, 68, student_partly_present",
    "20, 0, class_held",
    "60, 0, class_held"
  })
  void a_student_of_less_than_a_third_gets_back_the_share_of_the_missed_minutes(
      int minutes, int percent, Rule rule) {
    stay(meeting.teacherId(), 0, 60);
    stay(booking.studentId(), 0, minutes);
    assertThat(proposal().rule()).isEqualTo(rule);
    assertThat(proposal().studentPercent()).isEqualTo(percent);
  }

  @Test
  void a_student_who_did_not_join_pays_the_teacher_who_was_there() {
    stay(meeting.teacherId(), 0, 60);
    assertThat(proposal().rule()).isEqualTo(Rule.student_absent);
    assertThat(proposal().decision()).isEqualTo("pay_teacher");
    Booking other = Rows.booking(meeting).confirmed();
    stay(other.studentId(), 0, 60);
    Proposal ofClass = ProposalRules.forReview(meeting, List.of(booking, other), stays);
    assertThat(ofClass.rule()).isEqualTo(Rule.student_absent);
    assertThat(ofClass.reason()).contains("1 of 2 students");
  }

  @Test
  void where_nobody_could_join_everything_goes_back() {
    Meeting away =
        meeting.closed(
            Rows.NOW, List.of(new ReviewReason(meeting.teacherId(), ReviewReason.PLATFORM_AWAY)));
    assertThat(ProposalRules.forReview(away, List.of(booking), stays).rule())
        .isEqualTo(Rule.platform_away);
    assertThat(ProposalRules.forBooking(away, booking, stays).studentPercent()).isEqualTo(100);
  }

  @Test
  void only_the_time_of_the_class_counts_and_several_stays_add_up() {
    stay(booking.studentId(), -15, 5);
    stay(booking.studentId(), 10, 20);
    stay(booking.studentId(), 55, 90);
    assertThat(ProposalRules.minutes(meeting, booking.studentId(), stays)).isEqualTo(20);
    stays.clear();
    stays.add(new Stay(meeting.id(), booking.studentId(), meeting.startsAt(), null));
    assertThat(ProposalRules.minutes(meeting, booking.studentId(), stays)).isEqualTo(60);
    stays.clear();
    stay(booking.studentId(), -15, -1);
    assertThat(ProposalRules.minutes(meeting, booking.studentId(), stays)).isZero();
  }

  @Test
  void every_presence_gives_a_share_that_can_be_decided() {
    for (int teacher = 0; teacher <= 60; teacher++) {
      for (int student = 0; student <= 60; student++) {
        stays.clear();
        stay(meeting.teacherId(), 0, teacher);
        stay(booking.studentId(), 60 - student, 60);
        assertThat(proposal().studentPercent()).isBetween(0, 100);
        assertThat(proposal().reason()).isNotBlank();
      }
    }
  }

  private Proposal proposal() {
    return ProposalRules.forBooking(meeting, booking, stays);
  }

  private void stay(String userId, int from, int to) {
    stays.add(
        new Stay(
            meeting.id(),
            userId,
            meeting.startsAt().plus(Duration.ofMinutes(from)),
            meeting.startsAt().plus(Duration.ofMinutes(to))));
  }
}
