package io.classbell.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.BookingApi;
import io.classbell.http.contract.Contract;
import io.classbell.http.idempotency.IdempotencyKeys;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.openapi.contract.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Idempotency-Keys that the http module stores, on real databases. Deposits stand for all routes
 * that do not pass their key on; bookings do.
 */
@OnBothDatabases
class RepetitionIT {

  private static final String DEPOSIT = "{\"amount\":1}";
  private static final String OTHER_DEPOSIT = "{\"amount\":2}";
  private static final String BOOK = "{\"slotId\":\"" + FakeHouse.SLOT + "\"}";

  private static final String READ_ALL = "/api/v1/notifications/read-all";
  private static final String BEHIND_PROXY = "{\"trustedProxies\": [\"127.0.0.1\"]}";

  private final TestDatabase database;
  private DatabaseSettings settings;
  private HttpHouse house;

  RepetitionIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void open() {
    settings = database.fresh();
    house = new HttpHouse(true, "{}", settings, HttpHouse.NO_REDIS);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private Future<HttpResponse<Buffer>> post(String path, String token, String key, String body) {
    return post(house, path, token, key, body);
  }

  private static Future<HttpResponse<Buffer>> post(
      HttpHouse house, String path, String token, String key, String body) {
    return house
        .request(HttpMethod.POST, path, token)
        .putHeader("Idempotency-Key", key)
        .putHeader("Content-Type", "application/json")
        .sendBuffer(Buffer.buffer(body));
  }

  private HttpResponse<Buffer> book(String key, String body) {
    return HttpHouse.wait(post("/api/v1/bookings", house.token(Caller.Role.student), key, body));
  }

  private HttpResponse<Buffer> deposit(String key, String body) {
    return HttpHouse.wait(
        post("/api/v1/wallet/deposit", house.token(Caller.Role.student), key, body));
  }

  private Set<String> commandIds() {
    return commandIds(house);
  }

  private static Set<String> commandIds(HttpHouse house) {
    return house.neighbours.asked.stream()
        .filter(WalletApi.Deposit.class::isInstance)
        .map(q -> ((WalletApi.Deposit) q).commandId())
        .collect(Collectors.toSet());
  }

  private Set<String> bookingIds() {
    return house.neighbours.asked.stream()
        .filter(BookingApi.Book.class::isInstance)
        .map(q -> ((BookingApi.Book) q).commandId())
        .collect(Collectors.toSet());
  }

  @Test
  void the_same_key_and_body_give_the_first_answer_word_for_word() {
    HttpResponse<Buffer> first = deposit("k1", DEPOSIT);
    HttpResponse<Buffer> again = deposit("k1", DEPOSIT);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.bodyAsString()).isEqualTo(first.bodyAsString());
    assertThat(house.neighbours.deposits).hasValue(1);
  }

