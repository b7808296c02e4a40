package io.classbell.payment.payout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.platform.Failpoint;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Withdrawals by hand through the API, on two nodes that share a database. */
class WithdrawalsIT {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private static List<RealNode> nodes;
  private static RealNode node;
  private static Visitor admin;
  private static Visitor secondAdmin;

  private Visitor teacher;

  @BeforeAll
  static void start() {
    nodes = RealNode.two();
    node = nodes.getFirst();
    admin = Visitor.demo(node.port(), "admin");
    secondAdmin = newAdmin();
  }

  @AfterAll
  static void stop() {
    nodes.forEach(RealNode::close);
  }

  @BeforeEach
  void fund() {
    teacher = Visitor.register(node.port(), "teacher");
    teacher.post("/wallet/deposit", "{\"amount\":500000}").mustBe(201);
  }

  @AfterEach
  void the_books_are_right() {
    Failpoint.hook(null);
    JsonNode audit = admin.get("/admin/ledger/audit").mustBe(200).json();
    assertThat(audit.path("ok").asBoolean()).as(audit.toString()).isTrue();
  }

  /** A user whose role an operator has changed in the database. */
  private static Visitor newAdmin() {
    String email = "admin" + COUNT.incrementAndGet() + "-" + System.nanoTime() + "@example.org";
    Visitor nobody = Visitor.nobody(node.port());
    nobody.post("/auth/register", Visitor.registration(email, "teacher")).mustBe(201);
    node.execute("UPDATE user_account SET role = 'admin' WHERE email = '" + email + "'");
    return nobody.login(email, Visitor.PASSWORD);
  }

  private Answer request(long amount, String... headers) {
    return teacher.post(
        "/wallet/withdrawals",
        "{\"amount\":%d,\"provider\":\"manual\",\"destination\":\"IBAN DE02\"}".formatted(amount),
        headers);
  }

  private String requested(long amount) {
    return request(amount).mustBe(201).text("id");
  }

  private long balance() {
    return teacher.get("/wallet").json().path("balance").asLong();
  }

  private static Answer approve(Visitor by, String id) {
    return by.post("/admin/withdrawals/" + id + "/approve", null);
  }

  private static Answer paid(Visitor by, String id, String reference) {
    return by.post("/admin/withdrawals/" + id + "/paid", "{\"reference\":\"" + reference + "\"}");
  }

  private static Answer reject(Visitor by, String id) {
    return by.post("/admin/withdrawals/" + id + "/reject", "{\"reason\":\"No such bank\"}");
  }

  private String status(String id) {
    return node.rows("SELECT status FROM withdrawal WHERE id = '" + id + "'").getFirst();
  }

  private static long sum(String account) {
    return Long.parseLong(
        node.rows(
                "SELECT COALESCE(SUM(amount), 0) FROM ledger_entry WHERE account_id = '"
                    + account
                    + "'")
            .getFirst());
  }

  private List<String> told(Visitor user, String id) {
    return StreamSupport.stream(
            user.get("/notifications?limit=100").json().path("items").spliterator(), false)
        .filter(n -> n.at("/data/withdrawalId").asText().equals(id))
        .map(n -> n.path("kind").asText())
        .sorted()
        .toList();
  }

  private void isTold(Visitor user, String id, String... kinds) {
    TestNode.until("told of " + id, () -> told(user, id).equals(List.of(kinds)));
  }

