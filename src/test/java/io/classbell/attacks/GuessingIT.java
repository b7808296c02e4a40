package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a stranger finds out about a platform in production. "Login says the same, and takes as
 * long, for unknown users; 429 after 5 failed logins per account and 20 per address a minute;
 * X-Forwarded-For only from configured proxies." Test mode's doors are not there.
 */
class GuessingIT {
  private static RealNode node;
  private static Visitor nobody;
  private static Visitor admin;

  @BeforeAll
  static void open() {
    node = RealNode.inProduction("{\"account\": {\"failedLoginsPerAddressPerMinute\": 60}}");
    nobody = Visitor.nobody(node.port());
    admin = nobody.login("root@classbell.example.com", "first-admin-1");
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static Answer login(String email, String password, String... headers) {
    return nobody.post(
        "/auth/login",
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, password),
        headers);
  }

  @Test
  void
      an_unknown_address_a_wrong_password_and_a_disabled_account_are_answered_alike_and_as_slowly() {
    Visitor.register(node.port(), "student");
    List<Long> known = new ArrayList<>();
    List<Long> unknown = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      String email = "timed" + i + "@attack.example.org";
      nobody.post("/auth/register", Visitor.registration(email, "student")).mustBe(201);
      known.add(nanosOf(email));
      unknown.add(nanosOf("nobody" + i + "@attack.example.org"));
    }
    Answer wrong = login("timed0@attack.example.org", "not-the-password");
    Answer nothing = login("nobody0@attack.example.org", "not-the-password");
    assertThat(wrong.mustBe(401).problem()).isEqualTo(nothing.mustBe(401).problem());
    assertThat(wrong.headers().map().keySet()).isEqualTo(nothing.headers().map().keySet());
    double ratio = (double) Collections.min(known) / Collections.min(unknown);
    assertThat(ratio)
        .as("least time for a known address by that for an unknown")
        .isBetween(0.4, 2.5);
  }

  private static long nanosOf(String email) {
    long begun = System.nanoTime();
    login(email, "not-the-password").mustBe(401);
    return System.nanoTime() - begun;
  }

  @Test
  void a_password_reset_is_answered_alike_for_everybody() {
    String email = "resets@attack.example.org";
    nobody.post("/auth/register", Visitor.registration(email, "student")).mustBe(201);
    Answer known = nobody.post("/auth/password-reset", "{\"email\":\"" + email + "\"}");
    Answer unknown = nobody.post("/auth/password-reset", "{\"email\":\"no" + email + "\"}");
    assertThat(known.mustBe(202).body()).isEqualTo(unknown.mustBe(202).body());
  }

  @Test
  void five_wrong_passwords_close_an_account_whatever_address_is_claimed() {
    String email = "guessed@attack.example.org";
    nobody.post("/auth/register", Visitor.registration(email, "student")).mustBe(201);
    for (int i = 0; i < 5; i++) {
      login(email, "guess-" + i, "X-Forwarded-For", "10.1.2." + i).mustBe(401);
    }
    Answer closed =
        login(
            email.toUpperCase(java.util.Locale.ROOT),
            Visitor.PASSWORD,
            "X-Forwarded-For",
            "10.9.9.9");
    assertThat(closed.mustBe(429).headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void a_browser_that_logged_in_before_is_not_locked_out_by_strangers() {
    String email = "owner@attack.example.org";
    nobody.post("/auth/register", Visitor.registration(email, "student")).mustBe(201);
    List<String> cookies =
        login(email, Visitor.PASSWORD).mustBe(200).headers().allValues("Set-Cookie");
    assertThat(cookies.getFirst()).startsWith("classbell_refresh=");
    assertThat(cookies.getLast())
        .startsWith("classbell_device=")
        .contains("HttpOnly", "Secure", "SameSite=Strict", "Path=/api/v1/auth");
    String device = cookies.getLast().substring(0, cookies.getLast().indexOf(';'));
    for (int i = 0; i < 5; i++) {
      login(email, "guess-" + i).mustBe(401);
    }
    login(email, Visitor.PASSWORD).mustBe(429);
    login(email, Visitor.PASSWORD, "Cookie", device).mustBe(200);
  }

  @Test
  void test_mode_is_not_there() {
    admin.get("/test/clock").mustBe(404);
    admin.post("/test/clock", "{\"advance\":\"PT1H\"}").mustBe(404);
    admin.post("/wallet/deposit", "{\"amount\":100}").mustBe(404);
    admin.send("GET", "//dev/mailbox", null).mustBe(404);
    for (String demo : List.of("admin", "teacher", "student")) {
      login(demo + "@classbell.test", "classbell-demo").mustBe(401);
    }
  }

  @Test
  void what_only_operators_are_to_see_is_not_at_the_public_door() {
    for (String path :
        List.of(
            "//metrics",
            "//health",
            "//.git/config",
            "//conf/production.json",
            "//actuator",
            "//WEB-INF/web.xml",
            "//assets/..%2f..%2fopenapi.yaml",
            "//META-INF/MANIFEST.MF",
            "//db/migration/V1__foundation.sql",
            "//%2e%2e/%2e%2e/etc/passwd")) {
      assertThat(admin.send("GET", path, null).status()).as(path).isIn(400, 404);
    }
  }

  @Test
  void the_refresh_cookie_is_out_of_reach_of_scripts_and_of_other_sites() {
    Answer answer = login("root@classbell.example.com", "first-admin-1").mustBe(200);
    String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/api/v1/auth");
    assertThat(answer.json().has("refreshToken")).isFalse();
    String value = cookie.substring(0, cookie.indexOf(';'));
    nobody
        .post("/auth/refresh", "{}", "Cookie", value, "Origin", "https://evil.example.org")
        .mustBe(403);
    nobody.post("/auth/refresh", "{}", "Cookie", value).mustBe(200);
  }

  @Test
  void a_page_of_another_origin_gets_nothing_with_any_method() {
    for (String method : List.of("GET", "POST", "OPTIONS", "PUT", "DELETE")) {
      Answer answer =
          admin.send(method, "/wallet", null, "Origin", "https://classbell.example.com.evil.org");
      answer.mustBe(403);
      assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(answer.headers().firstValue("Vary")).hasValue("Origin");
    }
  }

  @Test
  void a_calendar_belongs_to_a_token_and_not_to_an_address_that_could_be_guessed() {
    nobody.get("/me/calendar.ics").mustBe(401);
    nobody.get("/me/calendar.ics?user=" + admin.id()).mustBe(401);
    nobody.get("/users/" + admin.id() + "/calendar.ics").mustBe(404);
    nobody.get("/calendar/" + admin.id() + ".ics").mustBe(404);
    nobody.send("POST", "/me/calendar-feed", null).mustBe(401);
    String url = admin.send("POST", "/me/calendar-feed", null).mustBe(201).text("url");
    String path = url.substring(url.indexOf("/calendar/"));
    nobody.get(path).mustBe(200);
    admin.send("DELETE", "/me/calendar-feed", null).mustBe(204);
    nobody.get(path).mustBe(404);
  }
}
