package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.classbell.http.contract.Access;
import io.classbell.http.contract.Contract;
import io.classbell.platform.bus.Caller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Walks every route with every role and with none. */
class AccessIT {

  private static HttpHouse house;
  private static OpenAPIContract contract;
  private static Access access;

  @BeforeAll
  static void open() {
    house = HttpHouse.open();
    Contract loaded = HttpHouse.wait(Contract.load(house.vertx));
    contract = loaded.api();
    access = loaded.access();
  }

  @AfterAll
  static void close() {
    house.close();
  }

  static String pathOf(Operation operation) {
    String path = Contract.documentedPath(operation.getOpenAPIPath());
    return Contract.PREFIX + filled(path);
  }

  /** The path with values that the fake modules know. */
  static String filled(String path) {
    return path.replace("{provider}", "manual").replaceAll("\\{[^}]+}", FakeHouse.SLOT);
  }

  /** An empty body: enough to come past the doors, and never enough to do anything. */
  private int ask(Operation operation, String token) {
    HttpMethod method = operation.getHttpMethod();
    String body = operation.getRequestBody() == null ? null : "{\"no_such_field\":1}";
    return house.send(method, pathOf(operation), token, body).statusCode();
  }

  @Test
  void every_operation_is_open_to_its_roles_and_to_no_others() {
    List<String> wrong = new ArrayList<>();
    for (Operation operation : contract.operations()) {
      String id = operation.getOperationId();
      for (Caller.Role role : Caller.Role.values()) {
        int status = ask(operation, house.token(role));
        if ((status == 403) == access.allows(id, role) || status == 401) {
          wrong.add(id + " by " + role + ": " + status);
        }
      }
      int status = ask(operation, null);
      boolean asksForNobody = access.isAnonymous(id) && !id.equals("logout");
      if (asksForNobody == (status == 401) && !id.equals("logout")) {
        wrong.add(id + " by nobody: " + status);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void what_a_student_a_teacher_and_an_admin_may_not_do_stands_as_it_was_decided() {
    assertThat(refusedTo(Caller.Role.student))
        .containsExactlyInAnyOrder(
            "listPayoutAccounts",
            "setPayoutAccount",
            "requestWithdrawal",
            "listWithdrawals",
            "cancelWithdrawal",
            "listAllWithdrawals",
            "exportWithdrawals",
            "approveWithdrawal",
            "rejectWithdrawal",
            "markWithdrawalPaid",
            "createSlot",
            "listMySlots",
            "createSlotSeries",
            "updateSlot",
            "deleteSlot",
            "declareAbsence",
            "cancelMeeting",
            "previewMeetingCancellation",
            "listReviews",
            "getReview",
            "listAllDisputes",
            "getDisputeCase",
            "decideDispute",
            "decideReview",
            "listUsers",
            "getUser",
            "updateUser",
            "previewDisabling",
            "listAdminActions",
            "listLedgerAccounts",
            "listLedgerEntries",
            "getLedgerTransaction",
            "getOperations",
            "auditLedger",
            "listDeadLetters",
            "replayDeadLetter",
            "adjustWallet",
            "listAllPurchases",
            "refundPurchase");
    assertThat(refusedTo(Caller.Role.teacher))
        .containsExactlyInAnyOrder(
            "listAllWithdrawals",
            "exportWithdrawals",
            "approveWithdrawal",
            "rejectWithdrawal",
            "markWithdrawalPaid",
            "book",
            "cancelBooking",
            "moveBooking",
            "previewMove",
            "previewCancellation",
            "listReviews",
            "getReview",
            "listAllDisputes",
            "getDisputeCase",
            "decideDispute",
            "decideReview",
            "listUsers",
            "getUser",
            "updateUser",
            "previewDisabling",
            "listAdminActions",
            "listLedgerAccounts",
            "listLedgerEntries",
            "getLedgerTransaction",
            "getOperations",
            "auditLedger",
            "listDeadLetters",
            "replayDeadLetter",
            "adjustWallet",
            "listAllPurchases",
            "refundPurchase");
    assertThat(refusedTo(Caller.Role.admin))
        .containsExactlyInAnyOrder(
            "createSlot",
            "listMySlots",
            "createSlotSeries",
            "updateSlot",
            "deleteSlot",
            "declareAbsence",
            "book",
            "cancelBooking",
            "moveBooking",
            "previewMove",
            "previewCancellation",
            "openDispute",
            "listDisputes",
            "acceptDispute",
            "answerDispute",
            "joinMeeting",
            "leaveMeeting");
  }

  @Test
  void an_operation_that_a_role_may_not_call_documents_its_403() throws IOException {
    JsonNode paths;
    try (InputStream document = AccessIT.class.getResourceAsStream("/openapi.yaml")) {
      paths = new YAMLMapper().readTree(document).path("paths");
    }
    List<String> undocumented = new ArrayList<>();
    for (Operation operation : contract.operations()) {
      boolean isForAll =
          access.isAnonymous(operation.getOperationId())
              || Stream.of(Caller.Role.values())
                  .allMatch(role -> access.allows(operation.getOperationId(), role));
      JsonNode responses =
          paths
              .path(Contract.documentedPath(operation.getOpenAPIPath()))
              .path(operation.getHttpMethod().name().toLowerCase(Locale.ROOT))
              .path("responses");
      assertThat(
              responses.has("200")
                  || responses.has("201")
                  || responses.has("202")
                  || responses.has("204"))
          .as(operation.getOperationId())
          .isTrue();
      if (!isForAll && !responses.has("403")) {
        undocumented.add(operation.getOperationId());
      }
    }
    assertThat(undocumented).isEmpty();
  }

  private static List<String> refusedTo(Caller.Role role) {
    return contract.operations().stream()
        .map(Operation::getOperationId)
        .filter(id -> !access.allows(id, role))
        .toList();
  }

  @Test
  void only_identity_calendar_feeds_slots_teachers_and_the_config_can_be_asked_for_without_one() {
    assertThat(contract.operations().stream().map(Operation::getOperationId))
        .filteredOn(access::isAnonymous)
        .containsExactlyInAnyOrder(
            "register",
            "login",
            "refresh",
            "logout",
            "requestPasswordReset",
            "confirmPasswordReset",
            "getCalendarFeed",
            "searchSlots",
            "getSlot",
            "countSlotDays",
            "listTeachers",
            "getTeacher",
            "getConfig",
            "verifyEmail");
  }

  @Test
  void operations_whose_roles_are_missing_unknown_or_contradict_their_security_fail_the_start() {
    String changed = HttpHouse.wait(Contract.load(house.vertx)).text().toString();
    for (Map.Entry<String, String> roles :
        Map.of(
                "listBookings", "",
                "book", "      x-roles: [student, guest]\n",
                "login", "      x-roles: [student]\n",
                "getMe", "      x-roles: [anonymous]\n",
                "getWallet", "      x-roles: []\n")
            .entrySet()) {
      String head = "      operationId: " + roles.getKey() + "\n";
      assertThat(changed).contains(head);
      changed = changed.replaceFirst(head + " +x-roles: .*\n", head + roles.getValue());
    }
    Buffer text = Buffer.buffer(changed);
    assertThatThrownBy(() -> HttpHouse.wait(Contract.of(house.vertx, text)))
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .rootCause()
        .hasMessageEndingWith(": [book, getMe, getWallet, listBookings, login]");
  }

  @Test
  void nothing_changes_by_get() {
    assertThat(contract.operations())
        .filteredOn(operation -> operation.getHttpMethod().equals(HttpMethod.GET))
        .allSatisfy(operation -> assertThat(operation.getRequestBody()).isNull());
  }
}
