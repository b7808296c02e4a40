package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.testing.Chromium;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The web application in real browsers, on a real platform. */
class WebPagesIT {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("CLASSBELL_HTTP_MANAGEMENT_PORT", "0");

  private static final String AXE = "/axe.min.js";
  private static final String PASSWORD = "classbell-demo";

  /** What an attacker would type into every field. */
  private static final String HOSTILE =
      "<img src=x onerror=\"globalThis.hacked=1\">${alert(1)}'\"><script>hacked=1</script>";

  /** Reports violations of the content security policy and of Trusted Types as errors. */
  private static final String REPORT =
      """
      addEventListener("securitypolicyviolation",
        event => console.error("policy", event.violatedDirective, event.blockedURI));
      """;

  @TempDir static Path dir;
  private static Launched platform;
  private static Chromium browser;
  private static Chromium other;
  private static String base;
  private static int accounts;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @BeforeAll
  static void open() throws Exception {
    Optional<Path> chromium = Chromium.installed();
    Assumptions.assumeTrue(chromium.isPresent(), "No Chromium is installed.");
    platform =
        Launched.embedded(ENVIRONMENT, "--port", "0", "--data", dir.resolve("data").toString());
    browser = Chromium.start(chromium.get(), Files.createDirectory(dir.resolve("one")));
    other = Chromium.start(chromium.get(), Files.createDirectory(dir.resolve("two")));
    for (Chromium each : List.of(browser, other)) {
      each.beforeEachPage(REPORT);
      each.show(1280, 900, false);
    }
    platform.awaitOpen();
    base =
        platform
            .output()
            .lines()
            .filter(line -> line.startsWith("Classbell is open at"))
            .findFirst()
            .orElseThrow()
            .split(" ")[4];
  }

