package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Teachers change and withdraw slots, plan series and are absent. */
class TeacherSlotsIT {
  private static final Instant DAY =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(6, ChronoUnit.DAYS);

  private static RealNode node;
  private static Visitor teacher;
  private static Visitor student;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    teacher = Visitor.register(node.port(), "teacher");
    student = Visitor.register(node.port(), "student");
    student.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static String slot(Visitor by, Instant startsAt) {
    return by.post(
            "/teachers/me/slots",
            "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":5,\"price\":500,\"subject\":\"Maths\",\"description\":\"Old\"}"
                .formatted(startsAt))
        .mustBe(201)
        .text("id");
  }

  private static String book(String slot) {
    return student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
  }

  private static Visitor.Answer patch(String slot, String body) {
    return teacher.send("PATCH", "/teachers/me/slots/" + slot, body);
  }

  @Test
  void a_slot_is_changed_until_somebody_books_it() {
    String slot = slot(teacher, DAY.plus(Duration.ofHours(1)));
    long version = teacher.get("/slots/" + slot).json().path("version").asLong();
    JsonNode changed =
        patch(
                slot,
                "{\"title\":\"Geometry\",\"price\":700,\"capacity\":2,\"description\":\"\",\"language\":\"de\"}")
            .mustBe(200)
            .json();
    assertThat(changed.path("title").asText()).isEqualTo("Geometry");
    JsonNode read = Visitor.nobody(node.port()).get("/slots/" + slot).mustBe(200).json();
    assertThat(read.path("title").asText()).isEqualTo("Geometry");
    assertThat(read.path("price").asLong()).isEqualTo(700);
    assertThat(read.path("capacity").asInt()).isEqualTo(2);
    assertThat(read.has("description")).isFalse();
    assertThat(read.path("subject").asText()).isEqualTo("Maths");
    assertThat(read.path("language").asText()).isEqualTo("de");
    assertThat(read.path("version").asLong()).isGreaterThan(version);

    patch(slot, "{\"capacity\":0}").mustBe(422);
    patch(slot, "{\"startsAt\":\"2031-01-01T00:00:00Z\"}").mustBe(422);
    patch(slot, "{}").mustBe(422);
    String booking = book(slot);
    assertThat(patch(slot, "{\"price\":1}").mustBe(409).code()).isEqualTo("slot_booked");
    assertThat(teacher.send("DELETE", "/teachers/me/slots/" + slot, null).mustBe(409).code())
        .isEqualTo("slot_booked");
    student.post("/bookings/" + booking + "/cancel", "{}").mustBe(200);
    patch(slot, "{\"price\":1}").mustBe(200);
  }

  @Test
  void a_slot_that_nobody_booked_is_withdrawn_without_notice() {
    Visitor quiet = Visitor.register(node.port(), "teacher");
    String slot = slot(quiet, DAY.plus(Duration.ofHours(3)));
    quiet.send("DELETE", "/teachers/me/slots/" + slot, null).mustBe(204);
    quiet.send("DELETE", "/teachers/me/slots/" + slot, null).mustBe(204);
    Visitor.nobody(node.port()).get("/slots/" + slot).mustBe(404);
    assertThat(quiet.get("/slots/" + slot).mustBe(200).text("status")).isEqualTo("cancelled");
    assertThat(
            quiet.send("PATCH", "/teachers/me/slots/" + slot, "{\"price\":1}").mustBe(409).code())
        .isEqualTo("slot_not_changeable");
    assertThat(student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").status()).isEqualTo(409);
    assertThat(quiet.get("/notifications").json().path("items")).isEmpty();
    // The time is free again.
    slot(quiet, DAY.plus(Duration.ofHours(3)));
  }

  @Test
  void a_series_is_planned_before_it_is_created() {
    Visitor planner = Visitor.register(node.port(), "teacher");
    Instant first = DAY.plus(Duration.ofHours(9));
    slot(planner, first.plus(1, ChronoUnit.DAYS));
    String series =
        "{\"title\":\"Latin\",\"firstStartsAt\":\"%s\",\"rrule\":\"FREQ=DAILY;COUNT=3\",\"durationMinutes\":60,\"capacity\":3,\"price\":100,\"dryRun\":%s}";
    String local = first.toString().replace("Z", "");
    JsonNode plan =
        planner.post("/teachers/me/slot-series", series.formatted(local, true)).mustBe(200).json();
    assertThat(plan.path("slots")).hasSize(2);
    assertThat(plan.at("/slots/0/startsAt").asText()).isEqualTo(first.toString());
    assertThat(plan.at("/conflicts/0/code").asText()).isEqualTo("overlapping_slot");
    assertThat(planner.get("/teachers/me/slots").json().path("items")).hasSize(1);
    assertThat(
            planner
                .post("/teachers/me/slot-series", series.formatted(local, false))
                .mustBe(201)
                .json()
                .path("created"))
        .hasSize(2);
  }

  @Test
  void an_absence_cancels_the_classes_of_its_range_and_gives_everything_back() {
    Visitor ill = Visitor.register(node.port(), "teacher");
    String booked = slot(ill, DAY.plus(Duration.ofHours(12)));
    String empty = slot(ill, DAY.plus(Duration.ofHours(14)));
    String after = slot(ill, DAY.plus(1, ChronoUnit.DAYS).plus(Duration.ofHours(12)));
    String booking = book(booked);
    long before = student.get("/wallet").json().path("balance").asLong();
    String range = "{\"from\":\"%s\",\"to\":\"%s\",\"reason\":\"Ill\",\"dryRun\":%s}";
    String end = DAY.plus(1, ChronoUnit.DAYS).toString();
    JsonNode preview =
        ill.post("/teachers/me/absence", range.formatted(DAY, end, true)).mustBe(200).json();
    assertThat(preview.path("meetings").asInt()).isEqualTo(2);
    assertThat(preview.path("bookings").asInt()).isEqualTo(1);
    assertThat(preview.path("refund").asLong()).isEqualTo(500);
    assertThat(student.get("/bookings/" + booking).text("status")).isEqualTo("confirmed");

    JsonNode done =
        ill.post(
                "/teachers/me/absence",
                range.formatted(DAY, end, false),
                "Idempotency-Key",
                "ill-today")
            .mustBe(200)
            .json();
    assertThat(done.path("items")).isEqualTo(preview.path("items"));
    assertThat(student.get("/bookings/" + booking).text("status")).isEqualTo("cancelled");
    assertThat(student.get("/wallet").json().path("balance").asLong()).isEqualTo(before + 500);
    assertThat(ill.get("/slots/" + empty).text("status")).isEqualTo("cancelled");
    assertThat(ill.get("/slots/" + after).text("status")).isEqualTo("scheduled");
    Visitor.Answer repeated =
        ill.post(
            "/teachers/me/absence",
            range.formatted(DAY, end, false),
            "Idempotency-Key",
            "ill-today");
    assertThat(repeated.mustBe(200).json().path("refund").asLong()).isEqualTo(500);
    assertThat(
            ill.post("/teachers/me/absence", range.formatted(DAY, end, false))
                .mustBe(200)
                .json()
                .path("meetings")
                .asInt())
        .isZero();
    ill.post("/teachers/me/absence", range.formatted(end, DAY, true)).mustBe(422);
    ill.post("/teachers/me/absence", range.formatted(DAY, DAY.plus(93, ChronoUnit.DAYS), true))
        .mustBe(422);
  }
}
