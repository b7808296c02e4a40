package io.classbell.http;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.EvidenceApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.StandingApi;
import io.classbell.http.school.DemoSchool;
import io.classbell.notification.api.NotificationApi;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PayoutApi;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.config.Secret;
import io.classbell.platform.idempotency.CommandKey;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Neighbours of the HTTP side that answer what they must, and remember what they were asked. */
final class FakeHouse {

  static final Instant START = Instant.parse("2031-03-04T16:00:00Z");
  static final String TEACHER = "01970000-0000-7000-8000-00000000000a";

  /** Long enough to be compressed. */
  static final String CALENDAR =
      "BEGIN:VCALENDAR\r\n" + "X-FILLER:class\r\n".repeat(100) + "END:VCALENDAR\r\n";

  static final String STUDENT = "01970000-0000-7000-8000-00000000000b";
  static final String ADMIN = "01970000-0000-7000-8000-00000000000c";
  static final String SLOT = "01970000-0000-7000-8000-000000000001";
  static final String UNKNOWN = "01970000-0000-7000-8000-0000000000ff";

  /** Everything that was asked, in order. */
  final List<Object> asked = Collections.synchronizedList(new ArrayList<>());

  final AtomicInteger bookings = new AtomicInteger();
  final AtomicInteger deposits = new AtomicInteger();
  final Set<String> keys = ConcurrentHashMap.newKeySet();
  volatile boolean depositIsRefused;
  volatile boolean bookingIsSilent;

  /** Whether questions for a booking get no answer, as where its node is frozen. */
  volatile boolean bookingsAreSilent;

  volatile boolean bookingIsFull;

  /** Whether a move of the clock gets no answer. */
  volatile boolean clockIsSilent;

  /** What became of each booking that is asked for. */
  volatile UnaryOperator<BookingApi.BookingView> became = UnaryOperator.identity();