  @Test
  void a_withdrawal_by_hand_is_requested_approved_and_paid_and_its_owner_is_told() {
    teacher
        .send("PUT", "/me/payout-accounts/manual", "{\"destination\":\" Clara, IBAN DE02 \"}")
        .mustBe(200);
    long clearing = sum("clearing:manual");
    Answer first =
        teacher
            .post("/wallet/withdrawals", "{\"amount\":25000,\"provider\":\"manual\"}")
            .mustBe(201);
    String id = first.text("id");
    assertThat(first.text("status")).isEqualTo("requested");
    assertThat(first.text("destination")).isEqualTo("Clara, IBAN DE02");
    assertThat(first.text("value")).isEqualTo("250.00");
    assertThat(first.text("currency")).isEqualTo("EUR");
    assertThat(balance()).isEqualTo(475_000);
    assertThat(approve(admin, id).mustBe(200).text("status")).isEqualTo("approved");
    Answer paid = paid(admin, id, "Transfer 17").mustBe(200);
    assertThat(paid.text("status")).isEqualTo("paid");
    assertThat(paid.text("reference")).isEqualTo("Transfer 17");
    assertThat(paid.json().at("/approvedBy/0/id").asText()).isEqualTo(admin.id());
    assertThat(sum("clearing:manual") - clearing).isEqualTo(25_000);
    isTold(teacher, id, "withdrawal_paid", "withdrawal_requested");
    isTold(admin, id, "withdrawal_requested");
    assertThat(teacher.get("/wallet/transactions").json().at("/items/0/description").asText())
        .isEqualTo("Withdrawal: by bank transfer");
    assertThat(
            node.rows(
                "SELECT action FROM admin_action WHERE subject_id = '" + id + "' ORDER BY at, id"))
        .containsExactly("withdrawal_approved", "withdrawal_paid");
    assertThat(paid(admin, id, "Transfer 17").mustBe(200).text("status")).isEqualTo("paid");
    paid(admin, id, "Transfer 18").mustBe(409);
  }

  @Test
  void open_withdrawals_are_part_of_the_standing_until_they_are_decided() {
    String id = requested(3_000);
    requested(4_000);
    JsonNode standing = teacher.get("/wallet/standing").mustBe(200).json();
    assertThat(standing.at("/totals/inPayout").asLong()).isEqualTo(7_000);
    assertThat(standing.at("/totals/available").asLong()).isEqualTo(balance());
    assertThat(standing.at("/inPayout/0/withdrawalId").asText()).isEqualTo(id);
    assertThat(standing.at("/inPayout/0/status").asText()).isEqualTo("requested");
    reject(admin, id).mustBe(200);
    standing = teacher.get("/wallet/standing").mustBe(200).json();
    assertThat(standing.at("/totals/inPayout").asLong()).isEqualTo(4_000);
    assertThat(standing.path("receivable")).isEmpty();
  }

  @Test
  void a_rejected_or_cancelled_withdrawal_is_back_in_the_wallet_when_it_is_answered() {
    String rejected = requested(30_000);
    assertThat(reject(admin, rejected).mustBe(200).text("status")).isEqualTo("rejected");
    assertThat(balance()).isEqualTo(500_000);
    String cancelled = requested(40_000);
    String path = "/wallet/withdrawals/" + cancelled + "/cancel";
    assertThat(teacher.post(path, null).mustBe(200).text("status")).isEqualTo("cancelled");
    assertThat(teacher.post(path, null).mustBe(200).text("status")).isEqualTo("cancelled");
    assertThat(balance()).isEqualTo(500_000);
    assertThat(approve(admin, cancelled).mustBe(409).code()).isEqualTo("withdrawal_not_open");
    isTold(teacher, rejected, "withdrawal_failed", "withdrawal_requested");
    assertThat(teacher.get("/wallet/transactions").json().at("/items/0/description").asText())
        .isEqualTo("Withdrawal returned: you cancelled it");
  }

  @Test
  void invalid_requests_are_refused_and_take_nothing() {
    assertThat(request(999).mustBe(422).code()).isEqualTo("amount_out_of_range");
    assertThat(request(500_001).mustBe(409).code()).isEqualTo("insufficient_credits");
    String body = "{\"amount\":25000,\"provider\":\"%s\"%s}";
    assertThat(teacher.post("/wallet/withdrawals", body.formatted("manual", "")).mustBe(409).code())
        .isEqualTo("no_payout_account");
    assertThat(
            teacher
                .post(
                    "/wallet/withdrawals",
                    body.formatted("manual", ",\"destination\":\"a\u202eb\""))
                .mustBe(422)
                .json()
                .at("/errors/0/field")
                .asText())
        .isEqualTo("destination");
    teacher.send("PUT", "/me/payout-accounts/stripe", "{\"destination\":\"IBAN\"}").mustBe(422);
    teacher.send("PUT", "/me/payout-accounts/paypal", "{\"destination\":\"a b\"}").mustBe(422);
    teacher.send("PUT", "/me/payout-accounts/test", "{\"destination\":\"a\"}").mustBe(404);
    assertThat(balance()).isEqualTo(500_000);
    assertThat(teacher.get("/wallet/withdrawals").json().path("items")).isEmpty();
  }

