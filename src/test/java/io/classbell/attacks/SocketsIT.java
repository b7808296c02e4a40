package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bridge of a whole node. "Nothing inbound is permitted." "Sockets live no longer than their
 * token; at most 10 per user, 10 addresses each, 64 KB frames."
 */
class SocketsIT {
  private static RealNode node;
  private static Visitor student;
  private static String own;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    student = Visitor.register(node.port(), "student");
    own = "notifications." + student.id();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  /** Every address that the program serves or publishes, as its sources name them. */
  private static Set<String> internalAddresses() throws IOException {
    Pattern named = Pattern.compile("(?:Operation|Task|Event)\\.of\\(\\s*\"([a-z.-]+)\"");
    Set<String> addresses = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher matcher = named.matcher(Files.readString(file));
        while (matcher.find()) {
          addresses.add(matcher.group(1));
        }
      }
    }
    assertThat(addresses).hasSizeGreaterThan(50);
    return addresses;
  }

  @Test
  void no_address_of_the_house_can_be_sent_to_published_to_or_listened_to() throws IOException {
    String balance = student.get("/wallet").body();
    String deposit =
        "{\"commandId\":\"c\",\"userId\":\"%s\",\"amount\":100,\"provider\":\"test\"}"
            .formatted(student.id());
    List<String> addresses = List.copyOf(internalAddresses());
    // A socket for some of them at a time: the rate of its frames is limited.
    for (int i = 0; i < addresses.size(); i += 50) {
      Tab tab = Tab.open(node).register(own, student.token());
      int refused = 0;
      for (String address : addresses.subList(i, Math.min(i + 50, addresses.size()))) {
        for (String type : List.of("send", "publish")) {
          tab.send(
              "{\"type\":\"%s\",\"address\":\"%s\",\"body\":%s,\"replyAddress\":\"r\"}"
                  .formatted(type, address, deposit));
          tab.send("{\"type\":\"%s\",\"address\":\"%s\"}".formatted(type, address));
          refused += 2;
        }
        tab.register(address, student.token());
        refused++;
      }
      int all = refused;
      TestNode.until("all are refused", () -> tab.refusals() == all || tab.isClosed());
      assertThat(tab.refusals()).isEqualTo(all);
    }
    assertThat(student.get("/wallet").body()).isEqualTo(balance);
  }

  @Test
  void addresses_of_others_and_of_all_are_refused_and_nothing_of_theirs_comes() {
    Visitor victim = Visitor.register(node.port(), "student");
    String id = victim.id();
    List<String> addresses =
        List.of(
            "notifications." + id,
            "notifications.*",
            "notifications.#",
            "notifications.",
            "notifications",
            "*",
            "",
            "notifications." + id + " ",
            "NOTIFICATIONS." + id,
            own + "/../notifications." + id,
            "notifications.%00",
            "__vertx.notify");
    List<Tab> tabs = new ArrayList<>();
    for (String address : addresses) {
      tabs.add(Tab.open(node).register(address, student.token()));
    }
    for (int i = 0; i < tabs.size(); i++) {
      Tab tab = tabs.get(i);
      TestNode.until(
          "refused: " + addresses.get(i), () -> !tab.received.isEmpty() || tab.isClosed());
    }
    Tab theirs = Tab.open(node).register("notifications." + id, victim.token());
    TestNode.until(
        "the victim is told",
        () -> {
          victim.post("/wallet/deposit", "{\"amount\":1}").mustBe(201);
          return theirs.wasNotified();
        });
    assertThat(tabs).noneMatch(Tab::wasNotified);
  }

  @Test
  void an_eleventh_socket_of_one_user_is_closed_and_the_ten_stay() {
    Visitor user = Visitor.register(node.port(), "student");
    String address = "notifications." + user.id();
    List<Tab> tabs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      tabs.add(Tab.open(node).register(address, user.token()));
    }
    TestNode.until(
        "all ten are told",
        () -> {
          user.post("/wallet/deposit", "{\"amount\":1}").mustBe(201);
          return tabs.stream().allMatch(Tab::wasNotified);
        });
    Tab eleventh = Tab.open(node).register(address, user.token());
    TestNode.until("the eleventh is closed", eleventh::isClosed);
    assertThat(tabs).noneMatch(Tab::isClosed);
  }

  @Test
  void frames_that_are_no_frames_or_too_large_end_the_socket_alone() {
    for (String frame :
        List.of(
            "no json",
            "[]",
            "{}",
            "{\"type\":\"register\"}",
            "{\"type\":1,\"address\":2}",
            "{\"type\":\"register\",\"address\":\"" + own + "\",\"headers\":[]}",
            "{\"type\":\"register\",\"address\":{},\"headers\":{\"authorization\":1}}",
            "{\"type\":\"register\",\"address\":\"x\",\"pad\":\"" + "y".repeat(70_000) + "\"}")) {
      Tab tab = Tab.open(node).send(frame);
      TestNode.until(
          "answered or closed: " + frame.substring(0, Math.min(40, frame.length())),
          Duration.ofSeconds(20),
          () -> tab.isClosed() || !tab.received.isEmpty());
    }
    student.get("/wallet").mustBe(200);
  }

  @Test
  void a_socket_that_shows_no_token_is_closed() {
    Tab silent = Tab.open(node);
    TestNode.until("closed", silent::isClosed);
  }
}