  void serve(Bus bus) {
    on(bus, AccountApi.REGISTER, q -> user(STUDENT, q.email(), q.role()));
    on(bus, AccountApi.LOGIN, q -> tokens());
    on(bus, AccountApi.REFRESH, q -> tokens());
    on(bus, AccountApi.LOGOUT, q -> Ack.DONE);
    on(bus, AccountApi.REQUEST_RESET, q -> Ack.DONE);
    on(
        bus,
        AccountApi.CONFIRM_RESET,
        q -> {
          throw AccountApi.INVALID_TOKEN.refused();
        });
    on(bus, AccountApi.VERIFY_EMAIL, q -> Ack.DONE);
    on(bus, AccountApi.RESEND_VERIFICATION, q -> Ack.DONE);
    on(
        bus,
        AccountApi.PROFILE,
        q -> {
          if (q.userId().equals(UNKNOWN)) {
            throw AccountApi.NOT_FOUND.refused();
          }
          return user(q.userId(), "x@example.org", Caller.Role.teacher);
        });
    on(
        bus,
        AccountApi.UPDATE_PROFILE,
        q ->
            new AccountApi.Updated(
                user(q.userId(), "x@example.org", Caller.Role.student),
                q.newPassword() == null ? null : tokens()));
    on(
        bus,
        AccountApi.LIST_TEACHERS,
        q ->
            new AccountApi.Teachers(
                UNKNOWN.equals(q.teacherId()) ? List.of() : List.of(person(TEACHER)), null));
    on(
        bus,
        AccountApi.LIST_USERS,
        q ->
            new AccountApi.Users(
                UNKNOWN.equals(q.query())
                    ? List.of()
                    : List.of(user(STUDENT, "x@example.org", Caller.Role.student)),
                "c"));
    on(
        bus,
        AccountApi.UPDATE_USER,
        q -> user(known(q.userId(), AccountApi.NOT_FOUND), "x@example.org", Caller.Role.student));
    on(
        bus,
        AccountApi.LIST_ADMIN_ACTIONS,
        q ->
            new AccountApi.AdminActions(
                List.of(
                    new AccountApi.AdminActionView(
                        SLOT,
                        START,
                        ADMIN,
                        "user_disabled",
                        "user",
                        STUDENT,
                        null,
                        Map.of("status", "active"),
                        Map.of("status", "disabled"))),
                null));
    on(
        bus,
        BookingApi.PREVIEW_DEPARTURE,
        q -> new BookingApi.Departure(0, 0, 0, List.of(), 0, 0, List.of()));
    on(
        bus,
        AccountApi.PEOPLE,
        q -> new AccountApi.People(q.ids().stream().map(FakeHouse::person).toList()));
    on(
        bus,
        AccountApi.CREATE_CALENDAR_FEED,
        q -> new AccountApi.CalendarFeedToken(Secret.of(SLOT)));
    on(bus, AccountApi.REVOKE_CALENDAR_FEED, q -> Ack.DONE);
    on(
        bus,
        AccountApi.CALENDAR_FEED_OWNER,
        q -> {
          known(q.token().reveal(), AccountApi.NO_CALENDAR_FEED);
          return person(TEACHER);
        });
    on(bus, AccountApi.ENDED_SINCE, q -> new AccountApi.Ended(List.of(), Instant.EPOCH));
    on(bus, MeetingApi.CREATE_SLOT, q -> meeting(q.commandId()));
    on(
        bus,
        MeetingApi.CREATE_SERIES,
        q -> new MeetingApi.Series(q.commandId(), List.of(meeting(SLOT)), List.of()));
    on(bus, MeetingApi.TEACHER_SLOTS, q -> new MeetingApi.Meetings(List.of(meeting(SLOT)), null));
    on(bus, MeetingApi.SEARCH_SLOTS, q -> new MeetingApi.Meetings(List.of(meeting(SLOT)), "next"));
    on(bus, MeetingApi.SLOT, q -> meeting(known(q.slotId(), MeetingApi.NO_SLOT)));
    on(
        bus,
        MeetingApi.COUNT_DAYS,
        q -> new MeetingApi.DayTotals(List.of(new MeetingApi.DayTotal("2031-03-04", 1, 2)), null));
    on(
        bus,
        BookingApi.PREVIEW_MOVE,
        q -> {
          known(q.bookingId(), BookingApi.NO_BOOKING);
          return new BookingApi.MoveTerms(q.slotId(), 3000, 2500, 500, START);
        });
    on(
        bus,
        BookingApi.PREVIEW_MEETING_CANCELLATION,
        q ->
            new BookingApi.MeetingRefunds(
                known(q.meetingId(), MeetingApi.NO_MEETING), 0, 0, List.of()));
    on(bus, MeetingApi.UPDATE_SLOT, q -> meeting(known(q.slotId(), MeetingApi.NO_SLOT)));
    on(
        bus,
        MeetingApi.DELETE_SLOT,
        q -> {
          known(q.slotId(), MeetingApi.NO_SLOT);
          return Ack.DONE;
        });
    on(bus, MeetingApi.PREVIEW_SERIES, q -> new MeetingApi.SeriesPreview(List.of(), List.of()));
    on(bus, MeetingApi.ABSENCE, q -> new MeetingApi.Absence(q.dryRun(), 0, 0, 0, List.of()));
    on(bus, BookingApi.AGENDA, q -> new BookingApi.Agenda(List.of()));
    on(bus, MeetingApi.MEETING, q -> meeting(known(q.meetingId(), MeetingApi.NO_MEETING)));
    bus.serveAsync(BookingApi.BOOK, this::book);
    bus.serveAsync(
        BookingApi.BOOKING,
        q -> {
          asked.add(q);
          return bookingsAreSilent
              ? Future.future(never -> {})
              : Future.succeededFuture(
                  became.apply(booking(known(q.bookingId(), BookingApi.NO_BOOKING), "pending")));
        });
    on(
        bus,
        BookingApi.BOOKINGS,
        q -> new BookingApi.Bookings(List.of(booking(SLOT, "confirmed")), null));
    on(
        bus,
        BookingApi.PREVIEW_CANCELLATION,
        q -> {
          known(q.bookingId(), BookingApi.NO_BOOKING);
          return new BookingApi.Cancellation(
              2500, 1250, 1125, 125, "student_cancelled_late", START);
        });
    on(
        bus,
        BookingApi.CANCEL_BOOKING,
        q ->
            known(
                q.key(),
                became.apply(booking(known(q.bookingId(), BookingApi.NO_BOOKING), "cancelled"))));
    on(
        bus,
        BookingApi.MOVE_BOOKING,
        q ->
            known(
                q.key(),
                became.apply(booking(known(q.bookingId(), BookingApi.NO_BOOKING), "confirmed"))));
    on(bus, MeetingApi.CANCEL_MEETING, q -> meeting(known(q.meetingId(), MeetingApi.NO_MEETING)));
    on(
        bus,
        MeetingApi.JOIN,
        q ->
            new MeetingApi.Joined(
                known(q.meetingId(), MeetingApi.NO_MEETING), "https://meet.test/x", START));
    on(
        bus,
        MeetingApi.LEAVE,
        q -> new MeetingApi.Joined(known(q.meetingId(), MeetingApi.NO_MEETING), null, START));
    on(
        bus,
        EvidenceApi.EVIDENCE,
        q -> {
          known(q.meetingId(), MeetingApi.NO_MEETING);
          return new EvidenceApi.EvidencePage(
              List.of(
                  new EvidenceApi.Entry(
                      SLOT, START, "left", STUDENT, SLOT, "platform", 19, null, null, null, null)),
              null);
        });
    on(
        bus,
        StandingApi.STANDING,
        q -> {
          var line =
              new StandingApi.Line(
                  "student", SLOT, SLOT, "Harmony", 2, 2, 1, START, "class_scheduled");
          return new StandingApi.Standing(List.of(line), List.of(), List.of(), 2);
        });
    on(bus, DemoSchool.OPEN, q -> new DemoSchool.Opened(12, 12, 168, 300, START));
    on(bus, StandingApi.TEACHERS, q -> new StandingApi.Teachers(Map.of(SLOT, TEACHER)));
    on(bus, DisputeApi.OPEN, q -> dispute(known(q.bookingId(), BookingApi.NO_BOOKING)));
    on(bus, DisputeApi.OF_BOOKING, q -> dispute(known(q.bookingId(), DisputeApi.NO_DISPUTE)));
    on(bus, DisputeApi.ACCEPT, q -> dispute(known(q.disputeId(), DisputeApi.NO_DISPUTE)));
    on(bus, DisputeApi.ANSWER, q -> dispute(known(q.disputeId(), DisputeApi.NO_DISPUTE)));
    on(bus, DisputeApi.DECIDE, q -> dispute(known(q.disputeId(), DisputeApi.NO_DISPUTE)));
    on(bus, DisputeApi.LIST, q -> new DisputeApi.Disputes(List.of(dispute(SLOT)), "next"));
    on(
        bus,
        DisputeApi.CASE,
        q -> disputeCase(dispute(known(q.disputeId(), DisputeApi.NO_DISPUTE))));
    on(
        bus,
        DisputeApi.REVIEW,
        q -> {
          known(q.meetingId(), MeetingApi.NO_MEETING);
          return disputeCase(null);
        });
    on(bus, MeetingApi.LIST_REVIEWS, q -> new MeetingApi.Meetings(List.of(meeting(SLOT)), null));
    on(bus, MeetingApi.DECIDE_REVIEW, q -> meeting(known(q.meetingId(), MeetingApi.NO_MEETING)));
    on(bus, BookingApi.CALENDAR, q -> new BookingApi.Calendar(CALENDAR));
    on(
        bus,
        BookingApi.AUDIT,
        q -> new AuditFindings(List.of(AuditFindings.Invariant.of("seats", List.of()))));
    on(
        bus,
        WalletApi.AUDIT,
        q -> new AuditFindings(List.of(AuditFindings.Invariant.of("books", List.of("row 1")))));
    WalletApi.AccountView fees = new WalletApi.AccountView("fees", "system", null, 1, null);
    on(bus, WalletApi.LIST_ACCOUNTS, q -> new WalletApi.Accounts(List.of(fees), null));
    on(
        bus,
        WalletApi.ACCOUNT_ENTRIES,
        q -> {
          known(q.accountId(), WalletApi.NO_ACCOUNT);
          return new WalletApi.AccountEntries(fees, List.of(), null);
        });
    on(
        bus,
        WalletApi.TRANSACTION,
        q ->
            new WalletApi.TransactionView(
                known(q.id(), WalletApi.NO_TRANSACTION),
                SLOT,
                "deposit",
                START,
                100,
                null,
                null,
                null,
                "test",
                null,
                List.of(new WalletApi.TransactionEntry("wallet:" + STUDENT, 100, 100L))));
    on(bus, WalletApi.RECORD_PROOF, q -> Ack.DONE);
    on(bus, WalletApi.LAST_PROOF, q -> new WalletApi.LastProof(null));
    on(bus, MeetingApi.COUNTS, q -> new MeetingApi.MeetingCounts(1, 2));
    on(bus, ScheduleApi.COUNTS, q -> new ScheduleApi.MessageCounts(0, 0));
    on(bus, NotificationApi.WAITING, q -> new NotificationApi.Waiting(0));
    on(
        bus,
        PayoutApi.AUDIT,
        q -> new AuditFindings(List.of(AuditFindings.Invariant.of("payable", List.of()))));
    on(bus, PaymentApi.AUDIT, q -> new AuditFindings(List.of()));
    on(bus, PaymentApi.RATES, q -> new PaymentApi.Rates(List.of()));
    on(bus, PaymentApi.START_PURCHASE, q -> purchase(q.userId()));
    on(bus, PaymentApi.PURCHASE, q -> purchase(q.userId()));
    on(
        bus,
        PaymentApi.LIST_PURCHASES,
        q -> new PaymentApi.Purchases(List.of(purchase(SLOT)), null));
    on(
        bus,
        PaymentApi.REFUND_PURCHASE,
        q ->
            new PaymentApi.RefundView(
                SLOT,
                q.purchaseId(),
                "requested",
                q.amount(),
                q.amount(),
                "EUR",
                q.reason(),
                null,
                START));
    on(bus, WalletApi.BALANCE, q -> new WalletApi.Balance(1, 2, "credits", null));
    on(bus, WalletApi.HISTORY, q -> new WalletApi.History(List.of(), null));
    on(
        bus,
        WalletApi.DEPOSIT,
        q -> {
          deposits.incrementAndGet();
          if (depositIsRefused) {
            throw WalletApi.AMOUNT_OUT_OF_RANGE.refused();
          }
          return new WalletApi.Posted(q.commandId(), q.userId(), q.amount(), q.amount(), START);
        });
    on(
        bus,
        WalletApi.ADJUST,
        q -> new WalletApi.Posted(q.commandId(), q.userId(), q.amount(), 0, START));
    on(bus, PayoutApi.SET_ACCOUNT, q -> new PayoutApi.Account(q.provider(), "IBAN", START));
    on(
        bus,
        PayoutApi.ACCOUNTS,
        q -> new PayoutApi.Accounts(List.of(new PayoutApi.Account("manual", "IBAN", START))));
    on(bus, PayoutApi.REQUEST, q -> withdrawal(q.commandId(), "requested"));
    on(
        bus,
        PayoutApi.LIST,
        q -> new PayoutApi.Withdrawals(List.of(withdrawal(SLOT, "requested")), "next"));
    on(
        bus,
        PayoutApi.OPEN,
        q -> new PayoutApi.Withdrawals(List.of(withdrawal(SLOT, "requested")), null));
    on(
        bus,
        PayoutApi.CANCEL,
        q -> withdrawal(known(q.withdrawalId(), PayoutApi.NO_WITHDRAWAL), "cancelled"));
    on(
        bus,
        PayoutApi.LIST_ALL,
        q -> new PayoutApi.Withdrawals(List.of(withdrawal(SLOT, "requested")), "next"));
    on(bus, PayoutApi.EXPORT, q -> new PayoutApi.Export("\"id\"\r\n"));
    on(
        bus,
        PayoutApi.APPROVE,
        q -> withdrawal(known(q.withdrawalId(), PayoutApi.NO_WITHDRAWAL), "approved"));
    on(
        bus,
        PayoutApi.REJECT,
        q -> withdrawal(known(q.withdrawalId(), PayoutApi.NO_WITHDRAWAL), "rejected"));
    on(
        bus,
        PayoutApi.MARK_PAID,
        q -> withdrawal(known(q.withdrawalId(), PayoutApi.NO_WITHDRAWAL), "paid"));
    on(
        bus,
        NotificationApi.LIST,
        q -> new NotificationApi.Inbox(List.of(notification(1)), null, 1));
    on(
        bus,
        NotificationApi.MARK_READ,
        q -> {
          known(q.notificationId(), NotificationApi.NOT_FOUND);
          return notification(1);
        });
    on(bus, NotificationApi.MARK_ALL_READ, q -> new NotificationApi.Unread(0));
    on(bus, NotificationApi.PREFERENCES, q -> preferences());
    on(bus, NotificationApi.SET_PREFERENCES, q -> preferences());
    on(bus, NotificationApi.ADD_DEVICE, q -> new NotificationApi.Device(SLOT, q.platform(), START));
    on(bus, NotificationApi.REMOVE_DEVICE, q -> Ack.DONE);
    on(
        bus,
        NotificationApi.MAILBOX,
        q ->
            new NotificationApi.Mailbox(
                List.of(
                    new NotificationApi.CaughtMail(
                        Objects.requireNonNullElse(q.to(), "a@b.test"),
                        "<script>alert(1)</script>",
                        "text",
                        null,
                        Map.of(),
                        START))));
    on(bus, ScheduleApi.READ_CLOCK, q -> new ScheduleApi.ClockReading(START));
    bus.serveAsync(
        ScheduleApi.ADVANCE_CLOCK,
        q -> {
          asked.add(q);
          return clockIsSilent
              ? Future.future(never -> {})
              : Future.succeededFuture(new ScheduleApi.ClockReading(START));
        });
    on(bus, ScheduleApi.LIST_DEAD_LETTERS, q -> new ScheduleApi.DeadLetters(List.of(), null));
    on(bus, ScheduleApi.REPLAY_DEAD_LETTER, q -> letter(known(q.id(), ScheduleApi.NO_DEAD_LETTER)));
  }

