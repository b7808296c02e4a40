package io.classbell.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.testing.Chromium;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages for admins in a real Chromium, on the demo school. */
class AdminPagesIT {
  private static final Path SHOTS = Path.of("target/shots/admin");

  private static final String AXE_RULES =
      "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],"
          + " rules: {'target-size': {enabled: true}}}";

  @TempDir static Path dir;
  private static RealNode node;
  private static Chromium browser;
  private static Visitor admin;
  private static String base;
  private static String axe;

  @BeforeAll
  static void open() throws IOException {
    Optional<Path> chromium = Chromium.installed();
    Assumptions.assumeTrue(chromium.isPresent(), "No Chromium is installed.");
    node = RealNode.inTestMode();
    admin = Visitor.demo(node.port(), "admin");
    SchoolOpening.open(node.port(), admin);
    admin.get("/admin/ledger/audit").mustBe(200);
    try (InputStream script = AdminPagesIT.class.getResourceAsStream("/axe.min.js")) {
      axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
    base = "http://localhost:" + node.port();
    browser = Chromium.start(chromium.get(), Files.createDirectory(dir.resolve("profile")));
    browser.open(base + "/");
    browser.evaluate(
        """
        (async () => {
          await fetch("/api/v1/auth/login", {method: "POST", headers: {"content-type": "application/json"},
            body: JSON.stringify({email: "admin@classbell.test", password: "classbell-demo"})});
          localStorage.setItem("classbell.session", "1");
        })()
        """);
    Files.createDirectories(SHOTS);
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (node != null) {
      node.close();
    }
  }

  private static void go(String path) {
    browser.open(base + path);
    browser.until(
        "document.querySelector('main h1') !== null && document.querySelector('.skeleton') === null"
            + " && document.querySelector('cb-frame') !== null");
  }

  private static String userId(String query) {
    return admin.get("/admin/users?q=" + query).mustBe(200).json().at("/items/0/id").asText();
  }

  private static String reviewId(int index) {
    return admin.get("/admin/reviews").mustBe(200).json().at("/items/" + index + "/id").asText();
  }

  private static List<String> paths() {
    String teacher = userId("clara.hoffmann");
    String wallet = "wallet:" + teacher;
    String transaction =
        admin
            .get("/admin/ledger/accounts/" + wallet + "/entries")
            .mustBe(200)
            .json()
            .at("/items/0/transactionId")
            .asText();
    return List.of(
        "/admin",
        "/admin/reviews",
        "/admin/reviews/" + reviewId(0),
        "/admin/users",
        "/admin/users?q=nobody-has-this-name",
        "/admin/users/" + teacher,
        "/admin/users/" + teacher + "/disable",
        "/admin/withdrawals",
        "/admin/dead-letters",
        "/admin/ledger",
        "/admin/ledger/accounts/" + wallet,
        "/admin/ledger/transactions/" + transaction,
        "/admin/ledger/transactions/01970000-0000-7000-8000-0000000000ff",
        "/admin/audit");
  }

  @Test
  void every_page_is_accessible_and_fits_at_every_width_in_light_and_dark() throws IOException {
    List<String> wrong = new ArrayList<>();
    int number = 0;
    for (String path : paths()) {
      number++;
      browser.show(1280, 900, false);
      go(path);
      for (int width : new int[] {320, 360, 768, 1280}) {
        browser.show(width, 900, false);
        Object overflow =
            browser.evaluate("document.documentElement.scrollWidth - window.innerWidth");
        if (((Number) overflow).intValue() > 0) {
          wrong.add(path + " overflows at " + width + " by " + overflow);
        }
      }
      for (boolean dark : new boolean[] {false, true}) {
        for (int width : new int[] {360, 1280}) {
          browser.show(width, 900, dark);
          browser.until("document.getAnimations().every(a => a.playState !== 'running')");
          browser.evaluate("new Promise(r => requestAnimationFrame(() => setTimeout(r, 100)))");
          Object violations =
              browser.evaluate(
                  "(async () => { "
                      + "if (!window.axe) { "
                      + axe
                      + " }; const result = await axe.run(document, "
                      + AXE_RULES
                      + "); return result.violations.map(v => v.id + ': ' +"
                      + " v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(', ')).join('\\n');"
                      + " })()");
          if (!String.valueOf(violations).isEmpty()) {
            wrong.add(path + " at " + width + (dark ? " dark: " : " light: ") + violations);
          }
          Files.write(
              SHOTS.resolve(
                  "%02d%s-%d-%s.png"
                      .formatted(
                          number,
                          path.replaceAll("\\?.*|[0-9a-f-]{36}", "x").replace('/', '-'),
                          width,
                          dark ? "dark" : "light")),
              browser.screenshot());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(browser.errors())
        .allMatch(error -> error.contains("404"), "only the page of a missing transaction");
  }

  @Test
  void a_missed_class_is_found_on_the_board_and_decided_on_its_page() {
    browser.show(1280, 900, false);
    go("/admin");
    browser.until("document.querySelector('main a[href=\"/admin/reviews\"]') !== null");
    go("/admin/reviews");
    String id = reviewId(1);
    browser.evaluate("document.querySelector('a[href=\"/admin/reviews/" + id + "\"]').click()");
    browser.until("document.querySelector('form.card') !== null");
    browser.until("document.querySelectorAll('.timeline li').length > 3");
    // Without a note the page says what is missing and keeps the choice.
    browser.evaluate("document.querySelector('input[value=split]').click()");
    browser.evaluate("document.querySelector('form.card .primary').click()");
    browser.until("document.activeElement.classList.contains('error-summary')");
    browser.evaluate("document.querySelector('#f-studentPercent').value = '30'");
    browser.evaluate("document.querySelector('#f-note').value = 'Both were late.'");
    browser.evaluate("document.querySelector('form.card .primary').click()");
    browser.until("location.pathname === '/admin/reviews'");
    assertThat(admin.get("/meetings/" + id).json().at("/reviewDecision/studentPercent").asInt())
        .isEqualTo(30);
    go("/admin/audit");
    browser.until("document.body.innerText.includes('Both were late.')");
    TestNode.until(
        "the books are right",
        () -> admin.get("/admin/ledger/audit").mustBe(200).json().path("ok").asBoolean());
  }

  @Test
  void a_teacher_is_disabled_after_a_preview_and_enabled_again() {
    String teacher = userId("grace.kim");
    browser.show(1280, 900, false);
    go("/admin/users?q=grace");
    browser.evaluate("document.querySelector('a[href=\"/admin/users/" + teacher + "\"]').click()");
    browser.until(
        "document.querySelector('a[href=\"/admin/users/" + teacher + "/disable\"]') !== null");
    browser.evaluate(
        "document.querySelector('a[href=\"/admin/users/" + teacher + "/disable\"]').click()");
    browser.until("document.querySelector('dialog form') !== null");
    assertThat(String.valueOf(browser.evaluate("document.querySelector('dialog').innerText")))
        .contains("classes are cancelled")
        .contains("Grace Kim");
    browser.evaluate("document.querySelector('dialog button.danger').click()");
    browser.until(
        "document.querySelector('dialog') === null &&"
            + " document.body.innerText.includes('disabled')");
    assertThat(admin.get("/admin/users/" + teacher).text("status")).isEqualTo("disabled");
    TestNode.until(
        "the classes are cancelled",
        () ->
            node.rows(
                    "SELECT COUNT(*) FROM meeting WHERE status IN ('scheduled', 'open') AND"
                        + " teacher_id = '"
                        + teacher
                        + "'")
                .getFirst()
                .equals("0"));
  }
}
