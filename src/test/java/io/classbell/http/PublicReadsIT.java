package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be read without login, and what students see in addition. */
class PublicReadsIT {
  private static final Instant DAY =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(5, ChronoUnit.DAYS);

  private static RealNode node;
  private static Visitor nobody;
  private static Visitor student;
  private static Visitor teacher;
  private static String slot;
  private static String booking;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    nobody = Visitor.nobody(node.port());
    student = Visitor.register(node.port(), "student");
    teacher = Visitor.register(node.port(), "teacher");
    student.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
    slot = slot(DAY.plus(Duration.ofHours(10)), "Harmony");
    booking = student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static String slot(Instant startsAt, String title) {
    return teacher
        .post(
            "/teachers/me/slots",
            """
            {"title":"%s","startsAt":"%s","durationMinutes":60,"capacity":2,"price":2500,
             "description":"Chords\\r\\nand cadences","subject":" Music ","language":"EN-us"}
            """
                .formatted(title, startsAt))
        .mustBe(201)
        .text("id");
  }

  @Test
  void anybody_can_read_slots_and_teachers() {
    JsonNode found = nobody.get("/slots?teacherId=" + teacher.id()).mustBe(200).json();
    JsonNode first = found.at("/items/0");
    assertThat(first.path("id").asText()).isEqualTo(slot);
    JsonNode one = nobody.get("/slots/" + slot).mustBe(200).json();
    assertThat(one).isEqualTo(first);
    assertThat(one.has("viewer")).isFalse();
    assertThat(one.path("description").asText()).isEqualTo("Chords\nand cadences");
    assertThat(one.path("subject").asText()).isEqualTo("Music");
    assertThat(one.path("language").asText()).isEqualTo("en-US");
    assertThat(one.path("opensAt").asText())
        .isEqualTo(DAY.plus(Duration.ofMinutes(585)).toString());
    assertThat(one.path("endsAt").asText()).isEqualTo(DAY.plus(Duration.ofHours(11)).toString());
    assertThat(one.at("/policy/tiers/0/before").asText()).isEqualTo("PT24H");
    assertThat(one.at("/teacher/timezone").asText()).isEqualTo("UTC");
    assertThat(nobody.get("/teachers").mustBe(200).json().path("items")).isNotEmpty();
    nobody.get("/teachers/" + teacher.id()).mustBe(200);
    nobody.get("/teachers/" + student.id()).mustBe(404);
    nobody.get("/bookings/" + booking).mustBe(401);
    nobody.get("/meetings/" + slot).mustBe(401);
  }

  @Test
  void a_student_sees_the_own_booking_and_what_overlaps() {
    String overlapping =
        Visitor.register(node.port(), "teacher")
            .post(
                "/teachers/me/slots",
                "{\"title\":\"Latin\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":2,\"price\":0}"
                    .formatted(DAY.plus(Duration.ofMinutes(630))))
            .mustBe(201)
            .text("id");
    String later = slot(DAY.plus(Duration.ofHours(11)), "Algebra");

    assertThat(viewer(slot).path("bookingId").asText()).isEqualTo(booking);
    assertThat(viewer(slot).path("overlaps").asBoolean()).isFalse();
    assertThat(viewer(overlapping).has("bookingId")).isFalse();
    assertThat(viewer(overlapping).path("overlaps").asBoolean()).isTrue();
    assertThat(viewer(later).path("overlaps").asBoolean(true)).isFalse();
    List<String> own = new ArrayList<>();
    student
        .get("/slots?limit=100")
        .mustBe(200)
        .json()
        .path("items")
        .forEach(s -> own.add(s.at("/viewer/bookingId").asText()));
    assertThat(own).containsOnlyOnce(booking);
    assertThat(teacher.get("/slots/" + slot).mustBe(200).json().has("viewer")).isFalse();
  }

  private static JsonNode viewer(String slotId) {
    return student.get("/slots/" + slotId).mustBe(200).json().path("viewer");
  }

