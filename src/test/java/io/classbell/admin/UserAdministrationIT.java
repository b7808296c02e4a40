package io.classbell.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Admins search, disable, enable and promote users, and every action is in the audit log. */
class UserAdministrationIT {
  private static List<RealNode> nodes;
  private static RealNode node;
  private static Visitor admin;

  @BeforeAll
  static void start() {
    nodes = RealNode.two();
    node = nodes.getFirst();
    admin = Visitor.demo(node.port(), "admin");
  }

  @AfterAll
  static void stop() {
    nodes.forEach(RealNode::close);
  }

  private static String slot(Visitor teacher, int days, long price) {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":5,\"price\":%d}"
                .formatted(Instant.now().plus(days, ChronoUnit.DAYS), price))
        .mustBe(201)
        .text("id");
  }

  private static String book(Visitor student, String slot) {
    return student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
  }

  private static Visitor studentWith(long credits) {
    Visitor student = Visitor.register(node.port(), "student");
    student.post("/wallet/deposit", "{\"amount\":" + credits + "}").mustBe(201);
    return student;
  }

  private static Answer change(Visitor by, String userId, String json) {
    return by.send("PATCH", "/admin/users/" + userId, json);
  }

  private static JsonNode actionsOn(String subjectId) {
    return admin.get("/admin/audit-log?subjectId=" + subjectId).mustBe(200).json().path("items");
  }

  private static long balance(Visitor student) {
    return student.get("/wallet").mustBe(200).json().path("balance").asLong();
  }

  @Test
  void users_are_found_by_part_of_their_name_or_address_and_by_id_page_by_page() {
    String name = "Zoë 100%_Wild";
    for (int i = 0; i < 5; i++) {
      Visitor.nobody(node.port())
          .post(
              "/auth/register",
              "{\"email\":\"wild%d@search.example.org\",\"password\":\"%s\",\"name\":\"%s %d\",\"role\":\"teacher\"}"
                  .formatted(i, Visitor.PASSWORD, name, i))
          .mustBe(201);
    }
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      String path =
          "/admin/users?q=100%25_wild&limit=2" + (cursor == null ? "" : "&cursor=" + cursor);
      JsonNode page = admin.get(path).mustBe(200).json();
      page.path("items").forEach(user -> seen.add(user.path("email").asText()));
      cursor = page.path("nextCursor").asText(null);
    } while (cursor != null);
    assertThat(seen)
        .containsExactly(
            "wild4@search.example.org",
            "wild3@search.example.org",
            "wild2@search.example.org",
            "wild1@search.example.org",
            "wild0@search.example.org");
    assertThat(admin.get("/admin/users?q=SEARCH.example&limit=100").json().path("items"))
        .hasSize(5);
    assertThat(admin.get("/admin/users?q=100X_wild").json().path("items")).isEmpty();
    String id =
        admin.get("/admin/users?q=wild3@search").mustBe(200).json().at("/items/0/id").asText();
    assertThat(admin.get("/admin/users?q=" + id).json().path("items")).hasSize(1);
    assertThat(admin.get("/admin/users?q=wild&role=student").json().path("items")).isEmpty();
    JsonNode one = admin.get("/admin/users/" + id).mustBe(200).json();
    assertThat(one.path("name").asText()).isEqualTo(name + " 3");
    assertThat(one.at("/wallet/balance").asLong()).isZero();
  }

  @Test
  void a_disabled_teachers_classes_are_cancelled_with_full_refunds_as_the_preview_said() {
    Visitor teacher = Visitor.register(node.port(), "teacher");
    String teacherId = teacher.id();
    Visitor one = studentWith(10_000);
    Visitor two = studentWith(10_000);
    String soon = slot(teacher, 1, 2_500);
    String later = slot(teacher, 9, 1_000);
    String empty = slot(teacher, 10, 1_000);
    book(one, soon);
    book(two, soon);
    book(two, later);

    JsonNode preview = admin.get("/admin/users/" + teacherId + "/disabling").mustBe(200).json();
    assertThat(preview.path("classCount").asInt()).isEqualTo(3);
    assertThat(preview.path("students").asInt()).isEqualTo(3);
    assertThat(preview.path("classRefund").asLong()).isEqualTo(6_000);
    assertThat(preview.at("/classes/0/id").asText()).isEqualTo(soon);
    assertThat(balance(one)).isEqualTo(7_500);

    Answer answer =
        change(admin, teacherId, "{\"disabled\":true,\"reason\":\"Left the school.\"}").mustBe(200);
    assertThat(answer.text("status")).isEqualTo("disabled");

    for (RealNode each : nodes) {
      TestNode.until(
          "the token ends on every node", () -> teacher.at(each.port()).get("/me").status() == 401);
    }
    TestNode.until(
        "every class is cancelled",
        () ->
            List.of(soon, later, empty).stream()
                .allMatch(id -> admin.get("/meetings/" + id).text("status").equals("cancelled")));
    TestNode.until(
        "the refunds are posted", () -> balance(one) == 10_000 && balance(two) == 10_000);
    assertThat(one.get("/meetings/" + soon).mustBe(200).body()).doesNotContain("Left the school");

    JsonNode log = actionsOn(teacherId);
    assertThat(log).hasSize(1);
    assertThat(log.at("/0/action").asText()).isEqualTo("user_disabled");
    assertThat(log.at("/0/reason").asText()).isEqualTo("Left the school.");
    assertThat(log.at("/0/admin/name").asText()).isEqualTo("Ada Admin");
    assertThat(log.at("/0/before/status").asText()).isEqualTo("active");
    assertThat(log.at("/0/after/status").asText()).isEqualTo("disabled");
    assertThat(actionsOn(soon).at("/0/action").asText()).isEqualTo("meeting_cancelled");
    assertThat(admin.get("/admin/ledger/audit").mustBe(200).json().path("ok").asBoolean()).isTrue();

    // A repeated command changes nothing and is not logged again.
    change(admin, teacherId, "{\"disabled\":true}").mustBe(200);
    assertThat(actionsOn(teacherId)).hasSize(1);
    change(admin, teacherId, "{\"disabled\":false}").mustBe(200);
    assertThat(actionsOn(teacherId).at("/0/action").asText()).isEqualTo("user_enabled");
    assertThat(admin.get("/meetings/" + soon).text("status")).isEqualTo("cancelled");
  }

  @Test
  void a_disabled_students_bookings_are_cancelled_by_their_policy_and_the_seats_are_free() {
    Visitor teacher = Visitor.register(node.port(), "teacher");
    Visitor student = studentWith(10_000);
    String studentId = student.id();
    String slot = slot(teacher, 5, 2_000);
    book(student, slot);
    JsonNode preview = admin.get("/admin/users/" + studentId + "/disabling").mustBe(200).json();
    assertThat(preview.path("bookingCount").asInt()).isEqualTo(1);
    assertThat(preview.path("bookingRefund").asLong()).isEqualTo(2_000);

    change(admin, studentId, "{\"disabled\":true}").mustBe(200);

    TestNode.until(
        "the seat is free",
        () -> admin.get("/meetings/" + slot).json().path("seatsTaken").asInt(-1) == 0);
    TestNode.until(
        "the credits are back",
        () -> {
          Answer user = admin.get("/admin/users/" + studentId).mustBe(200);
          return user.json().at("/wallet/balance").asLong() == 10_000;
        });
    Visitor.nobody(node.port())
        .post("/auth/login", "{\"email\":\"x@example.org\",\"password\":\"whatever-1\"}")
        .mustBe(401);
  }

  @Test
  void a_new_role_needs_a_new_login_and_old_tokens_end() {
    Visitor user = Visitor.register(node.port(), "teacher");
    String id = user.id();
    change(admin, id, "{\"role\":\"admin\"}").mustBe(200);
    for (RealNode each : nodes) {
      TestNode.until(
          "the token ends on every node", () -> user.at(each.port()).get("/me").status() == 401);
    }
    JsonNode log = actionsOn(id);
    assertThat(log.at("/0/action").asText()).isEqualTo("user_role_changed");
    assertThat(log.at("/0/before/role").asText()).isEqualTo("teacher");
    change(admin, id, "{\"role\":\"student\"}").mustBe(200);
  }

  @Test
  void nobody_disables_or_demotes_the_own_account_or_the_last_admin() {
    RealNode alone = RealNode.inTestMode();
    try {
      Visitor ada = Visitor.demo(alone.port(), "admin");
      String adaId = ada.id();
      for (String body : List.of("{\"disabled\":true}", "{\"role\":\"teacher\"}")) {
        assertThat(change(ada, adaId, body).mustBe(409).code()).isEqualTo("last_admin");
      }
      Visitor bob = Visitor.demo(alone.port(), "teacher");
      change(ada, bob.id(), "{\"role\":\"admin\"}").mustBe(200);
      assertThat(change(ada, adaId, "{\"disabled\":true}").mustBe(409).code())
          .isEqualTo("own_account");
      ada.get("/me").mustBe(200);
      assertThat(change(ada, adaId, "{\"disabled\":false}").mustBe(200).text("status"))
          .isEqualTo("active");
    } finally {
      alone.close();
    }
  }

  @Test
  void of_two_admins_who_disable_each_other_at_once_one_stays() {
    RealNode alone = RealNode.inTestMode();
    int both = 0;
    try {
      for (int round = 0; round < 10; round++) {
        alone.execute("UPDATE user_account SET status = 'active', role = 'admin'");
        Visitor ada = Visitor.demo(alone.port(), "admin");
        Visitor bob = Visitor.demo(alone.port(), "teacher");
        alone.execute(
            "UPDATE user_account SET role = 'student' WHERE email = 'student@classbell.test'");
        String adaId = ada.id();
        String bobId = bob.id();
        CompletableFuture<Answer> first =
            CompletableFuture.supplyAsync(() -> change(ada, bobId, "{\"disabled\":true}"));
        CompletableFuture<Answer> second =
            CompletableFuture.supplyAsync(() -> change(bob, adaId, "{\"disabled\":true}"));
        List<Integer> statuses = List.of(first.join().status(), second.join().status());
        both += statuses.contains(403) || statuses.contains(401) ? 1 : 0;
        assertThat(
                alone.rows(
                    "SELECT COUNT(*) FROM user_account WHERE role = 'admin' AND status = 'active'"))
            .as("round %s: %s", round, statuses)
            .containsExactly("1");
      }
      assertThat(both).isEqualTo(10);
    } finally {
      alone.close();
    }
  }

  @Test
  void adjustments_and_decisions_are_logged_once_with_before_and_after() {
    Visitor student = studentWith(1_000);
    String studentId = student.id();
    String path = "/admin/wallets/" + studentId + "/adjustments";
    String body = "{\"amount\":-300,\"reason\":\"Booked twice by phone\"}";
    admin.post(path, body, "Idempotency-Key", "adjust-1").mustBe(201);
    admin.post(path, body, "Idempotency-Key", "adjust-1").mustBe(201);
    JsonNode log = actionsOn(studentId);
    assertThat(log).hasSize(1);
    assertThat(log.at("/0/action").asText()).isEqualTo("wallet_adjusted");
    assertThat(log.at("/0/before/balance").asLong()).isEqualTo(1_000);
    assertThat(log.at("/0/after/balance").asLong()).isEqualTo(700);
    assertThat(log.at("/0/reason").asText()).isEqualTo("Booked twice by phone");
    admin.post(path, "{\"amount\":-5000,\"reason\":\"Too much\"}").mustBe(409);
    assertThat(actionsOn(studentId)).hasSize(1);
  }

  @Test
  void the_log_is_filtered_and_paged_and_cannot_be_changed_by_the_application() {
    Visitor student = studentWith(1_000);
    String path = "/admin/wallets/" + student.id() + "/adjustments";
    Instant begin = Instant.now().minus(Duration.ofMinutes(1));
    for (int i = 1; i <= 5; i++) {
      admin.post(path, "{\"amount\":" + i + ",\"reason\":\"Gift\"}").mustBe(201);
    }
    String filter = "/admin/audit-log?action=wallet_adjusted&subjectId=" + student.id();
    List<Long> amounts = new ArrayList<>();
    String cursor = null;
    do {
      JsonNode page =
          admin
              .get(filter + "&limit=2" + (cursor == null ? "" : "&cursor=" + cursor))
              .mustBe(200)
              .json();
      page.path("items").forEach(a -> amounts.add(a.at("/after/amount").asLong()));
      cursor = page.path("nextCursor").asText(null);
    } while (cursor != null);
    assertThat(amounts).containsExactly(5L, 4L, 3L, 2L, 1L);
    assertThat(admin.get(filter + "&from=" + begin).json().path("items")).hasSize(5);
    assertThat(admin.get(filter + "&to=" + begin).json().path("items")).isEmpty();
    admin.get("/admin/audit-log?cursor=nonsense").mustBe(422);
    admin.get("/admin/audit-log?action=nonsense").mustBe(422);
    student.get("/admin/audit-log").mustBe(403);
  }
}