  @AfterAll
  static void close() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (other != null) {
      other.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @AfterEach
  void no_page_logs_an_error_or_violates_its_policy() {
    assertThat(errors(browser)).isEmpty();
    assertThat(errors(other)).isEmpty();
  }

  /** Refused requests are logged by the browser itself; they are no errors of the pages. */
  private static List<String> errors(Chromium of) {
    return of.errors().stream().filter(e -> !e.contains("Failed to load resource")).toList();
  }

  private static JsonObject send(
      String method, String path, @Nullable JsonObject body, @Nullable String token) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/api/v1" + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body.encode()));
    if (body != null) {
      request.header("content-type", "application/json");
    }
    if (token != null) {
      request.header("authorization", "Bearer " + token);
    }
    try {
      HttpResponse<String> answer =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode())
          .as(method + " " + path + ": " + answer.body())
          .isLessThan(300);
      return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An account with credits, and its token. */
  private record Account(String email, String token) {

    static Account create(String role, String name) {
      String email = role + ++accounts + "@example.org";
      send(
          "POST",
          "/auth/register",
          new JsonObject()
              .put("email", email)
              .put("password", PASSWORD)
              .put("name", name)
              .put("role", role)
              .put("timezone", "Europe/Berlin")
              .put("locale", "en"),
          null);
      String token =
          send(
                  "POST",
                  "/auth/login",
                  new JsonObject().put("email", email).put("password", PASSWORD),
                  null)
              .getString("accessToken");
      if (role.equals("student")) {
        send("POST", "/wallet/deposit", new JsonObject().put("amount", 10_000), token);
      }
      return new Account(email, token);
    }

    /** Logs a browser in as this account. */
    void enter(Chromium in) {
      leave(in);
      in.open(base + "/login");
      in.fill("#f-email", email);
      in.fill("#f-password", PASSWORD);
      in.click("main form button.primary");
      in.until("location.pathname === '/' && document.querySelector('.menu') !== null");
    }

    String slot(String title, Duration fromNow, int capacity, int price) {
      return send(
              "POST",
              "/teachers/me/slots",
              new JsonObject()
                  .put("title", title)
                  .put("startsAt", now().plus(fromNow).truncatedTo(ChronoUnit.MINUTES).toString())
                  .put("durationMinutes", 60)
                  .put("capacity", capacity)
                  .put("price", price),
              token)
          .getString("id");
    }

    String book(String slotId) {
      return send("POST", "/bookings", new JsonObject().put("slotId", slotId), token)
          .getString("id");
    }

    Instant now() {
      return Instant.parse(send("GET", "/test/clock", null, token).getString("now"));
    }

    void advance(Duration by) {
      send("POST", "/test/clock", new JsonObject().put("advance", by.toString()), token);
    }

    long balance() {
      return send("GET", "/wallet", null, token).getLong("balance");
    }
  }

  private static void leave(Chromium in) {
    in.open(base + "/");
    in.until("document.querySelector('header.top') !== null");
    in.evaluate("document.querySelector('.menu .item')?.click()");
    in.until("document.querySelector('.menu') === null");
  }

  private static boolean says(Chromium in, String text) {
    return Boolean.TRUE.equals(
        in.evaluate("document.body.innerText.includes(" + Chromium.quoted(text) + ")"));
  }

  private static void untilItSays(Chromium in, String text) {
    in.until("document.body.innerText.includes(" + Chromium.quoted(text) + ")");
  }

  @Test
  void a_class_is_offered_booked_held_and_paid_in_two_browsers() {
    Account teacher = Account.create("teacher", "Clara Hoffmann");
    Account student = Account.create("student", "Ada Lovelace");
    teacher.enter(browser);
    browser.open(base + "/teach/new");
    browser.fill("#f-title", "Story of a class");
    browser.fill("#f-price", "25");
    browser.click("main form button.primary");
    browser.until("/^\\/teach\\/classes\\/[0-9a-f-]{36}$/.test(location.pathname)");
    untilItSays(browser, "No student has booked yet.");
    String id = String.valueOf(browser.evaluate("location.pathname.split('/')[3]"));

    student.enter(other);
    other.open(base + "/classes/" + id);
    other.click("form.book button.primary");
    other.until("document.querySelector('.booked-box') !== null");
    // The balance of the header follows by itself.
    other.until("document.querySelector('.balance').innerText.includes('75.00')");
    // The teacher is told live, and the roster follows.
    untilItSays(browser, "Ada Lovelace");

    JsonObject meeting = send("GET", "/meetings/" + id, null, teacher.token());
    Instant start = Instant.parse(meeting.getString("startsAt"));
    teacher.advance(Duration.between(teacher.now(), start.minusSeconds(300)));
    untilItSays(other, "The class is open now.");
    send("POST", "/meetings/" + id + "/join", new JsonObject(), teacher.token());
    send("POST", "/meetings/" + id + "/join", new JsonObject(), student.token());
    teacher.advance(Duration.ofMinutes(90));
    other.open(base + "/my/classes?view=past");
    untilItSays(other, "present");
    teacher.advance(Duration.ofHours(25));
    browser.open(base + "/teach/earnings");
    untilItSays(browser, "Earned: Story of a class");
    untilItSays(browser, "22.50");
    assertThat(teacher.balance()).isEqualTo(2_250);
  }

  @Test
  void of_two_students_who_press_the_button_one_gets_the_last_seat() {
    Account teacher = Account.create("teacher", "Tom");
    Account one = Account.create("student", "One");
    Account two = Account.create("student", "Two");
    String id = teacher.slot("The last seat", Duration.ofDays(3), 1, 1_000);
    one.enter(browser);
    two.enter(other);
    for (Chromium each : List.of(browser, other)) {
      each.open(base + "/classes/" + id);
      each.until("document.querySelector('form.book button.primary') !== null");
    }
    browser.evaluate("document.querySelector('form.book button.primary').click()");
    other.evaluate("document.querySelector('form.book button.primary').click()");
    String booked = "document.querySelector('.booked-box') !== null";
    String refused = "document.querySelector('.error-summary') !== null";
    for (Chromium each : List.of(browser, other)) {
      each.until(booked + " || " + refused);
    }
    List<Object> winners = List.of(browser.evaluate(booked), other.evaluate(booked));
    assertThat(winners).containsExactlyInAnyOrder(true, false);
    Chromium loser = Boolean.TRUE.equals(winners.get(0)) ? other : browser;
    assertThat(says(loser, "The last seat has just been taken.")).isTrue();
    assertThat(one.balance() + two.balance()).isEqualTo(19_000);
  }

  @Test
  void a_late_cancellation_shows_the_exact_split_and_posts_it() {
    Account teacher = Account.create("teacher", "Tom");
    Account student = Account.create("student", "Late");
    String id = teacher.slot("Late cancellation", Duration.ofHours(5), 3, 2_501);
    String booking = student.book(id);
    student.enter(browser);
    browser.open(base + "/my/classes/" + booking + "/cancel");
    browser.until("document.querySelector('dialog[open] .split') !== null");
    String split =
        String.valueOf(browser.evaluate("document.querySelector('dialog .split').innerText"));
    assertThat(split.replaceAll("\\s+", " "))
        .isEqualTo(
            "You paid 25.01 credits You get back 12.51 credits The teacher gets 11.25 credits"
                + " Platform fee 1.25 credits");
    assertThat(browser.evaluate("document.querySelector('dialog .danger-action').innerText"))
        .isEqualTo("Cancel, get 12.51 credits back");
    browser.click("dialog .danger-action");
    browser.until("document.querySelector('dialog') === null");
    untilItSays(browser, "What happened to the price");
    assertThat(student.balance()).isEqualTo(10_000 - 2_501 + 1_251);
  }

  @Test
  void the_dialog_shows_the_new_split_when_the_full_refund_ends_while_it_is_open() {
    Account teacher = Account.create("teacher", "Tom");
    Account student = Account.create("student", "Boundary");
    String id = teacher.slot("Boundary", Duration.ofHours(25), 3, 2_000);
    String booking = student.book(id);
    student.enter(browser);
    browser.open(base + "/my/classes/" + booking + "/cancel");
    untilItSays(browser, "Cancel, get 20.00 credits back");
    // The clock moves under the open dialog, as it does when somebody waits.
    teacher.advance(Duration.ofHours(2));
    browser.evaluate(
        "import('app/api.js').then(({api}) => api('/slots', {query: {limit: 1}})).then(() =>"
            + " true)");
    untilItSays(browser, "Cancel, get 10.00 credits back");
    browser.click("dialog .danger-action");
    browser.until("document.querySelector('dialog') === null");
    assertThat(student.balance()).isEqualTo(9_000);
  }

  @Test
  void hostile_text_is_shown_as_text_on_every_page() {
    Account teacher = Account.create("teacher", HOSTILE);
    Account student = Account.create("student", HOSTILE);
    String id = teacher.slot(HOSTILE, Duration.ofDays(2), 3, 500);
    String booking = student.book(id);
    student.enter(browser);
    for (String path :
        List.of(
            "/",
            "/classes",
            "/classes/" + id,
            "/my/classes",
            "/my/classes/" + booking,
            "/my/classes/" + booking + "/cancel",
            "/wallet",
            "/inbox",
            "/settings/profile")) {
      browser.open(base + path);
      untilItSays(browser, "<img src=x onerror=");
      assertThat(browser.evaluate("globalThis.hacked")).as(path).isNull();
    }
    teacher.enter(browser);
    for (String path : List.of("/", "/teach/calendar", "/teach/classes/" + id, "/inbox")) {
      browser.open(base + path);
      untilItSays(browser, "<img src=x onerror=");
      assertThat(browser.evaluate("globalThis.hacked")).as(path).isNull();
    }
    browser.open(base + "/login?next=javascript:alert(1)");
    browser.open(base + "/login?next=//evil.example/");
    browser.until("location.pathname === '/'");
  }

  @Test
  void a_class_is_booked_with_the_keyboard_alone() {
    Account teacher = Account.create("teacher", "Keyboard teacher");
    Account student = Account.create("student", "Key");
    teacher.slot("Booked by keyboard", Duration.ofMinutes(90), 3, 700);
    student.enter(browser);
    browser.open(base + "/classes");
    untilItSays(browser, "Booked by keyboard");
    tabTo("document.activeElement.innerText === 'Booked by keyboard'");
    browser.press("Enter");
    browser.until("document.querySelector('form.book button.primary') !== null");
    browser.until("document.activeElement.tagName === 'H1'");
    tabTo("document.activeElement.matches('form.book button.primary')");
    browser.press("Enter");
    browser.until("document.querySelector('.booked-box') !== null");
    browser.until("document.activeElement.classList.contains('booked-box')");
  }

  private static void tabTo(String isThere) {
    for (int presses = 0; presses < 80; presses++) {
      if (Boolean.TRUE.equals(browser.evaluate(isThere))) {
        return;
      }
      browser.press("Tab");
    }
    throw new AssertionError("The keyboard does not reach: " + isThere);
  }

  /** Pages of each role; the ids of a booking and of a class are filled in. */
  private static final Map<String, List<String>> PAGES =
      Map.of(
          "anonymous",
          List.of(
              "/",
              "/classes",
              "/classes/{slot}",
              "/login",
              "/register",
              "/forgot",
              "/reset",
              "/verify"),
          "student",
          List.of(
              "/",
              "/classes",
              "/classes/{slot}",
              "/my/classes",
              "/my/classes/{booking}",
              "/my/classes/{booking}/cancel",
              "/my/classes/{booking}/move",
              "/go/{slot}",
              "/wallet",
              "/inbox",
              "/settings/profile",
              "/settings/notices",
              "/settings/security",
              "/settings/calendar",
              "/teach/calendar"),
          "teacher",
          List.of(
              "/",
              "/teach/calendar",
              "/teach/calendar?view=agenda",
              "/teach/classes/{slot}",
              "/teach/classes/{slot}/cancel",
              "/teach/new",
              "/teach/series",
              "/teach/earnings"));

  @Test
  void every_page_is_accessible_in_both_themes_and_fits_every_width() throws IOException {
    Account teacher = Account.create("teacher", "Accessible teacher");
    Account student = Account.create("student", "Accessible student");
    String slot = teacher.slot("An accessible class", Duration.ofDays(2), 3, 500);
    teacher.slot("Another class", Duration.ofDays(3), 3, 800);
    String booking = student.book(slot);
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, List<String>> role : PAGES.entrySet()) {
      if (role.getKey().equals("anonymous")) {
        leave(browser);
      } else {
        (role.getKey().equals("student") ? student : teacher).enter(browser);
      }
      for (String pattern : role.getValue()) {
        String path = pattern.replace("{slot}", slot).replace("{booking}", booking);
        browser.show(1280, 900, false);
        browser.open(base + path);
        browser.until("document.querySelector('main h1') !== null");
        browser.until("document.querySelector('.skeleton') === null");
        browser.until("document.querySelector('main').getAttribute('aria-busy') === null");
        browser.evaluate(axe());
        for (String scheme : List.of("light", "dark")) {
          browser.show(1280, 900, scheme.equals("dark"));
          violations()
              .forEach(v -> wrong.add(role.getKey() + " " + pattern + " " + scheme + " " + v));
        }
        for (int width : new int[] {320, 360, 768, 1280}) {
          browser.show(width, 800, false);
          Object overflow =
              browser.evaluate(
                  "document.documentElement.scrollWidth - document.documentElement.clientWidth");
          if (((Number) Objects.requireNonNull(overflow)).intValue() > 0) {
            wrong.add(role.getKey() + " " + pattern + " overflows at " + width);
          }
        }
      }
    }
    browser.show(1280, 900, false);
    assertThat(wrong).isEmpty();
  }

  private static String axe() throws IOException {
    try (InputStream in = Objects.requireNonNull(WebPagesIT.class.getResourceAsStream(AXE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8) + ";0";
    }
  }

  private static List<String> violations() {
    Object found =
        browser.evaluate(
            """
            axe.run(document, {
              runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
              rules: {"target-size": {enabled: true}},
            }).then(result => JSON.stringify(result.violations.map(
              v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary).slice(0, 3).join(" | "))))
            """);
    return new JsonArray(String.valueOf(found)).stream().map(String::valueOf).toList();
  }
}
