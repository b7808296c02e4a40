package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.classbell.RealNode;
import io.classbell.embedded.TestServers;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestSmtp;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * "Mass assignment: 422 unknown field." "Bodies 64 KB, nesting and numbers bounded: 413/400; wrong
 * type 415." "Text is stored as sent and shown as text." "No state change by GET."
 */
class HostileInputIT {
  private static final String ID = "01970000-0000-7000-8000-00000000dead";

  private static RealNode node;
  private static Visitor student;
  private static Visitor teacher;
  private static Visitor admin;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode("{\"wallet\": {\"maxBalance\": 1000000}}");
    student = Visitor.register(node.port(), "student");
    teacher = Visitor.register(node.port(), "teacher");
    admin = Visitor.demo(node.port(), "admin");
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private record Asked(String operation, String method, String path, boolean hasBody) {}

  private static List<Asked> contract() throws IOException {
    List<Asked> all = new ArrayList<>();
    try (InputStream contract = HostileInputIT.class.getResourceAsStream("/openapi.yaml")) {
      JsonNode paths = new YAMLMapper().readTree(contract).path("paths");
      for (Map.Entry<String, JsonNode> path : paths.properties()) {
        for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
          if (method.getValue().has("operationId")) {
            all.add(
                new Asked(
                    method.getValue().path("operationId").asText(),
                    method.getKey().toUpperCase(java.util.Locale.ROOT),
                    path.getKey().replace("{provider}", "manual").replaceAll("\\{[^}]+}", ID),
                    method.getValue().has("requestBody")));
          }
        }
      }
    }
    assertThat(all).hasSizeGreaterThan(40);
    return all;
  }

  /** Answers of those who are let in at all. */
  private static List<Answer> askEverybody(Asked asked, String body) {
    return List.of(student, teacher, admin).stream()
        .map(visitor -> visitor.send(asked.method, asked.path, body))
        .filter(answer -> answer.status() != 403)
        .toList();
  }

  @Test
  void fields_that_are_not_the_callers_to_set_are_refused_everywhere() throws IOException {
    List<String> taken = new ArrayList<>();
    for (Asked asked : contract()) {
      for (String field :
          asked.hasBody
              ? List.of("isAdmin", "balance", "emailVerified", "userId", "teacherId", "__proto__")
              : List.<String>of()) {
        for (Answer answer : askEverybody(asked, "{\"" + field + "\":1}")) {
          if (answer.status() != 422 || !answer.body().contains("unknown_field")) {
            taken.add(asked.operation + " " + field + ": " + answer.status() + answer.body());
          }
        }
      }
    }
    assertThat(taken).isEmpty();
  }

  @Test
  void nobody_makes_himself_an_admin_and_no_price_comes_from_a_client() {
    Visitor nobody = Visitor.nobody(node.port());
    nobody
        .post("/auth/register", Visitor.registration("root@attack.example.org", "admin"))
        .mustBe(422);
    String slot = slot(teacher, "Algebra", 2);
    student.post("/bookings", "{\"slotId\":\"" + slot + "\",\"price\":1}").mustBe(422);
    student.send("PATCH", "/me", "{\"role\":\"admin\"}").mustBe(422);
    student.send("PATCH", "/me", "{\"id\":\"" + ID + "\",\"name\":\"x\"}").mustBe(422);
    assertThat(student.get("/me").text("role")).isEqualTo("student");
  }

  @Test
  void bodies_that_are_no_sound_json_are_refused_by_every_operation() throws IOException {
    List<String> odd = new ArrayList<>();
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    Map<String, Integer> bodies =
        Map.of(
            "{\"a\":" + deep + "}",
            400,
            "{\"email\":\"a\",\"email\":\"b\"}",
            400,
            "{\"a\":1} {\"b\":2}",
            400,
            "{'a':1}",
            400,
            "{\"a\":NaN}",
            400,
            "[]",
            422,
            "\"text\"",
            422,
            "{\"name\":\"\\u0000\"}",
            422,
            "{\"name\":\"\\ud800\"}",
            422,
            "{\"x\":\"" + "y".repeat(70_000) + "\"}",
            413);
    for (Asked asked : contract()) {
      if (asked.hasBody) {
        bodies.forEach(
            (body, status) ->
                askEverybody(asked, body)
                    .forEach(
                        answer -> {
                          if (answer.status() != status) {
                            odd.add(
                                "%s %.30s: %d %s"
                                    .formatted(
                                        asked.operation, body, answer.status(), answer.body()));
                          }
                        }));
      }
    }
    assertThat(odd).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-1",
        "-0",
        "1.5",
        "1e-3",
        "1E400",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551617",
        "1000000000001",
        "\"100\"",
        "true",
        "null",
        "[100]",
        "{}",
        "0x10",
        "00100",
        "1_000"
      })
  void no_odd_amount_makes_credits(String amount) {
    String before = student.get("/wallet").body();
    Answer answer = student.post("/wallet/deposit", "{\"amount\":" + amount + "}");
    assertThat(answer.status()).as(answer.body()).isIn(400, 422);
    assertThat(student.get("/wallet").body()).isEqualTo(before);
  }

  @Test
  void a_wallet_holds_no_more_than_it_may_however_often_it_is_filled() {
    Visitor rich = Visitor.register(node.port(), "student");
    String path = "/admin/wallets/" + rich.id() + "/adjustments";
    int refused = 0;
    for (int i = 0; i < 12; i++) {
      Answer answer = admin.post(path, "{\"amount\":100000,\"reason\":\"x\"}");
      assertThat(answer.status()).as(answer.body()).isIn(201, 409, 422);
      refused += answer.status() == 201 ? 0 : 1;
    }
    assertThat(refused).isEqualTo(2);
    assertThat(rich.get("/wallet").json().path("balance").asLong()).isEqualTo(1_000_000);
    admin.post(path, "{\"amount\":-1000001,\"reason\":\"x\"}").mustBe(409);
  }

  @Test
  void places_in_lists_and_times_that_nobody_gave_are_no_faults_of_ours() {
    List<String> faults = new ArrayList<>();
    for (String millis :
        List.of("9223372036854775807", "-9223372036854775808", "-1", "253402300800000", "0")) {
      String cursor =
          Base64.getUrlEncoder().withoutPadding().encodeToString((millis + "_" + ID).getBytes());
      for (String list : List.of("/slots", "/bookings", "/admin/reviews")) {
        note(faults, admin.get(list + "?cursor=" + cursor));
        note(faults, student.get(list + "?cursor=" + cursor));
      }
    }
    for (String cursor :
        List.of("0", "-1", "999999999999999999", "999999999999999." + ID, "%00", "x".repeat(512))) {
      for (String list :
          List.of(
              "/wallet/transactions",
              "/admin/dead-letters",
              "/admin/users",
              "/teachers",
              "/admin/reviews",
              "/slots",
              "/bookings")) {
        note(faults, admin.get(list + "?cursor=" + cursor));
      }
    }
    for (String time :
        List.of(
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "%2B99999-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z",
            "2031-02-30T00:00:00Z",
            "0001-01-01T00:00:00%2B18:00",
            "9999-12-31T23:59:59-18:00")) {
      note(faults, student.get("/slots?from=" + time));
      note(faults, student.get("/slots?to=" + time));
      note(faults, teacher.get("/teachers/me/slots?from=" + time + "&to=" + time));
      String slot =
          "{\"title\":\"x\",\"startsAt\":\"%s\",\"durationMinutes\":1440,\"capacity\":1,\"price\":1}"
              .formatted(time.replace("%2B", "+"));
      note(faults, teacher.post("/teachers/me/slots", slot));
    }
    assertThat(faults).isEmpty();
  }

  private static void note(List<String> faults, Answer answer) {
    if (answer.status() >= 500) {
      faults.add(answer.json().path("instance").asText() + ": " + answer.body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=2147483647",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231T000000Z",
        "FREQ=DAILY;INTERVAL=2147483647;COUNT=9",
        "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;BYMONTH=6;COUNT=3",
        "FREQ=MONTHLY;BYDAY=6MO;COUNT=3",
        "FREQ=DAILY;BYSETPOS=366;COUNT=3",
        "FREQ=DAILY",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9;COUNT=9999"
      })
  void a_recurrence_rule_keeps_nobody_busy(String rule) {
    String series =
        "{\"title\":\"x\",\"firstStartsAt\":\"%s\",\"rrule\":\"%s\",\"durationMinutes\":1,\"capacity\":1,\"price\":1}"
            .formatted(Instant.now().plus(9, ChronoUnit.DAYS).toString().substring(0, 16), rule);
    long begun = System.nanoTime();
    Answer answer = teacher.post("/teachers/me/slot-series", series);
    assertThat(answer.status()).as(answer.body()).isIn(201, 422);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
  }

  @Test
  void text_is_shown_as_text_in_mails_and_calendars_and_adds_no_header() {
    String html = "<img src=x onerror=alert(1)>\\\"'&";
    Visitor victim = Visitor.register(node.port(), "student");
    victim.send("PATCH", "/me", "{\"name\":\"" + html + "\"}").mustBe(200);
    victim.post("/wallet/deposit", "{\"amount\":1000}").mustBe(201);
    String slot = slot(teacher, html, 5);
    victim.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201);
    String cancel = "/meetings/" + slot + "/cancel";
    String lines = "Sorry\\r\\nBcc: all@attack.example.org\\r\\n\\r\\n" + html;
    teacher.post(cancel, "{\"reason\":\"" + lines + "\"}").mustBe(422);
    teacher.post(cancel, "{\"reason\":\"\\u202eyrroS\"}").mustBe(422);
    teacher.post(cancel, "{\"reason\":\"Sorry " + html + "\"}").mustBe(200);
    String email = victim.get("/me").text("email");
    TestNode.until("it is mailed", () -> TestSmtp.mails(email).size() >= 2);
    for (TestServers.Mail mail : TestSmtp.mails(email)) {
      assertThat(mail.html()).doesNotContain("<img").doesNotContain("onerror=alert(1)>\"");
      assertThat(mail.subject()).doesNotContain("\r", "\n");
    }
    assertThat(TestSmtp.mails("all@attack.example.org")).isEmpty();
    String calendar = victim.get("/me/calendar.ics").mustBe(200).body();
    assertThat(calendar.lines().filter(l -> l.startsWith("BEGIN:VEVENT"))).hasSize(1);
    String page =
        Visitor.nobody(node.port())
            .send("GET", "//dev/mailbox", null, "Accept", "text/html")
            .body();
    assertThat(page).doesNotContain("<img");
  }

  @Test
  void a_title_makes_no_second_event_in_a_calendar() {
    String title = "x\\r\\nEND:VEVENT\\r\\nBEGIN:VEVENT";
    String slot =
        "{\"title\":\"%s\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":1,\"price\":1}"
            .formatted(title, Instant.now().plus(11, ChronoUnit.DAYS));
    teacher.post("/teachers/me/slots", slot).mustBe(422);
    assertThat(teacher.get("/me/calendar.ics").body())
        .doesNotContain("\nEND:VEVENT\r\nBEGIN:VEVENT\r\nx");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@b.test\\r\\nBcc: x@y.test",
        "d@e.f <v@x.org>",
        "\\\"a b\\\"@example.org",
        "a@example.org,b@example.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "\\u0430dmin@classbell.test",
        "admin@\\u0441lassbell.test",
        "\\u212aate@example.org",
        "a\\u200bb@example.org",
        "a@example.org\\u0000",
        "a@b@example.org",
        "<script>@example.org"
      })
  void an_address_that_is_not_one_plain_address_is_refused(String email) {
    Answer answer =
        Visitor.nobody(node.port()).post("/auth/register", Visitor.registration(email, "student"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(422);
  }

  @Test
  void an_address_in_other_letters_is_the_same_address() {
    Visitor nobody = Visitor.nobody(node.port());
    nobody
        .post("/auth/register", Visitor.registration(" ADMIN@Classbell.TEST ", "student"))
        .mustBe(409);
  }

  private static String slot(Visitor teacher, String title, int days) {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"%s\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":5,\"price\":100}"
                .formatted(title, Instant.now().plus(days, ChronoUnit.DAYS)))
        .mustBe(201)
        .text("id");
  }
}
