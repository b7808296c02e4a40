package io.classbell.wallet;

import io.classbell.platform.bus.Caller;
import io.classbell.wallet.api.WalletApi.Adjust;
import io.classbell.wallet.api.WalletApi.Deposit;
import io.classbell.wallet.api.WalletApi.Hold;
import io.classbell.wallet.api.WalletApi.MoveHold;
import io.classbell.wallet.api.WalletApi.PayOut;
import io.classbell.wallet.api.WalletApi.ReturnWithdrawal;
import io.classbell.wallet.api.WalletApi.Settle;
import io.classbell.wallet.api.WalletApi.VoidHold;
import io.classbell.wallet.api.WalletApi.Withdraw;

/** Commands about one student, one teacher and two meetings. */
public final class Commands {
  public static final String STUDENT = "01900000-0000-7000-8000-000000000001";
  public static final String TEACHER = "01900000-0000-7000-8000-000000000002";
  static final String ADMIN = "01900000-0000-7000-8000-000000000003";
  public static final String MEETING = "01900000-0000-7000-8000-00000000000a";
  public static final String OTHER_MEETING = "01900000-0000-7000-8000-00000000000b";

  public static Deposit deposit(String id, long amount) {
    return depositTo(STUDENT, id, amount);
  }

  static Deposit depositTo(String userId, String id, long amount) {
    return new Deposit(id, userId, amount, "test", null);
  }

  public static Adjust adjust(String id, long amount) {
    return new Adjust(id, new Caller(ADMIN, Caller.Role.admin), STUDENT, amount, "by phone");
  }

  public static Hold hold(String bookingId, long amount) {
    return new Hold(bookingId, MEETING, STUDENT, amount, "Algebra");
  }

  public static MoveHold move(String id, String bookingId, String to, long newAmount) {
    return moveFrom(MEETING, id, bookingId, to, newAmount);
  }

  public static MoveHold moveFrom(
      String from, String id, String bookingId, String to, long newAmount) {
    return new MoveHold(id, bookingId, from, to, newAmount, "Algebra");
  }

  public static Settle settle(String bookingId, long student, long teacher, long fee) {
    return settleIn(MEETING, bookingId, student, teacher, fee);
  }

  public static Settle settleIn(
      String meeting, String bookingId, long student, long teacher, long fee) {
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

  public static Settle settleAs(String kind, String bookingId, long student) {
    return new Settle(
        bookingId, MEETING, STUDENT, TEACHER, student, 0, 0, kind, "class_held", "Algebra", null);
  }

  public static VoidHold voidHold(String bookingId) {
    return new VoidHold(bookingId, MEETING, STUDENT, "seat_lost", "Algebra");
  }

  public static Withdraw withdraw(String id, long amount) {
    return new Withdraw(id, STUDENT, amount, "manual");
  }

  public static PayOut payOut(String id, long amount) {
    return new PayOut(id, STUDENT, amount, "manual");
  }

  public static ReturnWithdrawal returned(String id, long amount) {
    return new ReturnWithdrawal(id, null, STUDENT, amount, amount, "manual", "withdrawal_rejected");
  }

  public static ReturnWithdrawal returnedPart(String id, String reversal, long total, long part) {
    return new ReturnWithdrawal(
        id, reversal, STUDENT, total, part, "manual", "withdrawal_returned");
  }

  private Commands() {}
}