  private <Q, A> void on(Bus bus, Operation<Q, A> operation, Function<Q, A> handler) {
    bus.serveAsync(
        operation,
        question -> {
          asked.add(question);
          return Future.succeededFuture(handler.apply(question));
        });
  }

  private Future<BookingApi.BookingView> book(BookingApi.Book command) {
    asked.add(command);
    bookings.incrementAndGet();
    if (bookingIsSilent) {
      return Future.future(never -> {});
    }
    if (bookingIsFull) {
      return Future.failedFuture(BookingApi.SLOT_FULL.refused());
    }
    if (!command.slotId().equals(SLOT)) {
      return Future.failedFuture(MeetingApi.NO_SLOT.refused());
    }
    return Future.succeededFuture(known(command.key(), booking(command.commandId(), "confirmed")));
  }

  /** As the module does: a command whose key is known is answered as repeated. */
  private BookingApi.BookingView known(CommandKey key, BookingApi.BookingView booking) {
    return key == null || keys.add(key.id()) ? booking : booking.asRepeated();
  }

  private static String known(String id, io.classbell.platform.failure.RejectionCode otherwise) {
    if (id.equals(UNKNOWN)) {
      throw otherwise.refused();
    }
    return id;
  }

  private static AccountApi.User user(String id, String email, Caller.Role role) {
    return new AccountApi.User(id, email, "Ada", role, "active", "UTC", "en", START, true);
  }

