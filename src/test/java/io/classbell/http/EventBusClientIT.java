package io.classbell.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.http.live.LiveBridge;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.bus.Caller;
import io.classbell.testing.Chromium;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official event-bus client, in a real browser, renews its token. The file of another version
 * can be named by the system property {@code classbell.eventBusClient}.
 */
class EventBusClientIT {
  private static final String OWN = LiveBridge.ADDRESS_PREFIX + FakeHouse.STUDENT;
  private static final Path CLIENT =
      Path.of(
          System.getProperty(
              "classbell.eventBusClient", "target/event-bus-client/vertx-eventbus.js"));
  private static final String SOCKJS =
      "/META-INF/resources/webjars/sockjs-client/1.6.1/dist/sockjs.min.js";

  /** Long enough for a browser on a busy machine to renew it in time. */
  private static final int SHORT_LIFE_SECONDS = 25;

  @TempDir Path dir;
  private HttpHouse house;
  private Chromium browser;
  private long seq;

  @BeforeEach
  void open() throws IOException {
    Optional<Path> chromium = Chromium.installed();
    Assumptions.assumeTrue(chromium.isPresent(), "No Chromium is installed.");
    house = HttpHouse.open();
    browser = Chromium.start(chromium.get(), Files.createDirectory(dir.resolve("profile")));
    browser.open("http://127.0.0.1:" + house.http.port() + "/endpoints");
    try (InputStream sockjs =
        Objects.requireNonNull(EventBusClientIT.class.getResourceAsStream(SOCKJS))) {
      browser.evaluate(new String(sockjs.readAllBytes(), StandardCharsets.UTF_8) + ";0");
    }
    browser.evaluate(Files.readString(CLIENT) + ";0");
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
    if (house != null) {
      house.close();
    }
  }

  private String shortLived() {
    return HttpHouse.token(
        house.vertx, FakeHouse.STUDENT, Caller.Role.student, "s", SHORT_LIFE_SECONDS);
  }

  /** A page's bus that has registered and notes what it hears and when it is closed. */
  private void register(String bus) {
    browser.evaluate(
        """
        window.%1$s = new EventBus("/eventbus");
        %1$s.heard = [];
        %1$s.closed = false;
        %1$s.handler = (error, message) => error || %1$s.heard.push(message.body.notification.seq);
        %1$s.onclose = () => %1$s.closed = true;
        %1$s.onopen = () =>
          %1$s.registerHandler("%2$s", {authorization: "Bearer %3$s"}, %1$s.handler);
        0
        """
            .formatted(bus, OWN, shortLived()));
    Eventually.isTrue(
        () -> {
          tell();
          return Boolean.TRUE.equals(browser.evaluate(bus + ".heard.length > 0"));
        });
  }

  private void tell() {
    house.bus.publish(
        NotificationApi.LIVE,
        new NotificationApi.Live(
            List.of(
                new NotificationApi.Shown(FakeHouse.STUDENT, FakeHouse.notification(++seq), 7))));
  }

  /** The other bus renewed nothing: it is closed when the first token of both has run out. */
  private void renewedOutlivesItsFirstToken(String renewed, String notRenewed) {
    browser.until(notRenewed + ".closed");
    assertThat(browser.evaluate(renewed + ".closed")).isEqualTo(false);
    tell();
    browser.until(renewed + ".heard.includes(" + seq + ")");
    assertThat(
            browser.evaluate("new Set(%1$s.heard).size === %1$s.heard.length".formatted(renewed)))
        .as("each message is handled once")
        .isEqualTo(true);
  }

  @Test
  void a_newer_token_is_sent_to_the_renewal_address() {
    register("bus");
    browser.evaluate(
        """
        bus.send("notifications.renew", {}, {authorization: "Bearer %s"},
          (error, answer) => bus.renewal = error ? error.failureCode : answer.body);
        0
        """
            .formatted(house.token(Caller.Role.student)));
    browser.until("bus.renewal?.event === 'token:renewed' && bus.renewal.expiresIn > 60");
    register("other");
    renewedOutlivesItsFirstToken("bus", "other");
  }

  @Test
  void a_newer_token_can_be_shown_by_registering_anew() {
    register("bus");
    browser.evaluate(
        """
        bus.unregisterHandler("%1$s", {}, bus.handler);
        bus.registerHandler("%1$s", {authorization: "Bearer %2$s"}, bus.handler);
        0
        """
            .formatted(OWN, house.token(Caller.Role.student)));
    register("other");
    renewedOutlivesItsFirstToken("bus", "other");
  }

  @Test
  void a_token_of_another_user_renews_nothing() {
    register("bus");
    for (String token : List.of(house.token(Caller.Role.teacher), "none")) {
      browser.evaluate(
          """
          bus.renewal = null;
          bus.send("notifications.renew", {}, {authorization: "Bearer %s"},
            (error, answer) => bus.renewal = error ? error.failureCode : answer.body);
          0
          """
              .formatted(token));
      browser.until("bus.renewal === 401");
    }
    browser.until("bus.closed");
  }
}
