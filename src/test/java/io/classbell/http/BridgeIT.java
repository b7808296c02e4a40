package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.auth.TokenProof;
import io.classbell.http.live.LiveBridge;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.node.ClockKeeper;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.testing.TestRedis;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bridge, as browsers and as attackers see it. */
class BridgeIT {

  private static final String OWN = "notifications." + FakeHouse.STUDENT;

  private HttpHouse house;
  private WebSocketClient sockets;

  @BeforeEach
  void open() {
    house = HttpHouse.open();
    sockets = house.vertx.createWebSocketClient();
  }

  @AfterEach
  void close() {
    house.close();
  }

  /** A SockJS client, raw or framed. */
  private final class Browser {

    final List<JsonObject> received = new CopyOnWriteArrayList<>();
    final WebSocket socket;
    private final boolean framed;
    volatile boolean closed;

    Browser(WebSocket socket, boolean framed) {
      this.socket = socket;
      this.framed = framed;
      socket.closeHandler(v -> closed = true);
      socket.exceptionHandler(e -> closed = true);
      socket.textMessageHandler(this::take);
      socket.binaryMessageHandler(bytes -> received.add(new JsonObject(bytes)));
    }

    private void take(String text) {
      if (!framed) {
        received.add(new JsonObject(text));
      } else if (text.startsWith("a")) {
        new JsonArray(text.substring(1))
            .forEach(message -> received.add(new JsonObject((String) message)));
      }
    }

    void send(JsonObject frame) {
      socket.writeTextMessage(
          framed ? new JsonArray().add(frame.encode()).encode() : frame.encode());
    }

    void register(String address, @Nullable String token) {
      JsonObject frame = new JsonObject().put("type", "register").put("address", address);
      if (token != null) {
        frame.put("headers", new JsonObject().put("authorization", "Bearer " + token));
      }
      send(frame);
    }

    /** Closed by us, and not because it had not said for long that it is there. */
    boolean isClosedThoughItPings() {
      if (!closed) {
        send(new JsonObject().put("type", "ping"));
      }
      return closed;
    }

    boolean wasTold(String body) {
      return received.stream().anyMatch(m -> body.equals(m.getValue("body")));
    }

    long notifications() {
      return received.stream().filter(m -> "rec".equals(m.getString("type"))).count();
    }
  }

  private Browser browser() {
    return new Browser(
        HttpHouse.wait(
            sockets.connect(house.http.port(), "127.0.0.1", "/eventbus/000/abcdefgh/websocket")),
        true);
  }

  private Browser rawBrowser() {
    return new Browser(
        HttpHouse.wait(sockets.connect(house.http.port(), "127.0.0.1", "/eventbus/websocket")),
        false);
  }

  private void notifyStudent(long seq) {
    tell(house, FakeHouse.STUDENT, seq);
  }

  private static void tell(HttpHouse node, String user, long seq) {
    node.bus.publish(
        NotificationApi.LIVE,
        new NotificationApi.Live(
            List.of(new NotificationApi.Shown(user, FakeHouse.notification(seq), 7))));
  }

  /** Registration has no answer; so speak until heard. */
  private void untilHeard(Browser browser) {
    Eventually.isTrue(
        () -> {
          notifyStudent(1);
          return browser.notifications() > 0;
        });
  }

  @Test
  void a_notification_reaches_those_who_registered_for_it() {
    for (Browser browser : List.of(browser(), rawBrowser())) {
      browser.register(OWN, house.token(Caller.Role.student));
      untilHeard(browser);
      JsonObject message = browser.received.get(0);
      assertThat(message.getString("address")).isEqualTo(OWN);
      JsonObject body = message.getJsonObject("body");
      assertThat(body.getString("event")).isEqualTo("notification:new");
      assertThat(body.getLong("unread")).isEqualTo(7);
      assertThat(body.getJsonObject("notification").getLong("seq")).isEqualTo(1);
      assertThat(body.getJsonObject("notification").getString("kind")).isEqualTo("reminder");
    }
  }

  @Test
  void what_is_read_in_another_tab_is_told() {
    Browser browser = browser();
    browser.register(OWN, house.token(Caller.Role.student));
    untilHeard(browser);

    house.bus.publish(
        NotificationApi.UNREAD, new NotificationApi.UnreadChanged(FakeHouse.STUDENT, 3));

    Eventually.isTrue(
        () ->
            browser.received.stream()
                .map(m -> m.getJsonObject("body"))
                .filter(java.util.Objects::nonNull)
                .anyMatch(
                    b ->
                        "notification:unread".equals(b.getString("event"))
                            && b.getLong("unread") == 3));
  }