  private static AccountApi.Tokens tokens() {
    return new AccountApi.Tokens(
        Secret.of("access"),
        900,
        Secret.of("refresh"),
        86_400,
        user(STUDENT, "x@example.org", Caller.Role.student),
        null);
  }

  private static AccountApi.Person person(String id) {
    return new AccountApi.Person(
        id, "t@example.org", "Terry", Caller.Role.teacher, true, "UTC", "en");
  }

  private static NotificationApi.Preferences preferences() {
    return new NotificationApi.Preferences(
        Map.of("reminder", Map.of("in_app", true, "email", true, "push", false)),
        Map.of("reminder", List.of("in_app")));
  }

  private static ScheduleApi.DeadLetter letter(String id) {
    return new ScheduleApi.DeadLetter(id, "schedule", "booking.resume", START, 9, "x", START);
  }

  static NotificationApi.Notification notification(long seq) {
    return new NotificationApi.Notification(
        SLOT, seq, "reminder", "Soon", "Your class is soon.", Map.of(), START, null);
  }

  private static DisputeApi.DisputeView dispute(String id) {
    BookingApi.Split split = new BookingApi.Split(1250, 1125, 125, "dispute_agreed", false);
    return new DisputeApi.DisputeView(
        id,
        SLOT,
        meeting(SLOT),
        STUDENT,
        TEACHER,
        "student",
        "answered",
        "There was no sound.",
        50,
        split,
        2500,
        START,
        START,
        new DisputeApi.Answer("There was.", 50, split, START),
        new DisputeApi.Outcome("decided", 50, split, "So be it.", START),
        false,
        true);
  }