  @Test
  void a_token_that_is_sent_must_be_valid() {
    Visitor forged = nobody.with("forged");
    forged.get("/slots").mustBe(401);
    forged.get("/slots/" + slot).mustBe(401);
    forged.get("/teachers").mustBe(401);
    forged.get("/config").mustBe(200);
  }

  @Test
  void a_slot_that_ended_is_shown_to_its_people_alone() {
    String cancelled = slot(DAY.plus(Duration.ofHours(15)), "Rhythm");
    student.post("/bookings", "{\"slotId\":\"" + cancelled + "\"}").mustBe(201);
    teacher.post("/meetings/" + cancelled + "/cancel", "{}").mustBe(200);
    nobody.get("/slots/" + cancelled).mustBe(404);
    Visitor.register(node.port(), "student").get("/slots/" + cancelled).mustBe(404);
    assertThat(student.get("/slots/" + cancelled).mustBe(200).text("status"))
        .isEqualTo("cancelled");
    teacher.get("/slots/" + cancelled).mustBe(200);
  }

  @Test
  void the_version_rises_with_every_change_of_the_seats() {
    String taken = slot(DAY.plus(Duration.ofHours(18)), "Version");
    long before = version(taken);
    String id = student.post("/bookings", "{\"slotId\":\"" + taken + "\"}").mustBe(201).text("id");
    TestNode.until("the seat is shown", () -> version(taken) > before);
    long booked = version(taken);
    student.post("/bookings/" + id + "/cancel", "{}").mustBe(200);
    TestNode.until("the free seat is shown", () -> version(taken) > booked);
  }

  private static long version(String slotId) {
    return nobody.get("/slots/" + slotId).mustBe(200).json().path("version").asLong(-1);
  }

  @Test
  void details_are_checked_like_other_fields() {
    Visitor.Answer bad =
        teacher.post(
            "/teachers/me/slots",
            """
            {"title":"x","startsAt":"%s","durationMinutes":60,"capacity":2,"price":0,
             "description":"%s","subject":"a\\u202eb","language":"not a language"}
            """
                .formatted(DAY.plus(Duration.ofHours(20)), "x".repeat(2001)));
    assertThat(bad.mustBe(422).json().path("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("description", "subject");
    assertThat(
            teacher
                .post(
                    "/teachers/me/slots",
                    """
                    {"title":"x","startsAt":"%s","durationMinutes":60,"capacity":2,"price":0,
                     "language":"not a language"}
                    """
                        .formatted(DAY.plus(Duration.ofHours(20))))
                .mustBe(422)
                .json()
                .at("/errors/0/field")
                .asText())
        .isEqualTo("language");
  }

  @Test
  void the_config_names_modes_limits_and_times() {
    JsonNode config = nobody.get("/config").mustBe(200).json();
    assertThat(config.path("testMode").asBoolean()).isTrue();
    assertThat(config.path("locales")).extracting(JsonNode::asText).contains("en", "de", "zh-CN");
    assertThat(config.at("/limits/price").asLong()).isEqualTo(100_000_000);
    assertThat(config.at("/windows/opensBefore").asText()).isEqualTo("PT15M");
    JsonNode demo = config.at("/demoAccounts/0");
    nobody.login(demo.path("email").asText(), demo.path("password").asText());
  }

  @Test
  void readers_without_login_are_limited_by_their_address() {
    try (RealNode limited =
        RealNode.inTestMode("{\"http\": {\"requestsPerMinutePerAddress\": 5}}")) {
      Visitor reader = Visitor.nobody(limited.port());
      List<Integer> statuses = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Visitor.Answer answer = reader.get(i % 2 == 0 ? "/slots" : "/config");
        statuses.add(answer.status());
        if (answer.status() == 429) {
          assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        }
      }
      assertThat(statuses).startsWith(200).contains(429);
    }
  }

  @Test
  void production_shows_no_demo_accounts() {
    try (RealNode production = RealNode.inProduction()) {
      JsonNode config = Visitor.nobody(production.port()).get("/config").mustBe(200).json();
      assertThat(config.path("testMode").asBoolean(true)).isFalse();
      assertThat(config.has("demoAccounts")).isFalse();
    }
  }
}
