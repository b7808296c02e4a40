package io.classbell.booking;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.audit.BookingAudit;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Ids;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/** Each invariant is broken by hand once: a check that cannot fail proves nothing. */
@OnBothDatabases
class BookingAuditIT {
  @Parameter TestDatabase database;
  private BookingWorld world;
  private Meeting slot;
  private Booking booking;

  @BeforeEach
  void start() {
    world = new BookingWorld(database);
    slot = world.slot(5, 2500);
    booking = world.booked(slot);
    sql(
        "INSERT INTO ledger_account (id, kind, owner_id, balance, held) VALUES ('escrow:%1$s', 'escrow', '%1$s', 2500, 0)"
            .formatted(slot.id()),
        "INSERT INTO ledger_hold VALUES ('%s', '%s', '%s', 2500, 'held')"
            .formatted(booking.id(), slot.id(), booking.studentId()));
  }

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void a_sound_platform_violates_nothing() {
    AuditFindings findings = audit();
    assertThat(findings.invariants()).hasSizeGreaterThan(15).allMatch(Invariant::ok);
    assertThat(findings.invariants().stream().map(Invariant::name))
        .doesNotHaveDuplicates()
        .allMatch(n -> n.matches("[a-z_]+"));
  }

  @Test
  void it_reads_the_platforms_time_itself() {
    AuditFindings findings = world.node.database().inSnapshot(BookingAudit::findings);
    assertThat(findings.invariants()).hasSameSizeAs(audit().invariants());
  }

  @Test
  void a_whole_life_violates_nothing_at_any_step() {
    for (Duration step :
        List.of(
            Duration.ofHours(-24),
            Duration.ofMinutes(-15),
            Duration.ZERO,
            Duration.ofHours(1),
            Duration.ofHours(26))) {
      world.moveTo(BookingWorld.START.plus(step));
      world.settleDown();
      assertThat(violated()).as("at %s", step).isEmpty();
    }
    assertThat(world.meeting(slot).review()).isEqualTo(Meeting.Review.needed);
  }

  @Test
  void seats_that_do_not_add_up() {
    breaks("seats_taken_equals_live_bookings", "UPDATE meeting SET seats_taken = 2");
  }

  @Test
  void a_live_mark_that_lies() {
    breaks("live_marks_match_the_status", "UPDATE meeting_participant SET live = NULL");
  }

  @Test
  void two_bookings_at_once() {
    Meeting other = world.slot(Ids.next(), BookingWorld.START.plus(Duration.ofMinutes(59)), 5, 0);
    Booking second = world.seat(other, booking.studentId(), true);
    assertThat(violated()).contains("no_overlapping_bookings");
    assertThat(sentence("no_overlapping_bookings")).contains(second.id());
  }

  @Test
  void two_slots_at_once() {
    world.slot(slot.teacherId(), BookingWorld.START.plus(Duration.ofMinutes(30)), 5, 0);
    assertThat(violated()).containsExactly("no_overlapping_slots");
  }

  @Test
  void slots_and_bookings_that_touch_do_not_overlap() {
    Meeting next = world.slot(slot.teacherId(), BookingWorld.START.plus(Duration.ofHours(1)), 5, 0);
    world.seat(next, booking.studentId(), true);
    assertThat(violated()).doesNotContain("no_overlapping_slots", "no_overlapping_bookings");
  }

  @Test
  void a_booking_at_another_time_than_its_meeting() {
    breaks(
        "bookings_know_their_meetings_time",
        "UPDATE meeting_participant SET starts_at = starts_at + INTERVAL 1 MINUTE");
  }

  @Test
  void escrow_that_is_not_what_bookings_hold() {
    breaks("escrow_equals_held_bookings", "UPDATE ledger_account SET balance = 2499");
  }

  @Test
  void money_under_way_counts_where_the_ledger_has_it() {
    sql("UPDATE meeting_participant SET money = 'asked', status = 'pending'");
    assertThat(violated()).doesNotContain("escrow_equals_held_bookings");
    sql("UPDATE ledger_hold SET state = 'settled'", "UPDATE ledger_account SET balance = 0");
    assertThat(violated()).doesNotContain("escrow_equals_held_bookings");
    sql("UPDATE ledger_account SET balance = 1");
    assertThat(violated()).contains("escrow_equals_held_bookings");
  }

  @Test
  void money_left_in_a_cancelled_meeting() {
    sql(
        "UPDATE meeting SET status = 'cancelled', seats_taken = 0",
        "UPDATE meeting_participant SET status = 'cancelled', live = NULL, money = 'none'");
    later();
    assertThat(violated())
        .contains("escrow_of_ended_meetings_is_zero", "bookings_agree_with_their_holds");
  }

  @Test
  void a_hold_that_is_missing_or_of_another_amount() {
    breaks("bookings_agree_with_their_holds", "UPDATE ledger_hold SET amount = 2000");
    sql("DELETE FROM ledger_hold");
    assertThat(violated()).contains("bookings_agree_with_their_holds");
    assertThat(sentence("bookings_agree_with_their_holds")).contains("missing");
  }

  @Test
  void parts_that_do_not_add_up() {
    breaks(
        "refund_parts_add_up_to_the_price",
        "UPDATE meeting_participant SET settlement ="
            + " '{\"student\":1250,\"teacher\":1125,\"fee\":124}'");
    sql("UPDATE meeting_participant SET settlement = '{\"student\":1250}'");
    assertThat(violated()).contains("refund_parts_add_up_to_the_price");
    sql(
        "UPDATE meeting_participant SET settlement ="
            + " '{\"student\":1250,\"teacher\":1125,\"fee\":125}'");
    assertThat(violated()).isEmpty();
  }