  @Test
  void an_address_may_be_written_in_upper_case_and_is_answered_as_written() {
    String upper = LiveBridge.ADDRESS_PREFIX + FakeHouse.STUDENT.toUpperCase(Locale.ROOT);
    assertThat(upper).isNotEqualTo(OWN);
    Browser browser = browser();
    browser.register(upper, house.token(Caller.Role.student));
    untilHeard(browser);
    assertThat(browser.received)
        .filteredOn(m -> "rec".equals(m.getString("type")))
        .allMatch(m -> upper.equals(m.getString("address")));
    // A newer token for the same address is a renewal, not an error.
    browser.register(upper, house.token(Caller.Role.student));
    browser.register(OWN, house.token(Caller.Role.student));
    Eventually.isTrue(
        () -> {
          notifyStudent(2);
          return browser.received.stream().anyMatch(m -> OWN.equals(m.getString("address")));
        });
    browser.send(new JsonObject().put("type", "unregister").put("address", upper));
    browser.send(new JsonObject().put("type", "unregister").put("address", OWN));
    browser.register(upper, house.token(Caller.Role.student));
    long before = browser.notifications();
    Eventually.isTrue(
        () -> {
          notifyStudent(3);
          return browser.notifications() > before;
        });
    assertThat(browser.received).noneMatch(m -> "err".equals(m.getString("type")));
  }

  @Test
  void a_live_message_is_what_the_contract_says() {
    Browser browser = browser();
    browser.register(OWN, house.token(Caller.Role.student));
    untilHeard(browser);
    JsonObject message =
        browser.received.stream()
            .filter(m -> "rec".equals(m.getString("type")))
            .findFirst()
            .orElseThrow();
    assertThat(message.fieldNames()).containsExactlyInAnyOrder("type", "address", "body");
    ContractDocument document = ContractDocument.read();
    JsonObject schema = document.schema("LiveNotification");
    JsonObject body = message.getJsonObject("body");
    assertThat(document.faultOf(schema, body)).isNull();
    assertThat(body.fieldNames())
        .containsExactlyInAnyOrderElementsOf(schema.getJsonObject("properties").fieldNames());
    assertThat(body.getJsonObject("notification").fieldNames())
        .containsAll(document.required(document.schema("Notification")))
        .isSubsetOf(document.schema("Notification").getJsonObject("properties").fieldNames());
  }

  @Test
  void nobody_registers_without_a_good_token_of_his_own() {
    String teacher = house.token(Caller.Role.teacher);
    String student = house.token(Caller.Role.student);
    Map<String, String> forged = new TokenProof(HttpHouse.TOKENS).forgeries(house.vertx);
    List<Browser> attackers = new ArrayList<>();
    for (String token : forged.values()) {
      Browser attacker = browser();
      attacker.register("notifications.nobody", token);
      attacker.register(OWN, token);
      attackers.add(attacker);
    }
    Browser anonymous = browser();
    anonymous.register(OWN, null);
    attackers.add(anonymous);
    Browser other = browser();
    other.register(OWN, teacher);
    attackers.add(other);
    for (String address :
        List.of(
            "notifications.*", "notifications.", "wallet.hold", "notification.live", OWN + "x")) {
      Browser prober = browser();
      prober.register(address, student);
      attackers.add(prober);
    }
    Browser victim = browser();
    victim.register(OWN, student);
    untilHeard(victim);
    for (Browser attacker : attackers) {
      Eventually.isTrue(() -> attacker.wasTold("rejected"));
      assertThat(attacker.notifications()).isZero();
    }
  }

  private static final String DAY = "slots.day.2031-03-04";
  private static final String MEETING = "meetings." + FakeHouse.SLOT;

  private void seatTaken(long version) {
    house.bus.publish(
        MeetingApi.SLOTS_CHANGED,
        new MeetingApi.SlotsChanged(
            List.of(
                new MeetingApi.SlotState(
                    FakeHouse.SLOT, FakeHouse.START, 3, 10, "scheduled", version))));
  }

