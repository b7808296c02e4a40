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

/** Conditions of the search for slots, and the totals of days. */
class SlotSearchIT {
  private static final Instant DAY =
      Instant.now().truncatedTo(ChronoUnit.DAYS).plus(7, ChronoUnit.DAYS);

  private static RealNode node;
  private static Visitor nobody;
  private static Visitor teacher;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    nobody = Visitor.nobody(node.port());
    teacher = Visitor.register(node.port(), "teacher");
    slot(9, "Harmony 100%", 30, 0, "Music", "en");
    slot(11, "Counterpoint", 60, 2500, "music", "en-GB");
    slot(13, "Algebra", 90, 5000, "Mathematics", "de");
    String full = slot(23, "Rhythm", 60, 100, "Music", "de");
    Visitor student = Visitor.register(node.port(), "student");
    student.post("/wallet/deposit", "{\"amount\":1000}").mustBe(201);
    student.post("/bookings", "{\"slotId\":\"" + full + "\"}").mustBe(201);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static String slot(
      int hour, String title, int minutes, long price, String subject, String language) {
    return teacher
        .post(
            "/teachers/me/slots",
            """
            {"title":"%s","startsAt":"%s","durationMinutes":%d,"capacity":1,"price":%d,
             "subject":"%s","language":"%s","description":"Class about %s"}
            """
                .formatted(
                    title,
                    DAY.plus(Duration.ofHours(hour)),
                    minutes,
                    price,
                    subject,
                    language,
                    title))
        .mustBe(201)
        .text("id");
  }

  private static List<String> titles(String conditions) {
    List<String> titles = new ArrayList<>();
    nobody
        .get("/slots?" + conditions)
        .mustBe(200)
        .json()
        .path("items")
        .forEach(slot -> titles.add(slot.path("title").asText()));
    return titles;
  }

  @Test
  void each_condition_narrows_the_search() {
    assertThat(titles("limit=10"))
        .containsExactly("Harmony 100%", "Counterpoint", "Algebra", "Rhythm");
    assertThat(titles("q=COUNTER")).containsExactly("Counterpoint");
    assertThat(titles("q=100%25")).containsExactly("Harmony 100%");
    assertThat(titles("q=about%20alg")).containsExactly("Algebra");
    assertThat(titles("minPrice=100&maxPrice=2500")).containsExactly("Counterpoint", "Rhythm");
    assertThat(titles("free=true")).containsExactly("Harmony 100%", "Counterpoint", "Algebra");
    assertThat(titles("free=false")).hasSize(4);
    assertThat(titles("maxDuration=60")).containsExactly("Harmony 100%", "Counterpoint", "Rhythm");
    assertThat(titles("subject=MUSIC")).containsExactly("Harmony 100%", "Counterpoint", "Rhythm");
    assertThat(titles("language=en")).containsExactly("Harmony 100%", "Counterpoint");
    assertThat(titles("language=en-GB")).containsExactly("Counterpoint");
    assertThat(titles("subject=music&language=de&free=true")).isEmpty();
    assertThat(titles("teacherId=" + teacher.id() + "&subject=music&maxPrice=0"))
        .containsExactly("Harmony 100%");
  }

  @Test
  void pages_with_conditions_lead_on() {
    JsonNode first = nobody.get("/slots?subject=music&limit=2").mustBe(200).json();
    assertThat(first.path("items")).hasSize(2);
    String cursor = first.path("nextCursor").asText();
    JsonNode second =
        nobody.get("/slots?subject=music&limit=2&cursor=" + cursor).mustBe(200).json();
    assertThat(second.at("/items/0/title").asText()).isEqualTo("Rhythm");
    assertThat(second.has("nextCursor")).isFalse();
    nobody.get("/slots?subject=other&limit=2&cursor=" + cursor).mustBe(422);
  }

  @Test
  void conditions_that_make_no_sense_are_named() {
    for (String bad :
        List.of(
            "minPrice=-1",
            "maxPrice=1.5",
            "free=yes",
            "maxDuration=0",
            "language=not%20a%20tag",
            "q=" + "x".repeat(61))) {
      assertThat(nobody.get("/slots?" + bad).mustBe(422).json().at("/errors/0/field").asText())
          .isEqualTo(bad.substring(0, bad.indexOf('=')));
    }
    JsonNode error = nobody.get("/slots?minPrice=5&maxPrice=4").mustBe(422).json().at("/errors/0");
    assertThat(error.path("field").asText()).isEqualTo("maxPrice");
    assertThat(error.at("/params/min").asLong()).isEqualTo(5);
  }

  @Test
  void days_are_counted_in_the_zone_of_the_reader() {
    String first = DAY.toString().substring(0, 10);
    String second = DAY.plus(1, ChronoUnit.DAYS).toString().substring(0, 10);
    JsonNode utc =
        nobody.get("/slots/days?from=" + first + "&to=" + second).mustBe(200).json().path("items");
    assertThat(utc).hasSize(2);
    assertThat(utc.get(0).path("date").asText()).isEqualTo(first);
    assertThat(utc.get(0).path("total").asInt()).isEqualTo(4);
    assertThat(utc.get(0).path("free").asInt()).isEqualTo(3);
    assertThat(utc.get(1).path("total").asInt()).isZero();
    // 23:00 UTC is 04:45 of the next day in Nepal.
    JsonNode nepal =
        nobody
            .get("/slots/days?from=" + first + "&to=" + second + "&zone=Asia/Kathmandu")
            .mustBe(200)
            .json()
            .path("items");
    assertThat(nepal.get(0).path("total").asInt()).isEqualTo(3);
    assertThat(nepal.get(1).path("total").asInt()).isEqualTo(1);
    assertThat(nepal.get(1).path("free").asInt()).isZero();
    JsonNode byInstants =
        nobody
            .get("/slots/days?subject=music&from=" + DAY + "&to=" + DAY.plus(1, ChronoUnit.DAYS))
            .mustBe(200)
            .json()
            .path("items");
    assertThat(byInstants).hasSize(1);
    assertThat(byInstants.get(0).path("total").asInt()).isEqualTo(3);
  }

  @Test
  void ranges_of_days_are_limited() {
    assertThat(
            nobody
                .get("/slots/days?from=2031-01-01&to=2031-12-31")
                .mustBe(422)
                .json()
                .at("/errors/0/field")
                .asText())
        .isEqualTo("to");
    nobody.get("/slots/days?from=2031-01-02&to=2031-01-01").mustBe(422);
    nobody.get("/slots/days?from=2031-02-30&to=2031-03-01").mustBe(422);
    nobody.get("/slots/days?from=2031-01-01&to=2031-01-02&zone=Mars/Olympus").mustBe(422);
    nobody.get("/slots/days?from=2031-01-01").mustBe(422);
  }
}
