package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** "Another user's things: 404, the same answer as for a thing that does not exist." */
class OthersThingsIT {
  private static final String NOTHING = "01970000-0000-7000-8000-00000000dead";
  private static final String NO_BODY = null;

  private static RealNode node;
  private static Visitor owner;
  private static Visitor otherStudent;
  private static Visitor otherTeacher;
  private static String booking;
  private static String endedMeeting;
  private static String slot;
  private static String notification;
  private static String dispute;
  private static String revokedFeed;
  private static String withdrawal;
  private static String purchase;

  /** One operation with an id in it, tried with an id that is somebody else's. */
  private record Attempt(
      String operation, Visitor by, String method, String path, String othersId, String body) {}

  @BeforeAll
  static void somebodyHasThings() {
    node = RealNode.inTestMode();
    owner = Visitor.register(node.port(), "student");
    Visitor teacher = Visitor.register(node.port(), "teacher");
    otherStudent = Visitor.register(node.port(), "student");
    otherTeacher = Visitor.register(node.port(), "teacher");
    owner.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
    otherStudent.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
    teacher.post("/wallet/deposit", "{\"amount\":100000}").mustBe(201);
    withdrawal =
        teacher
            .post(
                "/wallet/withdrawals",
                "{\"amount\":5000,\"provider\":\"manual\",\"destination\":\"IBAN\"}")
            .mustBe(201)
            .text("id");
    slot = slot(teacher, 3);
    booking = owner.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");
    endedMeeting = slot(teacher, 4);
    owner.post("/bookings", "{\"slotId\":\"" + endedMeeting + "\"}").mustBe(201);
    teacher.post("/meetings/" + endedMeeting + "/cancel", "{}").mustBe(200);
    dispute = writtenDispute();
    TestNode.until(
        "the owner is told", () -> !owner.get("/notifications").json().path("items").isEmpty());
    notification = owner.get("/notifications").json().at("/items/0/id").asText();
    purchase = "01970000-0000-7000-8000-00000000f00d";
    node.execute(
        "INSERT INTO purchase (id, command_id, user_id, provider, amount, price, currency, state,"
            + " attempt, expires_at, checked_at, created_at, refunded, charged_back, returned)"
            + " VALUES ('%s', 'of-a-test', '%s', 'stripe', 100, 100, 'EUR', 'failed', 1,"
                .formatted(purchase, owner.id())
            + " '2031-01-01', '2031-01-01', '2031-01-01', 0, 0, 0)");
    revokedFeed = feedToken(owner);
    owner.send("DELETE", "/me/calendar-feed", NO_BODY).mustBe(204);
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** A dispute, written past the application, because it takes a class to open one. */
  private static String writtenDispute() {
    String id = "01970000-0000-7000-8000-00000000d15b";
    node.execute(
        "INSERT INTO dispute (id, booking_id, meeting_id, student_id, teacher_id, opened_by,"
            + " status, reason, student_percent, opened_at, answer_until, updated_at)"
            + " SELECT '%s', id, meeting_id, student_id, teacher_id, 'student', 'open', 'x', 50,"
                .formatted(id)
            + " created_at, created_at, created_at FROM meeting_participant"
            + " WHERE meeting_id = '%s'".formatted(endedMeeting));
    return id;
  }

  private static String slot(Visitor teacher, int days) {
    return teacher
        .post(
            "/teachers/me/slots",
            "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":5,\"price\":100}"
                .formatted(Instant.now().plus(days, ChronoUnit.DAYS)))
        .mustBe(201)
        .text("id");
  }

  private static String feedToken(Visitor visitor) {
    String url = visitor.post("/me/calendar-feed", NO_BODY).mustBe(201).text("url");
    return url.substring(url.lastIndexOf('/') + 1, url.length() - ".ics".length());
  }

  private static List<Attempt> attempts() {
    String move = "{\"slotId\":\"" + slot + "\"}";
    String decision = "{\"decision\":\"refund_students\",\"note\":\"x\"}";
    List<Attempt> all = new ArrayList<>();
    for (Visitor by : List.of(otherStudent, otherTeacher)) {
      all.add(new Attempt("getBooking", by, "GET", "/bookings/{id}", booking, NO_BODY));
      all.add(new Attempt("getMeeting", by, "GET", "/meetings/{id}", endedMeeting, NO_BODY));
      all.add(new Attempt("getSlot", by, "GET", "/slots/{id}", endedMeeting, NO_BODY));
      String proposal = "{\"reason\":\"x\",\"studentPercent\":50}";
      String ofOwn = "/bookings/{id}/dispute";
      all.add(new Attempt("openDispute", by, "POST", ofOwn, booking, proposal));
      all.add(new Attempt("getDispute", by, "GET", ofOwn, booking, NO_BODY));
      all.add(new Attempt("acceptDispute", by, "POST", "/disputes/{id}/accept", dispute, NO_BODY));
      all.add(new Attempt("answerDispute", by, "POST", "/disputes/{id}/answer", dispute, proposal));
      String evidence = "/meetings/{id}/evidence";
      all.add(new Attempt("getEvidence", by, "GET", evidence, slot, NO_BODY));
      all.add(new Attempt("getEvidence", by, "GET", evidence, endedMeeting, NO_BODY));
      all.add(new Attempt("joinMeeting", by, "POST", "/meetings/{id}/join", slot, NO_BODY));
      all.add(new Attempt("leaveMeeting", by, "POST", "/meetings/{id}/leave", slot, NO_BODY));
      all.add(
          new Attempt(
              "readNotification", by, "POST", "/notifications/{id}/read", notification, NO_BODY));
      all.add(new Attempt("getPurchase", by, "GET", "/wallet/purchases/{id}", purchase, NO_BODY));
      // A student's id is nobody's who could be looked up.
      all.add(new Attempt("getTeacher", by, "GET", "/teachers/{id}", owner.id(), NO_BODY));
      // Only the address itself opens a feed, whoever asks: not its owner's id, nor a revoked one.
      String feed = "/calendar/{id}.ics";
      all.add(new Attempt("getCalendarFeed", by, "GET", feed, owner.id(), NO_BODY));
      all.add(new Attempt("getCalendarFeed", by, "GET", feed, revokedFeed, NO_BODY));
    }
    String ofBooking = "/bookings/{id}/";
    all.add(
        new Attempt(
            "previewCancellation",
            otherStudent,
            "GET",
            ofBooking + "cancellation",
            booking,
            NO_BODY));
    all.add(
        new Attempt("cancelBooking", otherStudent, "POST", ofBooking + "cancel", booking, "{}"));
    all.add(new Attempt("moveBooking", otherStudent, "POST", ofBooking + "move", booking, move));
    String ofSlot = "/teachers/me/slots/{id}";
    all.add(new Attempt("updateSlot", otherTeacher, "PATCH", ofSlot, slot, "{\"price\":1}"));
    all.add(new Attempt("deleteSlot", otherTeacher, "DELETE", ofSlot, slot, NO_BODY));
    all.add(
        new Attempt(
            "previewMove",
            otherStudent,
            "GET",
            ofBooking + "move?slotId=" + slot,
            booking,
            NO_BODY));
    all.add(
        new Attempt(
            "previewMeetingCancellation",
            otherTeacher,
            "GET",
            "/meetings/{id}/cancellation",
            slot,
            NO_BODY));
    all.add(
        new Attempt("cancelMeeting", otherTeacher, "POST", "/meetings/{id}/cancel", slot, "{}"));
    all.add(
        new Attempt(
            "cancelWithdrawal",
            otherTeacher,
            "POST",
            "/wallet/withdrawals/{id}/cancel",
            withdrawal,
            NO_BODY));
    Visitor admin = Visitor.demo(node.port(), "admin");
    all.add(new Attempt("getUser", admin, "GET", "/admin/users/{id}", booking, NO_BODY));
    all.add(
        new Attempt(
            "updateUser", admin, "PATCH", "/admin/users/{id}", booking, "{\"disabled\":true}"));
    all.add(
        new Attempt(
            "previewDisabling", admin, "GET", "/admin/users/{id}/disabling", booking, NO_BODY));
    all.add(
        new Attempt(
            "listLedgerEntries",
            admin,
            "GET",
            "/admin/ledger/accounts/{id}/entries",
            booking,
            NO_BODY));
    all.add(
        new Attempt(
            "getLedgerTransaction",
            admin,
            "GET",
            "/admin/ledger/transactions/{id}",
            booking,
            NO_BODY));
    // Admins may see every withdrawal: what is none is tried with another thing's id.
    String ofWithdrawal = "/admin/withdrawals/{id}/";
    all.add(
        new Attempt(
            "approveWithdrawal", admin, "POST", ofWithdrawal + "approve", booking, NO_BODY));
    all.add(
        new Attempt(
            "rejectWithdrawal",
            admin,
            "POST",
            ofWithdrawal + "reject",
            booking,
            "{\"reason\":\"x\"}"));
    all.add(
        new Attempt(
            "markWithdrawalPaid",
            admin,
            "POST",
            ofWithdrawal + "paid",
            booking,
            "{\"reference\":\"x\"}"));
    all.add(new Attempt("getReview", admin, "GET", "/admin/reviews/{id}", booking, NO_BODY));
    all.add(new Attempt("getDisputeCase", admin, "GET", "/admin/disputes/{id}", booking, NO_BODY));
    all.add(
        new Attempt(
            "decideDispute",
            admin,
            "POST",
            "/admin/disputes/{id}/decision",
            booking,
            "{\"studentPercent\":50,\"note\":\"x\"}"));
    all.add(
        new Attempt(
            "decideReview", admin, "POST", "/admin/reviews/{id}/decision", booking, decision));
    all.add(
        new Attempt(
            "replayDeadLetter",
            admin,
            "POST",
            "/admin/dead-letters/{id}/replay",
            notification,
            NO_BODY));
    all.add(
        new Attempt(
            "refundPurchase",
            admin,
            "POST",
            "/admin/purchases/{id}/refund",
            booking,
            "{\"amount\":1,\"reason\":\"x\"}"));
    all.add(
        new Attempt(
            "adjustWallet",
            admin,
            "POST",
            "/admin/wallets/{id}/adjustments",
            booking,
            "{\"amount\":1,\"reason\":\"x\"}"));
    return all;
  }

  @Test
  void what_is_another_users_is_answered_like_what_does_not_exist() {
    List<String> different = new ArrayList<>();
    for (Attempt a : attempts()) {
      Answer others = ask(a, a.othersId);
      Answer nothing = ask(a, NOTHING);
      if (others.status() != 404 || !others.problem().equals(nothing.problem())) {
        different.add(a.operation + ": " + others.body() + " and " + nothing.body());
      }
    }
    assertThat(different).isEmpty();
    owner.get("/bookings/" + booking).mustBe(200);
    assertThat(owner.get("/bookings/" + booking).text("status")).isEqualTo("confirmed");
  }

  private static Answer ask(Attempt a, String id) {
    return a.by.send(a.method, a.path.replace("{id}", id), a.body);
  }

  /** A new operation with an id in its path fails this until somebody has tried to misuse it. */
  @Test
  void every_operation_with_an_id_in_its_path_was_tried() throws IOException {
    Set<String> withId = new TreeSet<>();
    try (InputStream contract = OthersThingsIT.class.getResourceAsStream("/openapi.yaml")) {
      JsonNode paths = new YAMLMapper().readTree(contract).path("paths");
      paths
          .properties()
          .forEach(
              path -> {
                if (path.getKey().contains("{")) {
                  path.getValue().forEach(o -> withId.add(o.path("operationId").asText()));
                }
              });
    }
    withId.remove("");
    // Its path names a provider: the account is the caller's own.
    withId.remove("setPayoutAccount");
    Set<String> tried = new TreeSet<>();
    attempts().forEach(a -> tried.add(a.operation));
    assertThat(tried).isEqualTo(withId);
  }

  @Test
  void lists_hold_ones_own_things_alone() {
    for (Visitor by : List.of(otherStudent, otherTeacher)) {
      for (String list :
          List.of(
              "/bookings",
              "/notifications",
              "/wallet/transactions",
              "/wallet/purchases",
              "/me/calendar.ics")) {
        assertThat(by.get(list).mustBe(200).body())
            .as(list)
            .doesNotContain(booking, notification, slot, purchase);
      }
    }
  }

  @Test
  void a_cursor_made_of_anothers_place_shows_nothing_of_theirs() {
    String cursor =
        java.util.Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                (Instant.now().plus(1, ChronoUnit.DAYS).toEpochMilli() + "_" + booking).getBytes());
    otherStudent.get("/bookings?cursor=" + cursor).mustBe(422);
    otherStudent.get("/wallet/transactions?cursor=999999").mustBe(422);
    String ofOwner = owner.get("/wallet/transactions?limit=1").mustBe(200).text("nextCursor");
    assertThat(otherStudent.get("/wallet/transactions?cursor=" + ofOwner).mustBe(200).body())
        .doesNotContain(booking);
  }

  @Test
  void an_idempotency_key_of_another_user_gives_no_answer_of_theirs() {
    Answer first =
        owner.post("/wallet/deposit", "{\"amount\":77}", "Idempotency-Key", "shared").mustBe(201);
    Answer same =
        otherStudent
            .post("/wallet/deposit", "{\"amount\":77}", "Idempotency-Key", "shared")
            .mustBe(201);
    assertThat(same.text("userId")).isEqualTo(otherStudent.id());
    assertThat(same.text("transactionId")).isNotEqualTo(first.text("transactionId"));
  }

  @Test
  void a_device_of_another_user_cannot_be_taken_away() {
    String device = "{\"platform\":\"web\",\"token\":\"token-of-the-owner\"}";
    owner.post("/me/devices", device).mustBe(201);
    String token = "{\"token\":\"token-of-the-owner\"}";
    otherStudent.send("DELETE", "/me/devices", token);
    assertThat(node.rows("SELECT user_id FROM device WHERE token = 'token-of-the-owner'"))
        .containsExactly(owner.id());
  }
}