  @Test
  void money_on_its_way_to_nobody() {
    sql("UPDATE meeting_participant SET money = 'settling'");
    assertThat(violated()).contains("settled_bookings_have_their_split");
  }

  @Test
  void a_review_whose_money_went() {
    sql(
        "UPDATE meeting SET review_state = 'needed'",
        "UPDATE meeting_participant SET status = 'completed', money = 'settled'");
    assertThat(violated()).contains("reviews_keep_the_money");
  }

  @Test
  void a_meeting_closed_before_it_opened() {
    breaks("meetings_opened_and_closed_once_in_order", "UPDATE meeting SET status = 'open'");
    sql("UPDATE meeting SET status = 'closed', opened_at = ends_at, closed_at = starts_at");
    assertThat(violated()).contains("meetings_opened_and_closed_once_in_order");
    sql("UPDATE meeting SET status = 'closed', opened_at = starts_at, closed_at = ends_at");
    assertThat(violated()).doesNotContain("meetings_opened_and_closed_once_in_order");
  }

  @Test
  void a_meeting_that_time_forgot() {
    world.moveTo(BookingWorld.START.plus(Duration.ofHours(2)));
    assertThat(violated()).contains("no_meeting_lives_after_its_end");
    sql("DELETE FROM scheduled_message WHERE dedup_key LIKE 'milestone:%:open'");
    assertThat(violated()).contains("live_meetings_have_a_next_milestone");
  }

  @Test
  void a_milestone_without_a_key_and_a_reminder_to_come_are_milestones() {
    sql("UPDATE scheduled_message SET dedup_key = NULL");
    assertThat(violated()).isEmpty();
    sql("DELETE FROM scheduled_message WHERE body LIKE '%\"open\"%'");
    assertThat(violated()).isEmpty();
    sql("DELETE FROM scheduled_message");
    assertThat(violated()).containsExactly("live_meetings_have_a_next_milestone");
  }

  @Test
  void what_stays_under_way() {
    world.pending(slot);
    assertThat(violated()).as("younger than the recovery time").isEmpty();
    later();
    assertThat(violated()).containsExactly("nothing_pending_beyond_recovery");
  }

  @Test
  void a_message_that_nobody_delivers() {
    sql(
        "UPDATE scheduled_message SET due_at = '2020-01-01 00:00:00',"
            + " created_at = '2020-01-01 00:00:00'");
    assertThat(violated()).containsExactly("no_message_overdue");
  }

  @Test
  void people_who_were_not_told() {
    account(booking.studentId());
    account(slot.teacherId());
    assertThat(violated()).as("younger than the recovery time").isEmpty();
    later();
    assertThat(violated()).containsExactly("bookings_have_their_notifications");
    tell(booking.studentId(), 1, "booking_confirmed:" + booking.id());
    assertThat(sentence("bookings_have_their_notifications")).contains(slot.teacherId());
    tell(slot.teacherId(), 1, "booking_confirmed:" + booking.id());
    assertThat(violated()).isEmpty();

    world.moveTo(BookingWorld.START.plus(Duration.ofHours(1)));
    world.settleDown();
    later();
    assertThat(violated()).containsExactly("meetings_have_their_notifications");
    for (String user : List.of(booking.studentId(), slot.teacherId())) {
      tell(user, 2, "meeting_opened:" + slot.id());
      tell(user, 3, "meeting_closed:" + slot.id());
    }
    assertThat(violated()).isEmpty();
  }

  @Test
  void an_inbox_with_a_gap() {
    sql("INSERT INTO inbox VALUES ('%s', 3, 3)".formatted(booking.studentId()));
    tell(booking.studentId(), 3, "booking_confirmed:" + booking.id());
    assertThat(violated()).containsExactly("notification_seq_has_no_gap");
  }

  private void breaks(String invariant, String statement) {
    assertThat(violated()).isEmpty();
    sql(statement);
    assertThat(violated()).contains(invariant);
    assertThat(sentence(invariant)).endsWith(".").containsAnyOf(slot.id(), booking.id());
  }

  private void later() {
    world.moveTo(world.now().plusSeconds(31));
  }

  private AuditFindings audit() {
    Instant now = world.now();
    return world.node.database().inSnapshot(sql -> BookingAudit.findings(sql, now));
  }

  private List<String> violated() {
    return audit().invariants().stream().filter(i -> !i.ok()).map(Invariant::name).toList();
  }

  private String sentence(String invariant) {
    return audit().invariants().stream()
        .filter(i -> i.name().equals(invariant))
        .flatMap(i -> i.violations().stream())
        .findFirst()
        .orElseThrow();
  }

  private void account(String id) {
    sql(
        """
        INSERT INTO user_account (id, email, password_hash, name, role, status, timezone, locale,
          created_at, updated_at)
        VALUES ('%1$s', '%1$s@example.org', 'x', 'Ada', 'student', 'active', 'UTC', 'en',
          '2030-01-01', '2030-01-01')
        """
            .formatted(id));
  }

  private void tell(String userId, int seq, String cause) {
    sql(
        """
        INSERT INTO notification (user_id, seq, id, kind, cause, title, text, data, created_at)
        VALUES ('%s', %d, '%s', 'reminder', '%s', 't', 't', '{}', '2030-01-01')
        """
            .formatted(userId, seq, Ids.next(), cause));
  }

  private void sql(String... statements) {
    world.server.execute(world.databaseSettings, statements);
  }
}
