package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests sent all at once, to be paid twice or to sit for nothing; then the books are proved. */
class RacesIT {
  private static final int AT_ONCE = 30;

  private static RealNode node;
  private static Visitor teacher;
  private static int day = 2;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    teacher = Visitor.register(node.port(), "teacher");
  }

  @AfterAll
  static void close() {
    node.close();
  }

  @AfterEach
  void the_books_are_right() {
    Visitor admin = Visitor.demo(node.port(), "admin");
    TestNode.until(
        "every invariant holds",
        () -> admin.get("/admin/ledger/audit").mustBe(200).json().path("ok").asBoolean());
  }

  private static List<Answer> atOnce(IntFunction<CompletableFuture<Answer>> request) {
    List<CompletableFuture<Answer>> all = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      all.add(request.apply(i));
    }
    return all.stream().map(CompletableFuture::join).toList();
  }

  private static long count(List<Answer> answers, int status) {
    return answers.stream().filter(a -> a.status() == status).count();
  }

  private static String slot() {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":9,\"price\":100}"
                .formatted(Instant.now().plus(day++, ChronoUnit.DAYS)))
        .mustBe(201)
        .text("id");
  }

  private static Visitor studentWith(int credits) {
    Visitor student = Visitor.register(node.port(), "student");
    student.post("/wallet/deposit", "{\"amount\":" + credits + "}").mustBe(201);
    return student;
  }

  private static long bookings(Visitor student, String status) {
    JsonNode all = student.get("/bookings?limit=100").mustBe(200).json().path("items");
    return IntStream.range(0, all.size())
        .filter(i -> all.get(i).path("status").asText().equals(status))
        .count();
  }

  private static long balance(Visitor user) {
    return user.get("/wallet").json().path("balance").asLong();
  }

  @Test
  void one_deposit_under_one_key_is_one_deposit() {
    Visitor student = studentWith(1);
    List<Answer> answers =
        atOnce(
            i ->
                student.begin(
                    "POST", "/wallet/deposit", "{\"amount\":500}", "Idempotency-Key", "once"));
    assertThat(count(answers, 201)).isPositive();
    assertThat(balance(student)).isEqualTo(501);
  }

  @Test
  void credits_for_one_seat_buy_one_seat() {
    Visitor student = studentWith(100);
    List<String> slots = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      slots.add(slot());
    }
    List<Answer> answers =
        atOnce(i -> student.begin("POST", "/bookings", "{\"slotId\":\"" + slots.get(i) + "\"}"));
    assertThat(count(answers, 201)).isLessThanOrEqualTo(1);
    // On a busy machine one may be answered before it is decided.
    TestNode.until("all are decided", () -> bookings(student, "pending") == 0);
    assertThat(bookings(student, "confirmed")).isEqualTo(1);
    assertThat(balance(student)).isZero();
  }

  @Test
  void one_booking_is_refunded_once_however_often_and_by_whomever_it_is_cancelled() {
    Visitor student = studentWith(100);
    String slot = slot();
    String booking =
        student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
    atOnce(
        i ->
            i % 3 == 0
                ? teacher.begin("POST", "/meetings/" + slot + "/cancel", "{}")
                : student.begin("POST", "/bookings/" + booking + "/cancel", "{}"));
    TestNode.until("refunded", () -> balance(student) == 100);
    assertThat(balance(teacher)).isZero();
  }

  @Test
  void moves_and_cancels_at_once_make_no_credits() {
    Visitor student = studentWith(100);
    List<String> slots = List.of(slot(), slot(), slot());
    String booking =
        student
            .post("/bookings", "{\"slotId\":\"" + slots.getFirst() + "\"}")
            .mustBe(201)
            .text("id");
    String path = "/bookings/" + booking;
    List<Answer> answers =
        atOnce(
            i ->
                i % 5 == 4
                    ? student.begin("POST", path + "/cancel", "{}")
                    : student.begin(
                        "POST", path + "/move", "{\"slotId\":\"" + slots.get(i % 3) + "\"}"));
    List<Answer> cancels =
        IntStream.range(0, AT_ONCE).filter(i -> i % 5 == 4).mapToObj(answers::get).toList();
    boolean cancelled = cancels.stream().anyMatch(a -> a.status() < 300);
    if (cancelled || count(cancels, 503) == 0) {
      assertThat(student.get(path).text("status"))
          .as("cancelled exactly if a cancel was acknowledged; each may have met a move under way")
          .isEqualTo(cancelled ? "cancelled" : "confirmed");
    }
    TestNode.until(
        "no move is under way any more",
        () -> student.post(path + "/cancel", "{}").status() == 200);
    TestNode.until("refunded once", () -> balance(student) == 100);
  }
}
