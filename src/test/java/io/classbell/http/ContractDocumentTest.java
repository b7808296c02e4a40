package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi;
import io.classbell.account.model.UserAccount;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.StandingApi;
import io.classbell.http.api.Installation;
import io.classbell.http.routes.AuthRoutes;
import io.classbell.http.routes.CalendarRoutes;
import io.classbell.http.routes.ConfigRoutes;
import io.classbell.http.routes.DisputeMapper;
import io.classbell.http.routes.EvidenceRoutes;
import io.classbell.http.routes.ResponseMapper;
import io.classbell.http.routes.SlotRoutes;
import io.classbell.http.routes.StandingRoutes;
import io.classbell.http.routes.WalletRoutes;
import io.classbell.http.routes.WithdrawalRoutes;
import io.classbell.http.routes.admin.AdminWithdrawalRoutes;
import io.classbell.http.routes.admin.CaseRoutes;
import io.classbell.http.routes.admin.LedgerAudit;
import io.classbell.notification.api.NotificationApi;
import io.classbell.payment.api.PayoutApi;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.bus.Caller;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The contract's enums, required fields and examples against the code and against each other. */
class ContractDocumentTest {

  private static final ContractDocument DOCUMENT = ContractDocument.read();

  /** Codes between modules, and of mistakes that the contract's schemas catch before. */
  private static final Set<String> NEVER_SHOWN =
      Set.of(
          "hold_voided",
          "no_hold",
          "no_payable",
          "already_settled",
          "parts_do_not_add_up",
          "unknown_provider",
          "not_test_mode");

  /** The records that are written as JSON, by the schema that describes them. */
  private static final Map<String, Class<?>> RECORDS =
      Map.ofEntries(
          Map.entry("Meeting", ResponseMapper.Meeting.class),
          Map.entry("Booking", ResponseMapper.Booking.class),
          Map.entry("Viewer", ResponseMapper.Viewer.class),
          Map.entry("PlannedSlot", MeetingApi.PlannedSlot.class),
          Map.entry("Absence", MeetingApi.Absence.class),
          Map.entry("AbsentMeeting", MeetingApi.AbsentMeeting.class),
          Map.entry("DayTotals", MeetingApi.DayTotals.class),
          Map.entry("DayTotal", MeetingApi.DayTotal.class),
          Map.entry("MoveTerms", BookingApi.MoveTerms.class),
          Map.entry("MeetingRefunds", ResponseMapper.MeetingRefunds.class),
          Map.entry("MeetingRefund", ResponseMapper.MeetingRefund.class),
          Map.entry("Config", ConfigRoutes.Config.class),
          Map.entry("ConfigLimits", ConfigRoutes.Limits.class),
          Map.entry("ConfigWindows", ConfigRoutes.Windows.class),
          Map.entry("ConfigDemoAccount", ConfigRoutes.Demo.class),
          Map.entry("ConfigProvider", Installation.Provider.class),
          Map.entry("Refund", ResponseMapper.Refund.class),
          Map.entry("SlotSeries", ResponseMapper.Series.class),
          Map.entry("SlotConflict", MeetingApi.Conflict.class),
          Map.entry("Person", ResponseMapper.Named.class),
          Map.entry("Policy", BookingApi.Policy.class),
          Map.entry("Cancellation", BookingApi.Cancellation.class),
          Map.entry("ReviewReason", MeetingApi.ReviewReason.class),
          Map.entry("ReviewOutcome", MeetingApi.ReviewDecision.class),
          Map.entry("User", AccountApi.User.class),
          Map.entry("Session", AuthRoutes.Session.class),
          Map.entry("Teacher", SlotRoutes.Teacher.class),
          Map.entry("Wallet", WalletApi.Balance.class),
          Map.entry("WalletLine", StandingRoutes.WalletLine.class),
          Map.entry("Standing", StandingRoutes.Standing.class),
          Map.entry("PayoutLine", StandingRoutes.PayoutLine.class),
          Map.entry("ReceivableLine", StandingRoutes.ReceivableLine.class),
          Map.entry("StandingLine", StandingApi.Line.class),
          Map.entry("Dispute", DisputeMapper.Dispute.class),
          Map.entry("DisputeReply", DisputeMapper.Answer.class),
          Map.entry("DisputeOutcome", DisputeMapper.Outcome.class),
          Map.entry("EvidenceEntry", EvidenceRoutes.Entry.class),
          Map.entry("Case", CaseRoutes.Basis.class),
          Map.entry("Presence", CaseRoutes.Presence.class),
          Map.entry("Posted", WalletRoutes.Posted.class),
          Map.entry("PayoutAccount", PayoutApi.Account.class),
          Map.entry("Withdrawal", WithdrawalRoutes.Withdrawal.class),
          Map.entry("AdminWithdrawal", AdminWithdrawalRoutes.Withdrawal.class),
          Map.entry("Notification", NotificationApi.Notification.class),
          Map.entry("NotificationPage", NotificationApi.Inbox.class),
          Map.entry("Unread", NotificationApi.Unread.class),
          Map.entry("Preferences", NotificationApi.Preferences.class),
          Map.entry("Device", NotificationApi.Device.class),
          Map.entry("CalendarFeed", CalendarRoutes.Feed.class),
          Map.entry("Audit", LedgerAudit.Result.class),
          Map.entry("AuditInvariant", AuditFindings.Invariant.class),
          Map.entry("DeadLetter", ScheduleApi.DeadLetter.class),
          Map.entry("Clock", ScheduleApi.ClockReading.class));

