package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.live.LiveBridge;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.TestRedis;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one socket, one address and all sockets may send. */
class SocketLimitsIT {
  private static final String RAW = "/eventbus/websocket";
  private static final String OWN = LiveBridge.ADDRESS_PREFIX + FakeHouse.STUDENT;
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String UNREGISTER = "{\"type\":\"unregister\",\"address\":\"" + OWN + "\"}";
  private static final Pattern EVALS = Pattern.compile("cmdstat_eval:calls=(\\d+)");

  /** Far more than the limit of a minute, for a machine on which this takes minutes. */
  private static final int FLOOD = 10_000;

  private HttpHouse house;

  @AfterEach
  void close() {
    house.close();
  }

  private void open(String settings) {
    house = new HttpHouse(true, settings, HttpHouse.NO_DATABASE, HttpHouse.NO_REDIS);
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

  private void tell() {
    house.bus.publish(
        NotificationApi.LIVE,
        new NotificationApi.Live(
            List.of(new NotificationApi.Shown(FakeHouse.STUDENT, FakeHouse.notification(1), 7))));
  }

  private DeafPeer socket() throws IOException {
    return DeafPeer.socket(house.http.port(), RAW);
  }

  private DeafPeer registered() throws IOException {
    DeafPeer peer = socket();
    peer.text(registration());
    hears(peer);
    return peer;
  }

  private void hears(DeafPeer peer) throws IOException {
    long timer = house.vertx.setPeriodic(50, t -> tell());
    peer.readUntil("notification:new");
    house.vertx.cancelTimer(timer);
  }

  private static void flood(DeafPeer peer, String... frames) throws IOException {
    try {
      for (int i = 0; i < FLOOD; i++) {
        peer.text(frames[i % frames.length]);
      }
    } catch (IOException e) {
      // Closed while it was sending.
    }
    peer.readUntilClosed();
  }

  @Test
  void a_socket_that_floods_pings_without_a_token_is_closed_and_others_stay() throws IOException {
    open("{}");
    try (DeafPeer other = registered();
        DeafPeer floods = socket()) {
      flood(floods, PING);
      hears(other);
    }
  }

  @Test
  void a_socket_that_floods_renewals_is_closed_and_others_stay() throws IOException {
    open("{}");
    try (DeafPeer other = registered();
        DeafPeer floods = registered()) {
      flood(floods, registration());
      hears(other);
    }
  }

  @Test
  void a_socket_that_floods_registering_and_unregistering_is_closed() throws IOException {
    open("{}");
    try (DeafPeer floods = registered()) {
      flood(floods, UNREGISTER, registration());
    }
  }

  @Test
  void a_socket_that_floods_pings_of_the_protocol_or_empty_fragments_is_closed()
      throws IOException {
    open("{}");
    try (DeafPeer pings = socket();
        DeafPeer fragments = socket()) {
      try {
        for (int i = 0; i < FLOOD; i++) {
          pings.ping();
        }
      } catch (IOException e) {
        // Closed while it was sending.
      }
      pings.readUntilClosed();
      try {
        for (int i = 0; i < FLOOD; i++) {
          fragments.fragment(i == 0, "");
        }
      } catch (IOException e) {
        // Closed while it was sending.
      }
      fragments.readUntilClosed();
    }
  }

  @Test
  void sockets_of_one_address_have_a_limit_together() throws IOException {
    open("{\"socketFramesPerMinutePerAddress\": 100}");
    try (DeafPeer one = socket();
        DeafPeer other = socket()) {
      for (int i = 0; i < 90; i++) {
        one.text(PING);
      }
      flood(other, PING);
    }
  }

  @Test
  void renewing_a_registration_asks_redis_nothing() throws IOException {
    house = new HttpHouse(true, "{}", HttpHouse.NO_DATABASE, TestRedis.fresh());
    try (DeafPeer peer = registered()) {
      long before = evals();
      assertThat(before).isPositive();
      for (int i = 0; i < 200; i++) {
        peer.text(registration());
      }
      // All were read: the socket is sent what it is told after them.
      peer.text(UNREGISTER);
      peer.text(registration());
      hears(peer);
      assertThat(evals()).isEqualTo(before);
    }
  }

  private long evals() {
    String info =
        String.valueOf(
            HttpHouse.wait(house.redis.send(Request.cmd(Command.INFO).arg("commandstats"))));
    Matcher matcher = EVALS.matcher(info);
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  @ParameterizedTest
  @ValueSource(strings = {RAW, "/eventbus/000/abcdefgh/websocket"})
  void a_message_may_be_large_only_after_a_token_was_shown(String path) throws IOException {
    open("{}");
    try (DeafPeer anonymous = DeafPeer.socket(house.http.port(), path)) {
      anonymous.text("{\"type\":\"ping\",\"x\":\"" + "y".repeat(9_000) + "\"}");
      anonymous.readUntilClosed();
    }
    try (DeafPeer known = registered()) {
      known.text("{\"type\":\"ping\",\"x\":\"" + "y".repeat(60_000) + "\"}");
      hears(known);
    }
  }

  @Test
  void fragments_without_an_end_are_closed_before_a_token_was_shown() throws IOException {
    open("{}");
    try (DeafPeer fragments = socket();
        DeafPeer part = socket()) {
      fragments.fragment(true, "x".repeat(5_000));
      fragments.fragment(false, "x".repeat(5_000));
      fragments.readUntilClosed();
      part.partOfFrame(60_000, "x".repeat(9_000));
      part.readUntilClosed();
    }
  }

  @Test
  void unfinished_messages_of_all_sockets_have_a_budget() throws IOException {
    open("{\"socketBufferBytes\": 65536}");
    try (DeafPeer one = registered();
        DeafPeer other = registered()) {
      one.partOfFrame(60_000, "x".repeat(40_000));
      other.fragment(true, "x".repeat(40_000));
      Eventually.isTrue(
          () -> {
            double buffered =
                house.node.meters().get("classbell.http.sockets.buffered").gauge().value();
            return buffered >= 40_000 && buffered < 65_536;
          });
    }
    Eventually.isTrue(
        () -> house.node.meters().get("classbell.http.sockets.buffered").gauge().value() == 0);
  }

  @Test
  void the_oldest_socket_without_a_token_makes_room_for_the_newest() throws IOException {
    open("{\"verticles\": 1, \"socketsWithoutToken\": 3}");
    try (DeafPeer known = registered();
        DeafPeer oldest = socket();
        DeafPeer second = socket();
        DeafPeer third = socket();
        DeafPeer newest = socket()) {
      oldest.readUntilClosed();
      newest.text(registration());
      hears(newest);
      second.text(registration());
      hears(second);
      third.text(PING);
      hears(known);
    }
  }
}