  @Test
  void above_the_limit_two_different_admins_must_approve() {
    String id = requested(100_001);
    Answer once = approve(admin, id).mustBe(200);
    assertThat(once.text("status")).isEqualTo("requested");
    assertThat(once.json().path("approvalsMissing").asInt()).isEqualTo(1);
    assertThat(approve(admin, id).mustBe(409).code()).isEqualTo("second_admin_needed");
    paid(admin, id, "R").mustBe(409);
    assertThat(approve(secondAdmin, id).mustBe(200).text("status")).isEqualTo("approved");
  }

  @Test
  void nobody_approves_or_pays_their_own() {
    secondAdmin.post("/wallet/deposit", "{\"amount\":500000}").mustBe(201);
    String id =
        secondAdmin
            .post(
                "/wallet/withdrawals",
                "{\"amount\":25000,\"provider\":\"manual\",\"destination\":\"IBAN\"}")
            .mustBe(201)
            .text("id");
    assertThat(approve(secondAdmin, id).mustBe(403).code()).isEqualTo("own_withdrawal");
    approve(admin, id).mustBe(200);
    assertThat(paid(secondAdmin, id, "R").mustBe(403).code()).isEqualTo("own_withdrawal");
    assertThat(status(id)).isEqualTo("approved");
    reject(admin, id).mustBe(200);
  }