  private void joined() {
    house.bus.publish(
        MeetingApi.PRESENCE_CHANGED,
        new MeetingApi.PresenceChanged(FakeHouse.SLOT, FakeHouse.STUDENT, true, FakeHouse.START));
  }

  @Test
  void everybody_hears_of_the_slots_of_a_day_and_of_no_other_day() {
    Browser anonymous = rawBrowser();
    anonymous.register(DAY, null);
    anonymous.register("slots.day.2031-03-05", null);
    Browser student = browser();
    student.register(DAY, house.token(Caller.Role.student));
    for (Browser browser : List.of(anonymous, student)) {
      Eventually.isTrue(
          () -> {
            seatTaken(7);
            return browser.notifications() > 0;
          });
    }
    assertThat(anonymous.received).allMatch(m -> DAY.equals(m.getString("address")));
    JsonObject body = anonymous.received.getFirst().getJsonObject("body");
    ContractDocument document = ContractDocument.read();
    assertThat(document.faultOf(document.schema("LiveSlot"), body)).isNull();
    assertThat(body.getString("id")).isEqualTo(FakeHouse.SLOT);
    assertThat(body.getInteger("seatsTaken")).isEqualTo(3);
    assertThat(body.getLong("version")).isEqualTo(7);
  }

  @Test
  void presence_is_for_the_meetings_teacher_and_admins_alone() {
    String otherTeacher =
        HttpHouse.token(
            house.vertx, FakeHouse.UNKNOWN, Caller.Role.teacher, "session-of-another", 600);
    List<Browser> refused = new ArrayList<>();
    for (String token : new String[] {null, otherTeacher, house.token(Caller.Role.student)}) {
      Browser browser = browser();
      browser.register(MEETING, token);
      refused.add(browser);
    }
    Browser unknown = browser();
    unknown.register("meetings." + FakeHouse.UNKNOWN, house.token(Caller.Role.teacher));
    refused.add(unknown);
    Browser teacher = browser();
    teacher.register(MEETING, house.token(Caller.Role.teacher));
    Browser admin = browser();
    admin.register(MEETING, house.token(Caller.Role.admin));
    for (Browser browser : List.of(teacher, admin)) {
      Eventually.isTrue(
          () -> {
            joined();
            return browser.notifications() > 0;
          });
    }
    JsonObject body =
        teacher.received.stream()
            .filter(m -> "rec".equals(m.getString("type")))
            .findFirst()
            .orElseThrow()
            .getJsonObject("body");
    ContractDocument document = ContractDocument.read();
    assertThat(document.faultOf(document.schema("LivePresence"), body)).isNull();
    for (Browser browser : refused) {
      Eventually.isTrue(() -> browser.wasTold("rejected"));
      assertThat(browser.notifications()).isZero();
    }
  }

  @Test
  void addresses_that_do_not_exist_are_refused_with_and_without_a_token() {
    List<String> addresses =
        List.of(
            "slots.day.2031-02-30",
            "slots.day.2031-3-4",
            "slots.day.*",
            "slots.day.",
            "slots.",
            "meetings.*",
            "meetings.",
            "booking.slots-changed",
            "clock.moved");
    for (String token : new String[] {null, house.token(Caller.Role.admin)}) {
      for (String address : addresses) {
        Browser prober = browser();
        prober.register(address, token);
        Eventually.isTrue(
            () -> prober.received.stream().anyMatch(m -> "err".equals(m.getString("type"))));
        seatTaken(1);
        assertThat(prober.notifications()).as(address).isZero();
      }
    }
  }

  @Test
  void nothing_can_be_sent_to_a_public_address() {
    Browser reader = browser();
    reader.register(DAY, null);
    Browser attacker = browser();
    for (String type : List.of("send", "publish")) {
      attacker.send(
          new JsonObject()
              .put("type", type)
              .put("address", DAY)
              .put("body", new JsonObject().put("forged", true)));
    }
    Eventually.isTrue(() -> attacker.wasTold("rejected"));
    Eventually.isTrue(
        () -> {
          seatTaken(2);
          return reader.notifications() > 0;
        });
    assertThat(reader.received).noneMatch(m -> m.encode().contains("forged"));
  }

  @Test
  void a_socket_registers_as_many_addresses_as_the_config_says_and_no_more() {
    Browser browser = browser();
    for (int day = 1; day <= 21; day++) {
      browser.register("slots.day.2031-05-%02d".formatted(day), null);
    }
    Eventually.isTrue(
        () ->
            browser.received.stream().filter(m -> "err".equals(m.getString("type"))).count() == 1);
  }

