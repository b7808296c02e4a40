package io.classbell.booking;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What must become of a few people's classes and credits by the platform's rules alone, kept in
 * memory: no messages, no sagas, no locks. Each command answers {@link #DONE} or the code of its
 * refusal.
 */
final class PaperSchool {
  static final String DONE = "done";

  private static final Duration IN_TIME = Duration.ofHours(24);
  private static final Duration OPENS_BEFORE = Duration.ofMinutes(15);
  private static final Duration DISPUTES = Duration.ofHours(24);
  private static final int FEE_PERCENT = 10;

  /** A class. */
  static final class Slot {
    final String id;
    final String teacher;
    final Instant start;
    final Instant end;
    final int capacity;
    final long price;
    String status = "scheduled";
    boolean began;
    boolean teacherCame;
    String review = "none";
    int decided;
    Instant release = Instant.MAX;

    Slot(String id, String teacher, Instant start, Duration length, int capacity, long price) {
      this.id = id;
      this.teacher = teacher;
      this.start = start;
      this.end = start.plus(length);
      this.capacity = capacity;
      this.price = price;
    }

    boolean live() {
      return status.equals("scheduled") || status.equals("open");
    }

    boolean touches(Slot other) {
      return start.isBefore(other.end) && other.start.isBefore(end);
    }
  }

  /** A booking. */
  static final class Seat {
    final String id;
    final String student;
    Slot slot;
    long price;
    String status = "confirmed";
    boolean byTeacher;
    boolean present;
    boolean held = true;

    Seat(String id, String student, Slot slot) {
      this.id = id;
      this.student = student;
      this.slot = slot;
      this.price = slot.price;
    }

    boolean live() {
      return status.equals("confirmed") || status.equals("completed");
    }
  }

  final List<Slot> slots = new ArrayList<>();
  final List<Seat> seats = new ArrayList<>();
  final Map<String, Long> credits = new LinkedHashMap<>();

  /** What was given back to students and paid to teachers, by {@code kind:bookingId}. */
  final Map<String, Long> told = new TreeMap<>();

  long fees;
  Instant now;

  PaperSchool(Instant now) {
    this.now = now;
  }

  String offer(Slot slot) {
    if (slots.stream()
        .anyMatch(s -> s.live() && s.teacher.equals(slot.teacher) && s.touches(slot))) {
      return "overlapping_slot";
    }
    slots.add(slot);
    return DONE;
  }

  String book(String id, String student, Slot slot) {
    String no = noSeat(student, slot, null);
    if (no != null) {
      return no;
    }
    boolean poor = credits.get(student) < slot.price;
    boolean rejectedBefore =
        seats.stream()
            .anyMatch(
                s -> s.slot == slot && s.student.equals(student) && s.status.equals("rejected"));
    if (poor && rejectedBefore) {
      return "insufficient_credits";
    }
    Seat seat = new Seat(id, student, slot);
    seats.add(seat);
    if (poor) {
      seat.status = "rejected";
      seat.held = false;
      return "insufficient_credits";
    }
    pay(student, -slot.price);
    return DONE;
  }

  String cancel(String student, Seat seat) {
    if (!seat.student.equals(student)) {
      return "not_found";
    }
    return switch (seat.status) {
      case "rejected" -> "not_cancellable";
      case "completed" -> "too_late";
      case "cancelled" -> DONE;
      default -> {
        if (now.isAfter(seat.slot.start)) {
          yield "too_late";
        }
        settle(seat, isInTime(seat) ? 100 : 50);
        seat.status = "cancelled";
        yield DONE;
      }
    };
  }

  String move(Seat seat, Slot to) {
    if (!seat.status.equals("confirmed")) {
      return "not_confirmed";
    }
    if (seat.slot == to) {
      return "same_slot";
    }
    if (!isInTime(seat)) {
      return "too_late";
    }
    String no = noSeat(seat.student, to, seat);
    if (no != null) {
      return no;
    }
    long more = to.price - seat.price;
    if (credits.get(seat.student) < more) {
      return "insufficient_credits";
    }
    pay(seat.student, -more);
    seat.slot = to;
    seat.price = to.price;
    return DONE;
  }

  /** Joins, or leaves: who may do one may do the other. */
  String visit(String user, Slot slot, boolean join) {
    List<Seat> theirs = seats.stream().filter(s -> s.slot == slot && hasPlace(user, s)).toList();
    boolean teacher = slot.teacher.equals(user);
    if (!teacher && theirs.isEmpty()) {
      return "not_found";
    }
    if (!slot.status.equals("open") || !now.isBefore(slot.end)) {
      return "meeting_not_open";
    }
    if (join && teacher) {
      slot.teacherCame = true;
    } else if (join) {
      theirs.forEach(s -> s.present = true);
    }
    return DONE;
  }

  String cancelMeeting(Slot slot) {
    if (slot.status.equals("cancelled")) {
      return DONE;
    }
    if (!slot.live()) {
      return "not_cancellable";
    }
    slot.status = "cancelled";
    liveIn(slot)
        .forEach(
            seat -> {
              settle(seat, 100);
              seat.status = "cancelled";
              seat.byTeacher = true;
            });
    return DONE;
  }

  String decide(Slot slot, int studentPercent) {
    if (slot.review.equals("decided")) {
      return slot.decided == studentPercent ? DONE : "not_in_review";
    }
    if (!slot.review.equals("needed")) {
      return "not_in_review";
    }
    slot.review = "decided";
    slot.decided = studentPercent;
    liveIn(slot).forEach(seat -> settle(seat, studentPercent));
    return DONE;
  }

  /** Time passes; what was due by then is done then. */
  void moveTo(Instant instant) {
    now = instant;
    slots.forEach(this::live);
  }

  private void live(Slot slot) {
    if (slot.status.equals("scheduled") && !now.isBefore(slot.start.minus(OPENS_BEFORE))) {
      slot.status = "open";
    }
    if (slot.live() && !slot.began && !now.isBefore(slot.start)) {
      slot.began = true;
      if (liveIn(slot).isEmpty()) {
        slot.status = "expired";
      }
    }
    if (slot.live() && !now.isBefore(slot.end)) {
      slot.status = "closed";
      liveIn(slot).forEach(seat -> seat.status = "completed");
      boolean allCame = slot.teacherCame && liveIn(slot).stream().allMatch(seat -> seat.present);
      slot.review = allCame ? "none" : "needed";
      slot.release = now.plus(DISPUTES);
    }
    if (slot.status.equals("closed") && slot.review.equals("none") && !now.isBefore(slot.release)) {
      liveIn(slot).stream().filter(seat -> seat.held).forEach(seat -> settle(seat, 0));
    }
  }

  int taken(Slot slot) {
    return liveIn(slot).size();
  }

  long held(Stream<Seat> some) {
    return some.filter(seat -> seat.held).mapToLong(seat -> seat.price).sum();
  }

  private List<Seat> liveIn(Slot slot) {
    return seats.stream().filter(s -> s.slot == slot && s.live()).toList();
  }

  private String noSeat(String student, Slot slot, Seat leaving) {
    if (!slot.live() || !now.isBefore(slot.start)) {
      return "slot_not_bookable";
    }
    List<Seat> others =
        seats.stream().filter(s -> s != leaving && s.student.equals(student) && s.live()).toList();
    if (others.stream().anyMatch(s -> s.slot == slot)) {
      return "already_booked";
    }
    if (others.stream().anyMatch(s -> s.slot.touches(slot))) {
      return "overlapping_booking";
    }
    return taken(slot) < slot.capacity ? null : "slot_full";
  }

  private boolean isInTime(Seat seat) {
    return !now.isAfter(seat.slot.start.minus(IN_TIME));
  }

  private static boolean hasPlace(String user, Seat seat) {
    return seat.student.equals(user) && (seat.live() || seat.byTeacher);
  }

  private void settle(Seat seat, int studentPercent) {
    long student = part(seat.price, studentPercent, RoundingMode.HALF_UP);
    long fee = part(seat.price - student, FEE_PERCENT, RoundingMode.DOWN);
    long teacher = seat.price - student - fee;
    pay(seat.student, student);
    pay(seat.slot.teacher, teacher);
    fees += fee;
    seat.held = false;
    tell("refund_issued:" + seat.id, student);
    tell("credits_received:" + seat.id, teacher);
  }

  private static long part(long amount, int percent, RoundingMode rounding) {
    return BigDecimal.valueOf(amount)
        .multiply(BigDecimal.valueOf(percent))
        .divide(BigDecimal.valueOf(100), 0, rounding)
        .longValueExact();
  }

  private void pay(String user, long amount) {
    credits.merge(user, amount, Long::sum);
  }

  private void tell(String cause, long amount) {
    if (amount > 0) {
      told.put(cause, amount);
    }
  }
}