  @Test
  void every_field_of_a_response_is_described_and_required_if_it_is_never_null() {
    RECORDS.forEach(
        (name, type) -> {
          JsonObject schema = DOCUMENT.schema(name);
          RecordComponent[] fields = type.getRecordComponents();
          assertThat(schema.getJsonObject("properties").fieldNames())
              .as(name)
              .containsExactlyInAnyOrderElementsOf(names(Arrays.stream(fields)));
          assertThat(DOCUMENT.required(schema))
              .as(name)
              .containsExactlyInAnyOrderElementsOf(
                  names(
                      Arrays.stream(fields)
                          .filter(f -> !f.getAnnotatedType().isAnnotationPresent(Nullable.class))));
        });
  }

  private static List<String> names(Stream<RecordComponent> fields) {
    return fields.map(RecordComponent::getName).toList();
  }

  @Test
  void the_error_codes_are_those_that_the_code_answers() throws IOException {
    SourceCodes codes = SourceCodes.read();
    assertThat(codes.unreadable).isEmpty();
    Set<String> shown = new TreeSet<>(codes.ofProblems);
    assertThat(shown).containsAll(NEVER_SHOWN);
    shown.removeAll(NEVER_SHOWN);
    assertThat(DOCUMENT.enumOf("ErrorCode")).containsExactlyInAnyOrderElementsOf(shown);
    assertThat(DOCUMENT.enumOf("FieldErrorCode"))
        .containsExactlyInAnyOrderElementsOf(codes.ofFields);
  }

  @Test
  void every_error_code_is_explained_in_the_introduction() {
    String introduction = DOCUMENT.root().getJsonObject("info").getString("description");
    String list = introduction.substring(introduction.indexOf("**Codes**"));
    Set<String> explained = new TreeSet<>();
    Matcher code = Pattern.compile("`([a-z]+(_[a-z]+)*)`").matcher(list);
    while (code.find()) {
      explained.add(code.group(1));
    }
    Set<String> all = new TreeSet<>(DOCUMENT.enumOf("ErrorCode"));
    all.addAll(DOCUMENT.enumOf("FieldErrorCode"));
    assertThat(all).isSubsetOf(explained);
  }