  @Test
  void a_moved_clock_is_told_to_users() {
    Browser browser = browser();
    browser.register(OWN, house.token(Caller.Role.student));
    untilHeard(browser);
    house.bus.publish(ClockKeeper.MOVED, new ClockKeeper.Moved(3_600_000));
    Eventually.isTrue(
        () -> browser.received.stream().anyMatch(m -> m.encode().contains("clock:moved")));
  }

  @Test
  void an_attacker_does_not_swallow_what_others_are_sent() {
    Browser attacker = browser();
    attacker.register("wallet.balance", house.token(Caller.Role.student));
    Eventually.isTrue(() -> attacker.wasTold("rejected"));
    for (int i = 0; i < 4; i++) {
      assertThat(
              house
                  .send(HttpMethod.GET, "/api/v1/wallet", house.token(Caller.Role.student), null)
                  .statusCode())
          .isEqualTo(200);
    }
    assertThat(attacker.notifications()).isZero();
  }

  @Test
  void nothing_that_a_socket_sends_or_publishes_reaches_the_bus() {
    List<Message<Object>> arrived = new CopyOnWriteArrayList<>();
    house.vertx.eventBus().localConsumer("probe", arrived::add);
    house.vertx.eventBus().localConsumer(OWN, arrived::add);
    Browser browser = browser();
    for (String type : List.of("send", "publish")) {
      for (String address : List.of("probe", OWN, "booking.book", "__vertx.reply.1")) {
        JsonObject frame = new JsonObject().put("type", type).put("address", address);
        browser.send(frame.copy().put("body", new JsonObject().put("a", 1)));
        browser.send(frame.copy().put("replyAddress", "reply-here"));
        browser.send(frame);
      }
    }
    Eventually.isTrue(
        () ->
            browser.received.stream().filter(m -> "rejected".equals(m.getValue("body"))).count()
                == 24);
    assertThat(arrived).isEmpty();
    assertThat(house.neighbours.bookings.get()).isZero();
  }

  @Test
  void who_asks_only_for_what_is_refused_is_closed() {
    Browser browser = browser();
    browser.register(OWN, house.token(Caller.Role.student));
    untilHeard(browser);
    for (int i = 0; i < 1_000; i++) {
      browser.register("notifications.nobody", "no token");
    }
    Eventually.isTrue(() -> browser.closed);
  }

  @Test
  void a_page_of_another_origin_gets_no_socket_and_no_information() {
    for (String path : List.of("/eventbus/websocket", "/eventbus/000/abcdefgh/websocket")) {
      assertThat(statusOfUpgrade(path, "https://evil.example")).isEqualTo(403);
      assertThat(statusOfUpgrade(path, "null")).isEqualTo(403);
      assertThat(statusOfUpgrade(path, "https://app.example.com")).isEqualTo(101);
      assertThat(statusOfUpgrade(path, "http://localhost:8080")).isEqualTo(101);
    }
    var info =
        HttpHouse.wait(
            house
                .request(HttpMethod.GET, "/eventbus/info", null)
                .putHeader("Origin", "https://evil.example")
                .send());
    assertThat(info.statusCode()).isEqualTo(403);
    assertThat(info.headers().contains("Access-Control-Allow-Origin")).isFalse();
  }

