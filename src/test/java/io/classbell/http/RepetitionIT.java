package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.booking.BookingApi;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.VertxInternal;
import io.vertx.ext.web.client.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Idempotency-Keys, on real databases. */
@OnBothDatabases
class RepetitionIT {

  private static final String BOOK = "{\"slotId\":\"" + FakeHouse.SLOT + "\"}";

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

  private Set<String> commandIds() {
    return commandIds(house);
  }

  private static Set<String> commandIds(HttpHouse house) {
    return house.neighbours.asked.stream()
        .filter(BookingApi.Book.class::isInstance)
        .map(q -> ((BookingApi.Book) q).commandId())
        .collect(Collectors.toSet());
  }

  @Test
  void the_same_key_and_body_give_the_first_answer_word_for_word() {
    HttpResponse<Buffer> first = book("k1", BOOK);
    HttpResponse<Buffer> again = book("k1", BOOK);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.bodyAsString()).isEqualTo(first.bodyAsString());
    assertThat(house.neighbours.bookings).hasValue(1);
  }

  @Test
  void the_same_key_with_another_request_is_422() {
    book("k1", BOOK);
    HttpResponse<Buffer> other = book("k1", BOOK.replace("001\"", "002\""));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(other.bodyAsJsonObject().getString("code")).isEqualTo("idempotency_key_reused");
    HttpResponse<Buffer> elsewhere =
        HttpHouse.wait(
            post(
                "/api/v1/wallet/deposit",
                house.token(Caller.Role.student),
                "k1",
                "{\"amount\":1}"));
    assertThat(elsewhere.statusCode()).isEqualTo(422);
    assertThat(house.neighbours.bookings).hasValue(1);
  }

  @Test
  void a_refusal_is_repeated_too() {
    house.neighbours.bookingIsFull = true;
    assertThat(book("k1", BOOK).statusCode()).isEqualTo(409);
    house.neighbours.bookingIsFull = false;
    HttpResponse<Buffer> again = book("k1", BOOK);
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(again.bodyAsJsonObject().getString("code")).isEqualTo("slot_full");
    assertThat(book("k2", BOOK).statusCode()).isEqualTo(201);
  }

  @Test
  void what_is_not_an_outcome_is_asked_again_under_the_same_command_id() {
    hurry();
    house.neighbours.bookingIsSilent = true;
    assertThat(book("k1", BOOK).statusCode()).isEqualTo(202);
    assertThat(commandIds()).hasSize(1);
    HttpResponse<Buffer> fresh = book("k2", BOOK);
    assertThat(fresh.statusCode()).isEqualTo(202);
    assertThat(commandIds()).hasSize(2);
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
    assertThat(commandIds()).hasSize(1);
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
    assertThat(commandIds()).hasSize(1);
    house.neighbours.bookingIsFull = true;
    assertThat(book("k1", BOOK).bodyAsString()).isEqualTo(done.bodyAsString());

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

  private static BookingApi.Booking as(
      BookingApi.Booking b, String status, String reason, String movingTo, String money) {
    return new BookingApi.Booking(
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
        money);
  }

  @Test
  void keys_of_different_users_have_nothing_to_do_with_each_other() {
    String other = HttpHouse.token(house.vertx, FakeHouse.ADMIN, Caller.Role.student, "other", 600);
    book("k1", BOOK);
    assertThat(HttpHouse.wait(post("/api/v1/bookings", other, "k1", BOOK)).statusCode())
        .isEqualTo(201);
    assertThat(house.neighbours.bookings).hasValue(2);
    assertThat(commandIds()).hasSize(2);
  }

  @Test
  void many_repetitions_at_once_are_one_command() {
    String token = house.token(Caller.Role.student);
    List<Future<HttpResponse<Buffer>>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      answers.add(post("/api/v1/bookings", token, "k" + i % 3, BOOK));
    }
    answers.forEach(answer -> assertThat(HttpHouse.wait(answer).statusCode()).isEqualTo(201));
    assertThat(commandIds()).hasSize(3);
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM idempotency_key"))
        .containsExactly("3");
  }

  @Test
  void a_command_under_a_key_has_an_id_in_the_order_of_time() {
    book("k1", BOOK);
    book("k2", BOOK);
    List<String> inOrderOfKeys =
        database.rows(settings, "SELECT command_id FROM idempotency_key ORDER BY idem_key");
    assertThat(inOrderOfKeys).isSorted().containsExactlyInAnyOrderElementsOf(commandIds());
    assertThat(commandIds()).allMatch(id -> UUID.fromString(id).version() == 7);
  }

  @Test
  void what_a_node_began_and_did_not_answer_another_carries_out_under_the_same_id() {
    book("k1", BOOK);
    database.execute(settings, "UPDATE idempotency_key SET status = NULL, answer = NULL");
    try (HttpHouse other = anotherNode()) {
      String token = other.token(Caller.Role.student);
      assertThat(HttpHouse.wait(post(other, "/api/v1/bookings", token, "k1", BOOK)).statusCode())
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
        answers.add(post(node, "/api/v1/bookings", token, "k" + i / 2, BOOK));
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
    assertThat(book("Ä", BOOK).statusCode()).isIn(400, 422);
    assertThat(book("x".repeat(129), BOOK).statusCode()).isEqualTo(422);
    assertThat(book("x".repeat(128), BOOK).statusCode()).isEqualTo(201);
    assertThat(book("a'\"\\;--[]{}", BOOK).statusCode()).isEqualTo(201);
    assertThat(book("A'\"\\;--[]{}", BOOK).statusCode()).isEqualTo(201);
    assertThat(house.neighbours.bookings).hasValue(3);
  }

  @Test
  void without_a_key_each_request_is_a_command_of_its_own() {
    String token = house.token(Caller.Role.student);
    house.send(HttpMethod.POST, "/api/v1/bookings", token, BOOK);
    house.send(HttpMethod.POST, "/api/v1/bookings", token, BOOK);
    assertThat(commandIds()).hasSize(2);
    assertThat(database.rows(settings, "SELECT COUNT(*) FROM idempotency_key"))
        .containsExactly("0");
  }

  @Test
  void an_answer_is_forgotten_after_thirty_days_and_the_command_is_not() {
    book("old", BOOK);
    book("young", BOOK);
    Set<String> commands = commandIds();
    database.execute(
        settings,
        "UPDATE idempotency_key SET answered_at = answered_at - INTERVAL 31 DAY"
            + " WHERE idem_key = 'old'");
    Promise<Void> forgotten = Promise.promise();
    ((VertxInternal) house.vertx)
        .createVirtualThreadContext()
        .runOnContext(
            v -> {
              new IdempotencyKeys(house.vertx, house.node).forgetOldAnswers();
              forgotten.complete();
            });
    HttpHouse.wait(forgotten.future());
    assertThat(
            database.rows(
                settings,
                "SELECT idem_key FROM idempotency_key WHERE answer IS NULL AND status IS NULL"))
        .containsExactly("old");
    assertThat(book("old", BOOK).statusCode()).isEqualTo(201);
    assertThat(commandIds()).isEqualTo(commands);
    assertThat(house.neighbours.bookings).hasValue(3);
  }
}