  @Test
  void the_enums_are_those_of_the_code() throws ReflectiveOperationException {
    assertThat(DOCUMENT.enumOf("Role")).isEqualTo(constants("platform.bus.Caller$Role"));
    assertThat(DOCUMENT.enumOf("BookingStatus"))
        .isEqualTo(constants("booking.model.Booking$Status"));
    assertThat(DOCUMENT.enumOf("BookingOrder"))
        .isEqualTo(constants("booking.api.BookingApi$Order"));
    assertThat(DOCUMENT.enumOf("Attendance"))
        .isEqualTo(constants("booking.model.Booking$Attendance"));
    assertThat(DOCUMENT.enumOf("BookingMoney")).isEqualTo(constants("booking.model.Booking$Money"));
    List<String> shown = new ArrayList<>(constants("payment.payout.model.Withdrawal$Status"));
    assertThat(shown.remove("reserving") && shown.remove("refused")).isTrue();
    assertThat(DOCUMENT.enumOf("WithdrawalStatus")).isEqualTo(shown);
    assertThat(DOCUMENT.enumOf("MeetingStatus"))
        .isEqualTo(constants("booking.model.Meeting$Status"));
    assertThat(DOCUMENT.enumOf("NotificationKind"))
        .isEqualTo(constants("notification.api.NotificationApi$Kind"));
    assertThat(DOCUMENT.schema("ChannelSettings").getJsonObject("properties").fieldNames())
        .containsExactlyElementsOf(constants("notification.api.Channel"));
    assertThat(
            DOCUMENT
                .schema("PreferencesChange")
                .getJsonObject("properties")
                .getJsonObject("kinds")
                .getJsonObject("properties")
                .fieldNames())
        .containsExactlyElementsOf(DOCUMENT.enumOf("NotificationKind"));
    assertThat(DOCUMENT.enumOf("ReviewReasonCode"))
        .containsExactlyInAnyOrder(
            MeetingApi.ReviewReason.TEACHER_ABSENT,
            MeetingApi.ReviewReason.STUDENT_ABSENT,
            MeetingApi.ReviewReason.PLATFORM_AWAY);
    List<String> kinds = new ArrayList<>(constants("wallet.model.Posting$Kind"));
    // A refused command is recorded without entries, so no wallet's history has it.
    assertThat(kinds.remove("refused")).isTrue();
    // A payment moves credits that have left the wallet before.
    assertThat(kinds.remove("payout")).isTrue();
    // Money that fits no purchase reaches no wallet.
    assertThat(kinds.remove("suspense")).isTrue();
    assertThat(DOCUMENT.enumOf("WalletLineKind")).isEqualTo(kinds);
    List<String> rules = new ArrayList<>(DOCUMENT.enumOf("Rule"));
    rules.add(WalletRoutes.TEST_PROVIDER);
    rules.addAll(List.of("stripe", "paypal", "manual"));
    for (String why : List.of("cancelled", "rejected", "failed", "returned")) {
      rules.add("withdrawal_" + why);
    }
    rules.addAll(List.of("card_refund", "card_refund_failed", "chargeback", "chargeback_reversed"));
    assertThat(DOCUMENT.enumOf("WalletLineRule")).isEqualTo(rules);
  }

  @Test
  void the_enums_of_texts_are_those_of_the_code() throws ReflectiveOperationException {
    assertThat(DOCUMENT.enumOf("ReviewVerdict")).isEqualTo(MeetingApi.DecideReview.DECISIONS);
    List<String> conflicts = new ArrayList<>();
    conflicts.add(MeetingApi.OVERLAPPING_SLOT.code());
    conflicts.add(MeetingApi.Conflict.IN_THE_PAST);
    conflicts.addAll(constants("booking.slot.Recurrence$Shift"));
    assertThat(DOCUMENT.enumOf("SlotConflictCode")).isEqualTo(conflicts);
    List<String> sources = new ArrayList<>(constants("notification.api.Channel"));
    // The inbox is written in a transaction: no letter to it can be dead.
    assertThat(sources.remove("in_app")).isTrue();
    sources.addFirst(ScheduleApi.SOURCE_SCHEDULE);
    assertThat(DOCUMENT.enumOf("DeadLetterSource")).isEqualTo(sources);
  }

  @Test
  void the_enums_of_columns_are_those_of_the_tables() throws IOException {
    String tables = Files.readString(Path.of("src/main/resources/db/migration/V1__foundation.sql"));
    assertThat(DOCUMENT.enumOf("UserStatus"))
        .contains(UserAccount.ACTIVE)
        .isEqualTo(columnValues(tables, "user_account", "status"));
    assertThat(DOCUMENT.enumOf("DevicePlatform"))
        .isEqualTo(columnValues(tables, "device", "platform"));
  }

  /** The values that the comment of a column lists. */
  private static List<String> columnValues(String tables, String table, String column) {
    Matcher found =
        Pattern.compile(
                "CREATE TABLE " + table + " \\((?:\n  .*)*?\n  " + column + " .*-- ([a-z, ]+)")
            .matcher(tables);
    assertThat(found.find()).as(table + "." + column).isTrue();
    return List.of(found.group(1).strip().split(", "));
  }

