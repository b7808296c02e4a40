package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Previews, and commands that expect the price or refund that was shown. */
class TermsIT {
  private static RealNode node;
  private static Visitor student;
  private static Visitor teacher;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    student = Visitor.register(node.port(), "student");
    teacher = Visitor.register(node.port(), "teacher");
    student.post("/wallet/deposit", "{\"amount\":1000000}").mustBe(201);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static Instant now() {
    return Instant.parse(student.get("/test/clock").mustBe(200).text("now"));
  }

  private static String slot(Duration ahead, long price) {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"Harmony\",\"startsAt\":\"%s\",\"durationMinutes\":10,\"capacity\":5,\"price\":%d}"
                .formatted(now().plus(ahead).truncatedTo(ChronoUnit.SECONDS), price))
        .mustBe(201)
        .text("id");
  }

  private static long balance() {
    return student.get("/wallet").mustBe(200).json().path("balance").asLong();
  }

  @Test
  void a_booking_at_another_price_than_expected_takes_nothing() {
    String slot = slot(Duration.ofDays(10), 2500);
    long before = balance();
    JsonNode problem =
        student
            .post("/bookings", "{\"slotId\":\"%s\",\"expect\":{\"price\":2400}}".formatted(slot))
            .mustBe(409)
            .json();
    assertThat(problem.path("code").asText()).isEqualTo("terms_changed");
    assertThat(problem.at("/params/price").asLong()).isEqualTo(2500);
    assertThat(balance()).isEqualTo(before);
    assertThat(student.get("/slots/" + slot).json().at("/viewer").has("bookingId")).isFalse();
    student
        .post("/bookings", "{\"slotId\":\"%s\",\"expect\":{\"price\":2500}}".formatted(slot))
        .mustBe(201);
    assertThat(balance()).isEqualTo(before - 2500);
  }

  @Test
  void a_cancellation_that_gives_back_less_than_was_shown_does_nothing() {
    String slot = slot(Duration.ofHours(25), 1001);
    String id = student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
    long shown =
        student.get("/bookings/" + id + "/cancellation").mustBe(200).json().path("refund").asLong();
    assertThat(shown).isEqualTo(1001);
    student.post("/test/clock", "{\"advance\":\"PT2H\"}").mustBe(200);

    String expect = "{\"expect\":{\"refund\":%d}}";
    JsonNode problem =
        student.post("/bookings/" + id + "/cancel", expect.formatted(shown)).mustBe(409).json();
    assertThat(problem.path("code").asText()).isEqualTo("terms_changed");
    JsonNode terms = problem.path("params");
    assertThat(terms.path("refund").asLong()).isEqualTo(501);
    assertThat(
            terms.path("refund").asLong()
                + terms.path("teacher").asLong()
                + terms.path("fee").asLong())
        .isEqualTo(1001);
    assertThat(terms.path("rule").asText()).isEqualTo("student_cancelled_late");
    assertThat(student.get("/bookings/" + id).text("status")).isEqualTo("confirmed");

    JsonNode cancelled =
        student.post("/bookings/" + id + "/cancel", expect.formatted(501)).mustBe(200).json();
    assertThat(cancelled.at("/refund/refund").asLong()).isEqualTo(501);
    // What is cancelled is answered as it is, whatever is expected.
    student.post("/bookings/" + id + "/cancel", expect.formatted(1)).mustBe(200);
  }

  @Test
  void a_move_costs_what_its_preview_says() {
    String from = slot(Duration.ofDays(20), 1000);
    String to = slot(Duration.ofDays(21), 1700);
    String id = student.post("/bookings", "{\"slotId\":\"" + from + "\"}").mustBe(201).text("id");
    JsonNode terms = student.get("/bookings/" + id + "/move?slotId=" + to).mustBe(200).json();
    assertThat(terms.path("price").asLong()).isEqualTo(1700);
    assertThat(terms.path("currentPrice").asLong()).isEqualTo(1000);
    assertThat(terms.path("difference").asLong()).isEqualTo(700);
    assertThat(student.get("/bookings/" + id + "/move?slotId=" + from).mustBe(409).code())
        .isEqualTo("same_slot");

    String move = "{\"slotId\":\"%s\",\"expect\":{\"price\":%d}}";
    JsonNode problem =
        student.post("/bookings/" + id + "/move", move.formatted(to, 1600)).mustBe(409).json();
    assertThat(problem.path("code").asText()).isEqualTo("terms_changed");
    assertThat(problem.at("/params/difference").asLong()).isEqualTo(700);
    long before = balance();
    student.post("/bookings/" + id + "/move", move.formatted(to, 1700)).mustBe(200);
    assertThat(balance()).isEqualTo(before - 700);
  }

  @Test
  void the_cancellation_of_a_class_gives_back_what_its_preview_says() {
    String slot = slot(Duration.ofDays(30), 900);
    String id = student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
    JsonNode refunds = teacher.get("/meetings/" + slot + "/cancellation").mustBe(200).json();
    assertThat(refunds.path("bookings").asInt()).isEqualTo(1);
    assertThat(refunds.path("refund").asLong()).isEqualTo(900);
    assertThat(refunds.at("/items/0/bookingId").asText()).isEqualTo(id);
    assertThat(refunds.at("/items/0/student/name").asText()).isEqualTo("Somebody");
    teacher.post("/meetings/" + slot + "/cancel", "{}").mustBe(200);
    assertThat(student.get("/bookings/" + id).json().at("/refund/refund").asLong()).isEqualTo(900);
    teacher.get("/meetings/" + slot + "/cancellation").mustBe(409);
  }

  @Test
  void bookings_are_listed_by_the_start_of_their_classes() {
    Visitor reader = Visitor.register(node.port(), "student");
    reader.post("/wallet/deposit", "{\"amount\":10000}").mustBe(201);
    List<String> slots = new ArrayList<>();
    for (int day : new int[] {43, 41, 42}) {
      String slot = slot(Duration.ofDays(day), 1);
      slots.add(slot);
      reader.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201);
    }
    List<String> byStart = List.of(slots.get(1), slots.get(2), slots.get(0));
    assertThat(meetings(reader, "order=startsAt")).isEqualTo(byStart);
    assertThat(meetings(reader, "order=createdAt"))
        .containsExactly(slots.get(2), slots.get(1), slots.get(0));
    assertThat(meetings(teacher, "order=startsAt&from=" + now().plus(Duration.ofDays(40))))
        .isEqualTo(byStart);
    assertThat(
            meetings(
                reader,
                "order=startsAt&from=%s&to=%s"
                    .formatted(
                        now().plus(Duration.ofMinutes(-10)).plus(Duration.ofDays(42)),
                        now().plus(Duration.ofDays(43)).minus(Duration.ofMinutes(30)))))
        .containsExactly(slots.get(2));
    JsonNode first = reader.get("/bookings?order=startsAt&limit=2").mustBe(200).json();
    JsonNode rest =
        reader
            .get("/bookings?order=startsAt&limit=2&cursor=" + first.path("nextCursor").asText())
            .mustBe(200)
            .json();
    assertThat(rest.at("/items/0/slotId").asText()).isEqualTo(slots.get(0));
    assertThat(rest.path("items")).hasSize(1);
    reader.get("/bookings?order=price").mustBe(422);
  }

  private static List<String> meetings(Visitor reader, String query) {
    List<String> ids = new ArrayList<>();
    reader
        .get("/bookings?" + query)
        .mustBe(200)
        .json()
        .path("items")
        .forEach(b -> ids.add(b.path("slotId").asText()));
    return ids;
  }
}