  @Test
  void the_same_key_with_another_body_is_422() {
    deposit("k1", DEPOSIT);
    HttpResponse<Buffer> other = deposit("k1", OTHER_DEPOSIT);
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.bodyAsJsonObject().getString("code")).isEqualTo("idempotency_key_reused");
    assertThat(house.neighbours.deposits).hasValue(1);
  }

  @Test
  void a_key_of_one_operation_or_thing_is_new_to_another() {
    String student = house.token(Caller.Role.student);
    assertThat(deposit("k1", DEPOSIT).statusCode()).isEqualTo(201);
    for (boolean again : new boolean[] {false, true}) {
      HttpResponse<Buffer> read = HttpHouse.wait(post(READ_ALL, student, "k1", "{}"));
      assertThat(read.statusCode()).isEqualTo(200);
      assertThat(isReplayed(read)).isEqualTo(again);
      HttpResponse<Buffer> booked = book("k1", BOOK);
      assertThat(booked.statusCode()).isEqualTo(201);
      assertThat(isReplayed(booked)).isEqualTo(again);
    }
    assertThat(deposit("k1", OTHER_DEPOSIT).statusCode()).isEqualTo(422);
    assertThat(isReplayed(deposit("k1", DEPOSIT))).isTrue();
    assertThat(house.neighbours.deposits).hasValue(1);
  }

  @Test
  void a_key_used_for_one_thing_is_new_to_another_thing_at_every_path_of_the_contract() {
    String other = FakeHouse.SLOT.replace("001", "00a");
    List<String> tried = new ArrayList<>();
    Contract contract = HttpHouse.wait(Contract.load(house.vertx));
    for (Operation operation : contract.api().operations()) {
      String path = operation.getAbsoluteOpenAPIPath();
      if (operation.getHttpMethod().equals(HttpMethod.POST) && path.contains("{")) {
        tried.add(operation.getOperationId());
        String token = tokenFor(contract, operation.getOperationId());
        String body =
            switch (operation.getOperationId()) {
              case "moveBooking" -> BOOK;
              case "openDispute", "answerDispute" -> "{\"reason\":\"r\",\"studentPercent\":1}";
              case "decideDispute" -> "{\"studentPercent\":1,\"note\":\"n\"}";
              case "decideReview" -> "{\"decision\":\"refund_students\",\"note\":\"n\"}";
              case "markWithdrawalPaid" -> "{\"reference\":\"r\"}";
              case "rejectWithdrawal" -> "{\"reason\":\"r\"}";
              case "refundPurchase" -> "{\"amount\":1,\"reason\":\"r\"}";
              case "adjustWallet" -> "{\"amount\":1,\"reason\":\"r\"}";
              default -> "{}";
            };
        for (String id : List.of(FakeHouse.SLOT, other)) {
          String at = path.replaceAll("\\{[^}]+}", id);
          for (boolean again : new boolean[] {false, true}) {
            HttpResponse<Buffer> answer = HttpHouse.wait(post(at, token, "one-for-all", body));
            assertThat(answer.statusCode()).as(at).isLessThan(300);
            assertThat(isReplayed(answer)).as(at).isEqualTo(again);
          }
        }
      }
    }
    assertThat(tried).hasSizeGreaterThanOrEqualTo(8);
  }

  private String tokenFor(Contract contract, String operation) {
    for (Caller.Role role : Caller.Role.values()) {
      if (contract.access().allows(operation, role)) {
        return house.token(role);
      }
    }
    throw new AssertionError(operation);
  }

  private static boolean isReplayed(HttpResponse<Buffer> answer) {
    return "true".equals(answer.getHeader("Idempotent-Replayed"));
  }

  @Test
  void an_answer_given_again_says_so_and_a_first_one_does_not() {
    assertThat(isReplayed(deposit("k1", DEPOSIT))).isFalse();
    assertThat(isReplayed(deposit("k1", DEPOSIT))).isTrue();
    house.neighbours.depositIsRefused = true;
    assertThat(isReplayed(deposit("k2", DEPOSIT))).isFalse();
    HttpResponse<Buffer> refused = deposit("k2", DEPOSIT);
    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(isReplayed(refused)).isTrue();
  }

  @Test
  void a_logout_is_done_whatever_its_key_was_used_for() {
    for (String token : List.of("one", "two", "two")) {
      String body = "{\"refreshToken\":\"" + token + "\"}";
      assertThat(HttpHouse.wait(post("/api/v1/auth/logout", null, "k1", body)).statusCode())
          .isEqualTo(204);
    }
    assertThat(house.neighbours.asked).filteredOn(AccountApi.Logout.class::isInstance).hasSize(3);
  }

  @Test
  void before_login_a_key_belongs_to_the_address_that_sent_it() {
    house.close();
    house = new HttpHouse(true, BEHIND_PROXY, settings, HttpHouse.NO_REDIS);
    assertThat(isReplayed(registration("198.51.100.1", "a@b.c"))).isFalse();
    HttpResponse<Buffer> stranger = registration("198.51.100.2", "x@y.z");
    assertThat(stranger.statusCode()).isEqualTo(201);
    assertThat(isReplayed(stranger)).isFalse();
    HttpResponse<Buffer> again = registration("198.51.100.1", "a@b.c");
    assertThat(isReplayed(again)).isTrue();
    assertThat(again.bodyAsJsonObject().getString("email")).isEqualTo("a@b.c");
    assertThat(registration("198.51.100.1", "x@y.z").statusCode()).isEqualTo(422);
    assertThat(database.rows(settings, "SELECT * FROM idempotency_key").toString())
        .doesNotContain("198.51.100");
  }

  private HttpResponse<Buffer> registration(String address, String email) {
    return HttpHouse.wait(
        house
            .request(HttpMethod.POST, "/api/v1/auth/register", null)
            .putHeader("Idempotency-Key", "guessable")
            .putHeader("X-Forwarded-For", address)
            .putHeader("Content-Type", "application/json")
            .sendBuffer(
                Buffer.buffer(
                    "{\"email\":\"%s\",\"password\":\"top-secret\",\"name\":\"A\",\"role\":\"student\"}"
                        .formatted(email))));
  }

  @Test
  void keys_taken_by_nodes_of_the_release_before_are_read() throws Exception {
    String hash = hashOfTheReleaseBefore("deposit///", DEPOSIT);
    for (String key : List.of("answered", "begun")) {
      database.execute(
          settings,
          "INSERT INTO idempotency_key (scope, idem_key, operation, body_hash, command_id,"
              + " created_at)"
              + " VALUES ('%s', '%s', 'deposit', '%s', '%s', NOW(3))"
                  .formatted(FakeHouse.STUDENT, key, hash, FakeHouse.UNKNOWN));
    }
    database.execute(
        settings,
        "UPDATE idempotency_key SET status = 201, answer = '{\"from\":\"before\"}'"
            + " WHERE idem_key = 'answered'");
    assertThat(deposit("answered", DEPOSIT).bodyAsString()).isEqualTo("{\"from\":\"before\"}");
    assertThat(deposit("begun", DEPOSIT).statusCode()).isEqualTo(201);
    assertThat(commandIds()).containsExactly(FakeHouse.UNKNOWN);
    assertThat(deposit("begun", OTHER_DEPOSIT).statusCode()).isEqualTo(422);
    HttpResponse<Buffer> elsewhere =
        HttpHouse.wait(post(READ_ALL, house.token(Caller.Role.student), "begun", "{}"));
    assertThat(elsewhere.statusCode()).isEqualTo(200);
  }

  @Test
  void nodes_of_the_release_before_can_read_keys_taken_here() throws Exception {
    deposit("k1", DEPOSIT);
    assertThat(database.rows(settings, "SELECT scope, idem_key, body_hash FROM idempotency_key"))
        .containsExactly(
            FakeHouse.STUDENT + "|k1|" + hashOfTheReleaseBefore("deposit///", DEPOSIT));
  }

  private static String hashOfTheReleaseBefore(String operation, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(HttpHouse.TOKENS.key().bytes(), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal((operation + " " + body).getBytes(UTF_8)));
  }

  @Test
  void a_new_secret_breaks_no_repetition() {
    deposit("k1", DEPOSIT);
    house.neighbours.asked.clear();
    String secret = "{\"idempotencySecret\": \"another-secret-of-thirty-two-bytes!!\"}";
    Set<String> first =
        Set.copyOf(database.rows(settings, "SELECT command_id FROM idempotency_key"));
    try (HttpHouse other = new HttpHouse(true, secret, settings, HttpHouse.NO_REDIS)) {
      String token = other.token(Caller.Role.student);
      HttpResponse<Buffer> again =
          HttpHouse.wait(post(other, "/api/v1/wallet/deposit", token, "k1", DEPOSIT));
      assertThat(again.statusCode()).isEqualTo(201);
      assertThat(commandIds(other)).isEqualTo(first);
    }
  }

  @Test
  void a_refusal_is_repeated_too() {
    house.neighbours.depositIsRefused = true;
    assertThat(deposit("k1", DEPOSIT).statusCode()).isEqualTo(422);
    house.neighbours.depositIsRefused = false;
    HttpResponse<Buffer> again = deposit("k1", DEPOSIT);
    assertThat(again.statusCode()).isEqualTo(422);
    assertThat(again.bodyAsJsonObject().getString("code")).isEqualTo("amount_out_of_range");
    assertThat(deposit("k2", DEPOSIT).statusCode()).isEqualTo(201);
  }

  @Test
  void what_is_not_an_outcome_is_asked_again_under_the_same_command_id() {
    hurry();
    house.neighbours.bookingIsSilent = true;
    assertThat(book("k1", BOOK).statusCode()).isEqualTo(202);
    assertThat(bookingIds()).hasSize(1);
    HttpResponse<Buffer> fresh = book("k2", BOOK);
    assertThat(fresh.statusCode()).isEqualTo(202);
    assertThat(bookingIds()).hasSize(2);
  }

  @Test
  void a_booking_rejected_after_silence_is_answered_as_the_rejection_when_asked_again() {
    hurry();
    house.neighbours.bookingIsSilent = true;
    house.neighbours.became = b -> as(b, "rejected", "insufficient_credits", null, "none");
    for (String key : List.of("k1", "k1")) {
      HttpResponse<Buffer> answer = book(key, BOOK);
      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(answer.bodyAsJsonObject().getString("code")).isEqualTo("insufficient_credits");
    }
    assertThat(bookingIds()).hasSize(1);
    house.neighbours.became = b -> as(b, "rejected", "class_began", null, "voiding");
    assertThat(book("k2", BOOK).bodyAsJsonObject().getString("code")).isEqualTo("class_began");
  }

  @Test
  void what_is_still_under_way_is_answered_as_such() {
    String token = house.token(Caller.Role.student);
    String booking = "/api/v1/bookings/" + FakeHouse.SLOT;
    house.neighbours.became = b -> as(b, "confirmed", null, FakeHouse.UNKNOWN, "held");
    HttpResponse<Buffer> moving = HttpHouse.wait(post(booking + "/move", token, "m", BOOK));
    assertThat(moving.statusCode()).isEqualTo(202);
    assertThat(moving.bodyAsJsonObject().getString("movingTo")).isEqualTo(FakeHouse.UNKNOWN);

    house.neighbours.became = b -> as(b, "cancelled", null, null, "voiding");
    assertThat(HttpHouse.wait(post(booking + "/cancel", token, "c1", "{}")).statusCode())
        .isEqualTo(202);
    house.neighbours.became = b -> as(b, "cancelled", null, null, "none");
    assertThat(HttpHouse.wait(post(booking + "/cancel", token, "c2", "{}")).statusCode())
        .isEqualTo(200);
  }

  @Test
  void what_was_under_way_is_answered_as_it_stands_by_then_and_then_for_good() {
    hurry();
    house.neighbours.bookingIsSilent = true;
    assertThat(book("k1", BOOK).statusCode()).isEqualTo(202);
    house.neighbours.bookingIsSilent = false;
    HttpResponse<Buffer> done = book("k1", BOOK);
    assertThat(done.statusCode()).isEqualTo(201);
    assertThat(bookingIds()).hasSize(1);
    HttpResponse<Buffer> again = book("k1", BOOK);
    assertThat(isReplayed(again)).isTrue();
    assertThat(again.bodyAsString()).isEqualTo(done.bodyAsString());

    String token = house.token(Caller.Role.student);
    String cancel = "/api/v1/bookings/" + FakeHouse.SLOT + "/cancel";
    house.neighbours.became = b -> as(b, "cancelled", null, null, "voiding");
    assertThat(HttpHouse.wait(post(cancel, token, "c", "{}")).statusCode()).isEqualTo(202);
    house.neighbours.became = b -> as(b, "cancelled", null, null, "none");
    assertThat(HttpHouse.wait(post(cancel, token, "c", "{}")).statusCode()).isEqualTo(200);
  }

  /** Neighbours are given up on soon. */
  private void hurry() {
    house.close();
    house = new HttpHouse(true, HttpHouse.IMPATIENT, settings, HttpHouse.NO_REDIS);
  }

  private static BookingApi.BookingView as(
      BookingApi.BookingView b, String status, String reason, String movingTo, String money) {
    return new BookingApi.BookingView(
        b.id(),
        b.studentId(),
        status,
        reason,
        b.slotId(),
        b.meeting(),
        b.price(),
        b.policy(),
        b.attendance(),
        b.createdAt(),
        null,
        movingTo,
        money,
        null);
  }

  @Test
  void keys_of_different_users_have_nothing_to_do_with_each_other() {
    String other = HttpHouse.token(house.vertx, FakeHouse.ADMIN, Caller.Role.student, "other", 600);
    deposit("k1", DEPOSIT);
    assertThat(HttpHouse.wait(post("/api/v1/wallet/deposit", other, "k1", DEPOSIT)).statusCode())
        .isEqualTo(201);
    assertThat(house.neighbours.deposits).hasValue(2);
    assertThat(commandIds()).hasSize(2);
  }

  @Test
  void many_repetitions_at_once_are_one_command() {
    String token = house.token(Caller.Role.student);
    List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(post("/api/v1/wallet/deposit", token, "k" + i % 3, DEPOSIT));
    }
    answers.forEach(answer -> assertThat(HttpHouse.wait(answer).statusCode()).isEqualTo(201));
    assertThat(commandIds()).hasSize(3);
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM idempotency_key"))
        .containsExactly("3");
  }

  @Test
  void a_command_under_a_key_has_an_id_in_the_order_of_time() {
    deposit("k1", DEPOSIT);
    deposit("k2", DEPOSIT);
    List<String> inOrderOfKeys =
        database.rows(settings, "SELECT command_id FROM idempotency_key ORDER BY idem_key");
    assertThat(inOrderOfKeys).isSorted().containsExactlyInAnyOrderElementsOf(commandIds());
    assertThat(commandIds()).allMatch(id -> UUID.fromString(id).version() == 7);
  }

  @Test
  void what_a_node_began_and_did_not_answer_another_carries_out_under_the_same_id() {
    deposit("k1", DEPOSIT);
    database.execute(settings, "UPDATE idempotency_key SET status = NULL, answer = NULL");
    try (HttpHouse other = anotherNode()) {
      String token = other.token(Caller.Role.student);
      assertThat(
              HttpHouse.wait(post(other, "/api/v1/wallet/deposit", token, "k1", DEPOSIT))
                  .statusCode())
          .isEqualTo(201);
      assertThat(commandIds(other)).hasSize(1).isEqualTo(commandIds());
    }
  }

  @Test
  void the_same_key_on_two_nodes_at_once_is_one_command() {
    try (HttpHouse other = anotherNode()) {
      List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        HttpHouse node = i % 2 == 0 ? house : other;
        String token = node.token(Caller.Role.student);
        answers.add(post(node, "/api/v1/wallet/deposit", token, "k" + i / 2, DEPOSIT));
      }
      answers.forEach(answer -> assertThat(HttpHouse.wait(answer).statusCode()).isEqualTo(201));
      Set<String> all = new HashSet<>(commandIds());
      all.addAll(commandIds(other));
      assertThat(all).hasSize(30);
    }
  }

  private HttpHouse anotherNode() {
    return new HttpHouse(true, "{}", settings, HttpHouse.NO_REDIS);
  }

  @Test
  void answers_that_hold_secrets_and_bodies_are_not_stored() {
    String login = "{\"email\":\"a@b.c\",\"password\":\"top-secret\"}";
    assertThat(HttpHouse.wait(post("/api/v1/auth/login", null, "k1", login)).statusCode())
        .isEqualTo(200);
    String register =
        "{\"email\":\"a@b.c\",\"password\":\"top-secret\",\"name\":\"A\",\"role\":\"student\"}";
    HttpResponse<Buffer> first =
        HttpHouse.wait(post("/api/v1/auth/register", null, "k2", register));
    HttpResponse<Buffer> again =
        HttpHouse.wait(post("/api/v1/auth/register", null, "k2", register));
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.bodyAsString()).isEqualTo(first.bodyAsString());
    List<String> rows =
        database.rows(settings, "SELECT operation, body_hash, answer FROM idempotency_key");
    assertThat(rows).hasSize(1);
    assertThat(rows.get(0)).startsWith("register|").doesNotContain("top-secret");
  }

  @Test
  void a_key_may_hold_anything_that_a_header_may_and_nothing_longer() {
    assertThat(deposit("Ä", DEPOSIT).statusCode()).isIn(400, 422);
    assertThat(deposit("x".repeat(256), DEPOSIT).statusCode()).isEqualTo(422);
    assertThat(deposit("x".repeat(255), DEPOSIT).statusCode()).isEqualTo(201);
    assertThat(deposit("a'\"\\;--[]{}", DEPOSIT).statusCode()).isEqualTo(201);
    assertThat(deposit("A'\"\\;--[]{}", DEPOSIT).statusCode()).isEqualTo(201);
    assertThat(house.neighbours.deposits).hasValue(3);
  }

  @Test
  void without_a_key_each_request_is_a_command_of_its_own() {
    String token = house.token(Caller.Role.student);
    house.send(HttpMethod.POST, "/api/v1/wallet/deposit", token, DEPOSIT);
    house.send(HttpMethod.POST, "/api/v1/wallet/deposit", token, DEPOSIT);
    assertThat(commandIds()).hasSize(2);
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM idempotency_key"))
        .containsExactly("0");
  }

  @Test
  void a_key_is_deleted_after_thirty_days_and_is_new_then() {
    deposit("old", DEPOSIT);
    deposit("young", DEPOSIT);
    database.execute(
        settings,
        "UPDATE idempotency_key SET created_at = created_at - INTERVAL 31 DAY"
            + " WHERE idem_key = 'old'");
    for (int age : new int[] {29, 31}) {
      database.execute(
          settings,
          "INSERT INTO command_key (id, request_hash, created_at)"
              + " VALUES ('%d', 'x', NOW(3) - INTERVAL %d DAY)".formatted(age, age));
    }
    Promise<Void> deleted = Promise.promise();
    ((VertxInternal) house.vertx)
        .createVirtualThreadContext()
        .runOnContext(
            v -> {
              new IdempotencyKeys(house.vertx, house.node, Duration.ofDays(30)).deleteExpired();
              deleted.complete();
            });
    HttpHouse.wait(deleted.future());
    assertThat(database.rows(settings, "SELECT idem_key FROM idempotency_key"))
        .containsExactly("young");
    assertThat(database.rows(settings, "SELECT id FROM command_key")).containsExactly("29");
    assertThat(isReplayed(deposit("old", OTHER_DEPOSIT))).isFalse();
    assertThat(isReplayed(deposit("young", DEPOSIT))).isTrue();
    assertThat(house.neighbours.deposits).hasValue(3);
  }
}