  @Test
  void a_request_repeated_by_its_key_on_two_nodes_at_once_takes_the_credits_once() {
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, 12)
            .mapToObj(
                i ->
                    teacher
                        .at(nodes.get(i % 2).port())
                        .begin(
                            "POST",
                            "/wallet/withdrawals",
                            "{\"amount\":25000,\"provider\":\"manual\",\"destination\":\"IBAN\"}",
                            "Idempotency-Key",
                            "once"))
            .toList();
    assertThat(answers.stream().map(a -> a.join().mustBe(201).text("id")).distinct()).hasSize(1);
    assertThat(balance()).isEqualTo(475_000);
  }

  @Test
  void two_admins_on_two_nodes_pay_at_once_and_it_is_posted_once() {
    String id = requested(50_000);
    approve(admin, id).mustBe(200);
    long clearing = sum("clearing:manual");
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      Visitor by = i % 2 == 0 ? admin : secondAdmin.at(nodes.getLast().port());
      answers.add(
          by.begin("POST", "/admin/withdrawals/" + id + "/paid", "{\"reference\":\"R" + i + "\"}"));
    }
    assertThat(answers.stream().filter(a -> a.join().status() == 200)).hasSize(1);
    assertThat(sum("clearing:manual") - clearing).isEqualTo(50_000);
  }

  @Test
  void one_of_a_cancellation_an_approval_and_a_rejection_at_once_wins() {
    List<String> ends = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String id = requested(10_000);
      CompletableFuture<Answer> cancel =
          teacher
              .at(nodes.getLast().port())
              .begin("POST", "/wallet/withdrawals/" + id + "/cancel", null);
      CompletableFuture<Answer> approve =
          admin.begin("POST", "/admin/withdrawals/" + id + "/approve", null);
      boolean cancelled = cancel.join().status() == 200;
      boolean approved = approve.join().status() == 200;
      assertThat(cancelled).isNotEqualTo(approved);
      assertThat(status(id)).isEqualTo(cancelled ? "cancelled" : "approved");
      ends.add(status(id));
      if (approved) {
        reject(admin, id).mustBe(200);
      }
    }
    System.out.println("ends: " + ends);
    assertThat(balance()).isEqualTo(500_000);
  }

  @Test
  void what_is_cut_off_between_state_and_posting_is_posted_all_the_same() {
    for (String place : List.of("reserve", "pay", "giveBack")) {
      for (String when : List.of("before-", "after-")) {
        AtomicInteger left = new AtomicInteger(1);
        String id = requested(20_000);
        Failpoint.hook(
            name -> {
              if (name.equals("payout." + when + place) && left.getAndDecrement() > 0) {
                throw new IllegalStateException("cut off at " + name);
              }
            });
        switch (place) {
          case "reserve" -> {
            assertThat(request(1_000).status()).isIn(500, 503);
            TestNode.until(
                "reserved",
                () ->
                    node.rows(
                            "SELECT COUNT(*) FROM withdrawal WHERE amount = 1000 AND user_id = '"
                                + teacher.id()
                                + "' AND status = 'reserving'")
                        .equals(List.of("0")));
          }
          case "pay" -> {
            approve(admin, id).mustBe(200);
            assertThat(paid(admin, id, "R").status()).isIn(500, 503);
            ledgerIs(id, "paid");
          }
          default -> {
            assertThat(reject(admin, id).status()).isIn(500, 503);
            ledgerIs(id, "returned");
          }
        }
        assertThat(left.get()).as(when + place).isLessThan(1);
        Failpoint.hook(null);
      }
    }
    assertThat(balance()).isEqualTo(500_000 - 2 * 20_000 - 2 * 20_000 - 2 * 1_000);
  }

  private void ledgerIs(String id, String state) {
    TestNode.until(
        id + " is " + state,
        () ->
            node.rows("SELECT ledger FROM withdrawal WHERE id = '" + id + "'")
                .equals(List.of(state)));
  }

  @Test
  void the_audit_finds_withdrawals_that_differ_from_the_ledger() {
    String id = requested(15_000);
    String where = " WHERE id = '" + id + "'";
    for (String[] change :
        new String[][] {
          {"amount = 14000", "amount = 15000", "payable_equals_open_withdrawals"},
          {"ledger = 'paid'", "ledger = 'payable'", "payable_equals_open_withdrawals"},
          {"status = 'approved'", "status = 'requested'", "nobody_approved_their_own_withdrawal"},
          {
            "first_approver = user_id",
            "first_approver = NULL",
            "nobody_approved_their_own_withdrawal"
          },
          {
            "status = 'failed', updated_at = '2020-01-01'",
            "status = 'requested', updated_at = created_at",
            "withdrawals_reach_the_ledger"
          }
        }) {
      node.execute("UPDATE withdrawal SET " + change[0] + where);
      JsonNode audit = admin.get("/admin/ledger/audit").mustBe(200).json();
      node.execute("UPDATE withdrawal SET " + change[1] + where);
      List<String> broken = new ArrayList<>();
      for (JsonNode invariant : audit.path("invariants")) {
        if (!invariant.path("ok").asBoolean()) {
          broken.add(invariant.path("name").asText());
          assertThat(invariant.path("violations").toString()).contains(id);
        }
      }
      assertThat(broken).as(change[0]).contains(change[2]);
    }
  }

  @Test
  void lists_are_paged_and_filtered_and_the_export_is_guarded() {
    String first = requested(11_000);
    String second = requested(12_000);
    Answer page = teacher.get("/wallet/withdrawals?limit=1").mustBe(200);
    assertThat(page.json().at("/items/0/id").asText()).isEqualTo(second);
    Answer next =
        teacher.get("/wallet/withdrawals?limit=1&cursor=" + page.text("nextCursor")).mustBe(200);
    assertThat(next.json().at("/items/0/id").asText()).isEqualTo(first);
    assertThat(Visitor.register(node.port(), "teacher").get("/wallet/withdrawals").body())
        .doesNotContain(first);
    teacher
        .post(
            "/wallet/withdrawals",
            "{\"amount\":13000,\"provider\":\"manual\",\"destination\":\"=1+1\"}")
        .mustBe(201);
    reject(admin, first).mustBe(200);
    assertThat(admin.get("/admin/withdrawals?status=rejected&limit=100").body())
        .contains(first)
        .doesNotContain(second);
    Answer csv = admin.get("/admin/withdrawals.csv?status=requested").mustBe(200);
    assertThat(csv.headers().firstValue("content-type")).hasValue("text/csv; charset=utf-8");
    assertThat(csv.body()).contains("\"'=1+1\"").contains(second).doesNotContain(first);
  }
}