  @Test
  void every_answer_lists_the_headers_that_it_is_sent_with() {
    List<String> wrong = new ArrayList<>();
    for (ContractDocument.Endpoint endpoint : DOCUMENT.endpoints()) {
      boolean isKeyed =
          endpoint.operation().getJsonArray("parameters", new JsonArray()).stream()
              .anyMatch(p -> "Idempotency-Key".equals(nameOf((JsonObject) p)));
      for (Map.Entry<String, Object> response : endpoint.operation().getJsonObject("responses")) {
        Set<String> sent = new TreeSet<>();
        if (response.getKey().startsWith("2")) {
          sent.addAll(List.of("RateLimit", "RateLimit-Policy"));
          addIf(endpoint.method().equalsIgnoreCase("get"), sent, "ETag");
          addIf(isKeyed, sent, "Idempotent-Replayed");
          addIf(response.getKey().equals("201"), sent, "Location");
        } else if (!response.getKey().equals("304")) {
          sent.addAll(List.of("x-trace-id", "Content-Language"));
          addIf(Set.of("429", "503").contains(response.getKey()), sent, "Retry-After");
        }
        JsonObject resolved = DOCUMENT.resolved((JsonObject) response.getValue());
        JsonObject listed = resolved.getJsonObject("headers", new JsonObject());
        if (!listed.fieldNames().containsAll(sent)
            || !sent.contains("Location") && listed.containsKey("Location")
            || !sent.contains("ETag") && listed.containsKey("ETag")
            || !sent.contains("Idempotent-Replayed") && listed.containsKey("Idempotent-Replayed")) {
          wrong.add(endpoint.id() + " " + response.getKey() + ": " + listed.fieldNames());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static String nameOf(JsonObject parameter) {
    return DOCUMENT.resolved(parameter).getString("name");
  }

  private static void addIf(boolean condition, Set<String> names, String name) {
    if (condition) {
      names.add(name);
    }
  }

  private static List<String> constants(String type) throws ClassNotFoundException {
    return Stream.of(Class.forName("io.classbell." + type).getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name())
        .toList();
  }

  @Test
  void roles_that_can_be_registered_are_all_but_admin() {
    JsonArray roles =
        DOCUMENT
            .schema("Registration")
            .getJsonObject("properties")
            .getJsonObject("role")
            .getJsonArray("enum");
    assertThat(roles).containsExactly(Caller.Role.student.name(), Caller.Role.teacher.name());
  }

  @Test
  void every_json_body_has_an_example_and_every_example_is_valid() {
    List<String> wrong = new ArrayList<>();
    for (ContractDocument.Endpoint endpoint : DOCUMENT.endpoints()) {
      JsonObject body = endpoint.operation().getJsonObject("requestBody");
      if (body != null) {
        check(endpoint.id() + " request", body, wrong);
      }
      for (Map.Entry<String, Object> response : endpoint.operation().getJsonObject("responses")) {
        check(
            endpoint.id() + " " + response.getKey(),
            DOCUMENT.resolved((JsonObject) response.getValue()),
            wrong);
      }
      for (Object parameter : endpoint.operation().getJsonArray("parameters", new JsonArray())) {
        JsonObject resolved = DOCUMENT.resolved((JsonObject) parameter);
        validate(endpoint.id() + " " + resolved.getString("name"), resolved, wrong);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static void check(String where, JsonObject message, List<String> wrong) {
    for (Map.Entry<String, Object> type : message.getJsonObject("content", new JsonObject())) {
      JsonObject content = (JsonObject) type.getValue();
      boolean isJson = type.getKey().endsWith("json");
      boolean hasFields =
          !DOCUMENT.resolved(content.getJsonObject("schema")).containsKey("maxProperties");
      if (isJson && hasFields && DOCUMENT.examplesOf(content).isEmpty()) {
        wrong.add(where + " has no example");
      }
      validate(where, content, wrong);
    }
  }

  private static void validate(String where, JsonObject node, List<String> wrong) {
    DOCUMENT
        .examplesOf(node)
        .forEach(
            (name, value) -> {
              String fault = DOCUMENT.faultOf(node.getJsonObject("schema"), value);
              if (fault != null) {
                wrong.add(where + ", " + name + ": " + fault);
              }
            });
  }

  @Test
  void every_example_of_a_schema_or_a_field_is_valid() {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Object> schema : DOCUMENT.components("schemas")) {
      checkSchema(schema.getKey(), (JsonObject) schema.getValue(), wrong);
    }
    assertThat(wrong).isEmpty();
  }

  private static void checkSchema(String where, JsonObject schema, List<String> wrong) {
    if (schema.containsKey("example")) {
      JsonObject bare = schema.copy();
      Object example = bare.remove("example");
      String fault = DOCUMENT.faultOf(bare, example);
      if (fault != null) {
        wrong.add(where + ": " + fault);
      }
    }
    for (Map.Entry<String, Object> field : schema.getJsonObject("properties", new JsonObject())) {
      checkSchema(where + "." + field.getKey(), (JsonObject) field.getValue(), wrong);
    }
  }
}
