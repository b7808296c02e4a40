package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.classbell.http.live.LiveBridge;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.bus.Caller;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that take nothing of what they are sent. What waits for them would fill the heap. */
class DeafPeersIT {
  private static final String OWN = LiveBridge.ADDRESS_PREFIX + FakeHouse.STUDENT;
  private static final String PING = "{\"type\":\"ping\"}";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Many times what the two ends of a connection hold in their systems' buffers. */
  private static final int FAR_TOO_MUCH = 48_000_000;

  private HttpHouse house;

  /** Held on to: a client that is garbage is closed. */
  private WebSocketClient sockets;

  @BeforeEach
  void open() {
    // On one event loop: when one socket has a message, the other was sent those before it.
    // What is tried here is not how much they send.
    house =
        new HttpHouse(
            true,
            "{\"verticles\": 1, \"socketFramesPerMinute\": 1000000000,"
                + " \"socketFramesPerMinutePerAddress\": 1000000000}",
            HttpHouse.NO_DATABASE,
            HttpHouse.NO_REDIS);
    sockets = house.vertx.createWebSocketClient();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private String registration() {
    return new JsonObject()
        .put("type", "register")
        .put("address", OWN)
        .put(
            "headers",
            new JsonObject().put("authorization", "Bearer " + house.token(Caller.Role.student)))
        .encode();
  }

  private void tell(int characters) {
    NotificationApi.Notification said =
        new NotificationApi.Notification(
            FakeHouse.SLOT,
            1,
            "reminder",
            "x".repeat(characters),
            "x",
            Map.of(),
            Instant.now(),
            null);
    house.bus.publish(
        NotificationApi.LIVE,
        new NotificationApi.Live(List.of(new NotificationApi.Shown(FakeHouse.STUDENT, said, 1))));
  }

  /** Told again and again, as a registration has no answer. */
  private void untilRegistered(DeafPeer peer) throws IOException {
    long timer = house.vertx.setPeriodic(50, t -> tell(1));
    peer.readUntil("notification:new");
    house.vertx.cancelTimer(timer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/eventbus/websocket", "/eventbus/000/abcdefgh/websocket"})
  void a_browser_that_does_not_read_is_cut_off_and_the_others_go_on(String path)
      throws IOException {
    String ping = path.contains("000") ? new JsonArray().add(PING).encode() : PING;
    String register =
        path.contains("000") ? new JsonArray().add(registration()).encode() : registration();
    WebSocket reads =
        HttpHouse.wait(sockets.connect(house.http.port(), "127.0.0.1", "/eventbus/websocket"));
    AtomicInteger read = new AtomicInteger();
    reads.textMessageHandler(text -> read.incrementAndGet());
    reads.writeTextMessage(registration());
    try (DeafPeer deaf = DeafPeer.socket(house.http.port(), path)) {
      deaf.text(register);
      untilRegistered(deaf);
      Eventually.isTrue(() -> read.get() > 0);
      assertThatThrownBy(
              () -> {
                for (int sent = 0; sent < FAR_TOO_MUCH; sent += 4 * 30_000) {
                  int before = read.get();
                  for (int i = 0; i < 4; i++) {
                    tell(30_000);
                  }
                  Eventually.isTrue(() -> read.get() >= before + 4);
                  reads.writeTextMessage(PING);
                  deaf.text(ping);
                }
              })
          .isInstanceOf(IOException.class);
    }
    int before = read.get();
    tell(1);
    Eventually.isTrue(() -> read.get() > before);
  }

  @Test
  void who_sends_pings_and_takes_no_pong_is_cut_off() throws IOException {
    try (DeafPeer deaf = DeafPeer.socket(house.http.port(), "/eventbus/websocket")) {
      deaf.text(registration());
      untilRegistered(deaf);
      isCutOff(deaf::ping);
    }
  }

  @Test
  void who_asks_and_takes_no_answer_is_cut_off() throws IOException {
    String request =
        "GET /assets/swagger-ui.css HTTP/1.1\r\nHost: x\r\nX: " + "x".repeat(8_000) + "\r\n\r\n";
    try (DeafPeer deaf = new DeafPeer(house.http.port())) {
      isCutOff(
          () -> {
            deaf.write(request);
            return request.length();
          });
    }
  }

  private interface Sends {
    int once() throws IOException;
  }

  private static void isCutOff(Sends sends) {
    assertTimeoutPreemptively(
        LIMIT,
        () ->
            assertThatThrownBy(
                    () -> {
                      for (int sent = 0; sent < FAR_TOO_MUCH; ) {
                        sent += sends.once();
                      }
                    })
                .isInstanceOf(IOException.class));
  }
}