  private static DisputeApi.CaseView disputeCase(DisputeApi.DisputeView dispute) {
    return new DisputeApi.CaseView(
        meeting(SLOT),
        dispute,
        new DisputeApi.ProposalView("teacher_absent", 100, "refund_students", "Nobody came."),
        List.of(new DisputeApi.Option("refund_students", 100, 2500, 0, 0)),
        1,
        2500,
        List.of(
            new DisputeApi.Presence(TEACHER, "teacher", null, "absent", 0, null, null, null),
            new DisputeApi.Presence(STUDENT, "student", SLOT, "present", 9, START, START, 2500L)));
  }

  private static MeetingApi.MeetingView meeting(String id) {
    return new MeetingApi.MeetingView(
        id,
        "Harmony",
        TEACHER,
        START,
        60,
        10,
        1,
        2500,
        "scheduled",
        false,
        List.of(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        1L);
  }

  private static PayoutApi.WithdrawalView withdrawal(String id, String status) {
    return new PayoutApi.WithdrawalView(
        id,
        TEACHER,
        2500,
        "manual",
        "IBAN",
        "EUR",
        "25.00",
        status,
        0,
        null,
        null,
        null,
        List.of(ADMIN),
        0,
        START,
        START);
  }

  private static BookingApi.BookingView booking(String id, String status) {
    return new BookingApi.BookingView(
        id,
        STUDENT,
        status,
        null,
        SLOT,
        meeting(SLOT),
        2500,
        new BookingApi.Policy(List.of(new BookingApi.Tier(Duration.ofHours(24), 100)), 10),
        "unknown",
        START,
        null,
        null,
        "held",
        null);
  }

  private static PaymentApi.PurchaseView purchase(String userId) {
    return new PaymentApi.PurchaseView(
        SLOT,
        "pending",
        "stripe",
        100,
        100,
        "EUR",
        "https://checkout.example.com/x",
        START,
        START,
        null,
        null,
        userId,
        null,
        null);
  }
}
