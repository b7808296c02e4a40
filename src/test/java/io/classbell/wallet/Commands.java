package io.classbell.wallet;

import io.classbell.platform.bus.Caller;
import io.classbell.wallet.WalletApi.Adjust;
import io.classbell.wallet.WalletApi.Deposit;
import io.classbell.wallet.WalletApi.Hold;
import io.classbell.wallet.WalletApi.MoveHold;
import io.classbell.wallet.WalletApi.Settle;
import io.classbell.wallet.WalletApi.VoidHold;

/** Commands about one student, one teacher and two meetings. */
final class Commands {
  static final String STUDENT = "01900000-0000-7000-8000-000000000001";
  static final String TEACHER = "01900000-0000-7000-8000-000000000002";
  static final String ADMIN = "01900000-0000-7000-8000-000000000003";
  static final String MEETING = "01900000-0000-7000-8000-00000000000a";
  static final String OTHER_MEETING = "01900000-0000-7000-8000-00000000000b";

  static Deposit deposit(String id, long amount) {
    return depositTo(STUDENT, id, amount);
  }

  static Deposit depositTo(String userId, String id, long amount) {
    return new Deposit(id, userId, amount, "test", null);
  }

  static Adjust adjust(String id, long amount) {
    return new Adjust(id, new Caller(ADMIN, Caller.Role.admin), STUDENT, amount, "by phone");
  }

  static Hold hold(String bookingId, long amount) {
    return new Hold(bookingId, MEETING, STUDENT, amount, "Algebra");
  }

  static MoveHold move(String id, String bookingId, String to, long newAmount) {
    return moveFrom(MEETING, id, bookingId, to, newAmount);
  }

  static MoveHold moveFrom(String from, String id, String bookingId, String to, long newAmount) {
    return new MoveHold(id, bookingId, from, to, newAmount, "Algebra");
  }

  static Settle settle(String bookingId, long student, long teacher, long fee) {
    return settleIn(MEETING, bookingId, student, teacher, fee);
  }

  static Settle settleIn(String meeting, String bookingId, long student, long teacher, long fee) {
    return new Settle(
        bookingId,
        meeting,
        STUDENT,
        TEACHER,
        student,
        teacher,
        fee,
        "refund",
        "student_cancelled_late",
        "Algebra",
        STUDENT);
  }

  static Settle settleAs(String kind, String bookingId, long student) {
    return new Settle(
        bookingId, MEETING, STUDENT, TEACHER, student, 0, 0, kind, "class_held", "Algebra", null);
  }

  static VoidHold voidHold(String bookingId) {
    return new VoidHold(bookingId, MEETING, STUDENT, "seat_lost", "Algebra");
  }

  private Commands() {}
}
