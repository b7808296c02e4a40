package io.classbell.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An admin follows credits from an account to its entries, their transaction and its cause. */
class LedgerExplorerIT {
  private static RealNode node;
  private static Visitor admin;

  @BeforeAll
  static void start() {
    node = RealNode.inTestMode();
    admin = Visitor.demo(node.port(), "admin");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static JsonNode get(String path) {
    return admin.get(path).mustBe(200).json();
  }

  @Test
  void credits_can_be_followed_from_the_account_to_the_booking() {
    Visitor teacher = Visitor.register(node.port(), "teacher");
    Visitor student = Visitor.register(node.port(), "student");
    String studentId = student.id();
    student.post("/wallet/deposit", "{\"amount\":10000}").mustBe(201);
    String slot =
        teacher
            .post(
                "/teachers/me/slots",
                "{\"title\":\"Algebra\",\"startsAt\":\"%s\",\"durationMinutes\":60,\"capacity\":5,\"price\":2500}"
                    .formatted(Instant.now().plus(3, ChronoUnit.DAYS)))
            .mustBe(201)
            .text("id");
    String booking =
        student.post("/bookings", "{\"slotId\":\"" + slot + "\"}").mustBe(201).text("id");

    JsonNode wallet = get("/admin/ledger/accounts?ownerId=" + studentId).at("/items/0");
    assertThat(wallet.path("id").asText()).isEqualTo("wallet:" + studentId);
    assertThat(wallet.at("/owner/name").asText()).isEqualTo("Somebody");
    assertThat(wallet.path("balance").asLong()).isEqualTo(7_500);
    assertThat(wallet.path("held").asLong()).isEqualTo(2_500);

    JsonNode entries =
        get("/admin/ledger/accounts/" + wallet.path("id").asText() + "/entries?limit=1");
    JsonNode last = entries.at("/items/0");
    assertThat(last.path("amount").asLong()).isEqualTo(-2_500);
    assertThat(last.path("balanceAfter").asLong()).isEqualTo(7_500);
    JsonNode first =
        get("/admin/ledger/accounts/"
                + wallet.path("id").asText()
                + "/entries?limit=1&cursor="
                + entries.path("nextCursor").asText())
            .at("/items/0");
    assertThat(first.path("kind").asText()).isEqualTo("deposit");

    JsonNode transaction = get("/admin/ledger/transactions/" + last.path("transactionId").asText());
    assertThat(transaction.at("/cause/type").asText()).isEqualTo("booking");
    assertThat(transaction.at("/cause/id").asText()).isEqualTo(booking);
    long sum = 0;
    List<String> accounts = new ArrayList<>();
    for (JsonNode entry : transaction.path("entries")) {
      sum += entry.path("amount").asLong();
      accounts.add(entry.path("accountId").asText());
    }
    assertThat(sum).isZero();
    assertThat(accounts).containsExactlyInAnyOrder("wallet:" + studentId, "escrow:" + slot);
  }

  @Test
  void every_account_is_listed_once_and_system_accounts_have_the_sum_of_their_entries() {
    for (int i = 0; i < 3; i++) {
      Visitor.register(node.port(), "student")
          .post("/wallet/deposit", "{\"amount\":700}")
          .mustBe(201);
    }
    List<String> ids = new ArrayList<>();
    long total = 0;
    String cursor = null;
    do {
      JsonNode page =
          get("/admin/ledger/accounts?limit=2" + (cursor == null ? "" : "&cursor=" + cursor));
      for (JsonNode account : page.path("items")) {
        ids.add(account.path("id").asText());
        total += account.path("balance").asLong();
      }
      cursor = page.path("nextCursor").asText(null);
    } while (cursor != null);
    assertThat(ids).doesNotHaveDuplicates().isSorted().contains("clearing:test");
    assertThat(total).as("all accounts together").isZero();
    JsonNode system = get("/admin/ledger/accounts?kind=system");
    assertThat(system.path("items"))
        .allSatisfy(a -> assertThat(a.path("kind").asText()).isEqualTo("system"));
    assertThat(get("/admin/ledger/accounts/clearing:test/entries").at("/account/balance").asLong())
        .isNegative();
    admin.get("/admin/ledger/accounts/nothing/entries").mustBe(404);
    admin.get("/admin/ledger/accounts?cursor=nonsense").mustBe(422);
  }

  @Test
  void the_board_names_the_nodes_and_the_last_proof() {
    assertThat(get("/admin/ledger/audit").path("ok").asBoolean()).isTrue();
    TestNode.until(
        "the proof and this node are on the board",
        () -> {
          JsonNode board = get("/admin/operations");
          return board.at("/books/ok").asBoolean() && board.path("nodes").size() == 1;
        });
    JsonNode board = get("/admin/operations");
    assertThat(board.at("/nodes/0/name").asText()).isEqualTo("test");
    assertThat(board.at("/waiting/reviews").asLong(-1)).isZero();
    assertThat(board.at("/queues/messages").asLong(-1)).isNotNegative();
    Visitor.demo(node.port(), "teacher").get("/admin/operations").mustBe(403);
  }
}