  private int statusOfUpgrade(String path, String origin) {
    WebSocketConnectOptions options =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(house.http.port())
            .setURI(path)
            .setHeaders(MultiMap.caseInsensitiveMultiMap().add("Origin", origin));
    try {
      WebSocket socket =
          sockets
              .connect(options)
              .toCompletionStage()
              .toCompletableFuture()
              .get(40, TimeUnit.SECONDS);
      socket.close();
      return 101;
    } catch (ExecutionException e) {
      return e.getCause() instanceof UpgradeRejectedException rejected ? rejected.getStatus() : -1;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/eventbus/000/abc/xhr",
        "/eventbus/000/abc/xhr_streaming",
        "/eventbus/000/abc/xhr_send",
        "/eventbus/000/abc/eventsource",
        "/eventbus/000/abc/htmlfile",
        "/eventbus/000/abc/jsonp",
        "/eventbus/iframe.html",
        "/eventbus/iframe-1.html",
        "/eventbus/chunking_test",
        "/eventbus/",
        "/eventbus"
      })
  void there_is_no_other_transport_and_no_page(String path) {
    for (HttpMethod method : List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.OPTIONS)) {
      var answer = HttpHouse.wait(house.request(method, path, null).send());
      assertThat(answer.statusCode()).as(method + " " + path).isIn(404, 405);
      assertThat(answer.cookies()).isEmpty();
    }
  }

  @Test
  void a_frame_that_is_too_large_ends_the_socket() {
    for (Browser browser : List.of(rawBrowser(), browser())) {
      browser.register(OWN, house.token(Caller.Role.student));
      untilHeard(browser);
      browser.send(new JsonObject().put("type", "ping").put("x", "y".repeat(70_000)));
      Eventually.isTrue(() -> browser.closed);
    }
  }

  @Test
  void a_user_has_so_many_sockets_and_no_more() {
    String token = house.token(Caller.Role.student);
    List<Browser> browsers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Browser browser = browser();
      browser.register(OWN, token);
      untilHeard(browser);
      browsers.add(browser);
    }
    Browser fourth = browser();
    fourth.register(OWN, token);
    Eventually.isTrue(fourth::isClosedThoughItPings);
    browsers.get(0).socket.close();
    Eventually.isTrue(
        () -> {
          Browser next = browser();
          next.register(OWN, token);
          notifyStudent(2);
          notifyStudent(2);
          Eventually.isTrue(() -> next.closed || next.notifications() > 0 || retell());
          return next.notifications() > 0;
        });
  }

  @Test
  void a_users_sockets_are_counted_over_all_nodes() {
    RedisSettings redis = TestRedis.fresh();
    try (HttpHouse one = new HttpHouse(true, "{}", HttpHouse.NO_DATABASE, redis);
        HttpHouse other = new HttpHouse(true, "{}", HttpHouse.NO_DATABASE, redis)) {
      String user = Ids.next();
      List<Browser> allowed =
          List.of(registered(one, user), registered(other, user), registered(one, user));
      Browser fourth = registered(other, user);
      Eventually.isTrue(() -> fourth.closed);
      assertThat(allowed).noneMatch(browser -> browser.closed);

      allowed.get(0).socket.close();
      Eventually.isTrue(
          () -> {
            Browser next = registered(other, user);
            Eventually.isTrue(() -> next.closed || hears(other, user, next));
            return !next.closed;
          });
    }
  }

  private Browser registered(HttpHouse node, String user) {
    Browser browser =
        new Browser(
            HttpHouse.wait(sockets.connect(node.http.port(), "127.0.0.1", "/eventbus/websocket")),
            false);
    browser.register(
        LiveBridge.ADDRESS_PREFIX + user,
        HttpHouse.token(node.vertx, user, Caller.Role.student, "s", 600));
    Eventually.isTrue(() -> browser.closed || hears(node, user, browser));
    return browser;
  }

  private static boolean hears(HttpHouse node, String user, Browser browser) {
    tell(node, user, 1);
    return browser.notifications() > 0;
  }

  private boolean retell() {
    notifyStudent(3);
    return false;
  }

  @Test
  void a_socket_ends_with_its_token_unless_a_newer_one_is_shown() {
    Browser ends = browser();
    Browser renewed = browser();
    String shortLived =
        HttpHouse.token(house.vertx, FakeHouse.STUDENT, Caller.Role.student, "s", 5);
    ends.register(OWN, shortLived);
    renewed.register(OWN, shortLived);
    untilHeard(renewed);
    renewed.register(OWN, house.token(Caller.Role.student));
    Eventually.isTrue(() -> ends.closed);
    assertThat(renewed.closed).isFalse();
    long before = renewed.notifications();
    Eventually.isTrue(
        () -> {
          notifyStudent(2);
          return renewed.notifications() > before;
        });
    assertThat(renewed.received).noneMatch(m -> "err".equals(m.getString("type")));
  }

  @Test
  void sockets_of_a_session_that_ended_are_closed() {
    Browser browser = browser();
    browser.register(OWN, house.token(Caller.Role.student));
    untilHeard(browser);
    house.bus.publish(
        AccountApi.SESSIONS_ENDED,
        new AccountApi.Ended(List.of("session-of-student"), Instant.now()));
    Eventually.isTrue(browser::isClosedThoughItPings);
  }
}
