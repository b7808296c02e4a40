package io.classbell;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.testing.Chromium;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages in a real browser, on a real platform. */
class PagesIT {
  private static final Map<String, String> ANY_PORT = Map.of("CLASSBELL_HTTP_MANAGEMENT_PORT", "0");

  /** Asks the API as a page would. */
  private static final String SEND =
      """
      const send = async (path, body, token) => {
        const answer = await fetch("/api/v1" + path, {method: "POST", body: JSON.stringify(body),
          headers: {"content-type": "application/json", ...(token && {authorization: "Bearer " + token})}});
        return answer.status === 204 || answer.status === 202 ? {} : answer.json();
      };
      """;

  @TempDir static Path dir;
  private static Launched platform;
  private static Chromium browser;
  private static String base;

  @BeforeAll
  static void open() throws Exception {
    Optional<Path> chromium = Chromium.installed();
    Assumptions.assumeTrue(
        chromium.isPresent(), "No Chromium is installed: the pages are not tried.");
    platform = Launched.embedded(ANY_PORT, "--port", "0", "--data", dir.resolve("data").toString());
    browser = Chromium.start(chromium.get(), Files.createDirectory(dir.resolve("profile")));
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
    if (platform != null) {
      platform.close();
    }
  }

  private static void allIsWellAndFromHere() {
    assertThat(browser.errors()).isEmpty();
    assertThat(browser.requests())
        .filteredOn(url -> !url.startsWith("data:"))
        .isNotEmpty()
        .allMatch(url -> URI.create(url).getAuthority().equals(URI.create(base).getAuthority()));
  }

  private static String evaluate(String script) {
    return String.valueOf(browser.evaluate("(async () => {" + SEND + script + "})()"));
  }

  @Test
  void the_documentation_shows_the_whole_contract_and_asks_nobody_else() {
    browser.open(base + "/endpoints");
    String listed =
        evaluate(
            "return [...document.querySelectorAll('tbody tr')].map(row => row.cells[0].innerText"
                + " + ' ' + row.cells[1].innerText.replace('/api/v1', '')).sort().join('\\n')");
    assertThat(listed.lines()).hasSizeGreaterThan(35);
    browser.open(base + "/docs");
    browser.until("document.querySelectorAll('.opblock').length >= " + listed.lines().count());
    // What has two tags is shown twice.
    assertThat(
            evaluate(
                "return [...new Set([...document.querySelectorAll('.opblock-summary')].map(o =>"
                    + " o.querySelector('.opblock-summary-method').innerText + ' ' +"
                    + " o.querySelector('.opblock-summary-path').dataset.path))].sort().join('\\n"
                    + "')"))
        .isEqualTo(listed);
    browser.evaluate("document.querySelector('#operations-bookings-book button').click()");
    browser.until("document.querySelector('#operations-bookings-book .responses-table') !== null");
    allIsWellAndFromHere();
  }

  @Test
  void executing_an_operation_twice_in_the_documentation_makes_two_things() {
    browser.open(base + "/endpoints");
    String token =
        evaluate(
            """
            await send("/auth/register", {email: "twice@example.org", password: "a good password",
              name: "Tia", role: "student"});
            return (await send("/auth/login",
              {email: "twice@example.org", password: "a good password"})).accessToken;
            """);
    browser.open(base + "/docs");
    String deposit = "document.querySelector('#operations-wallet-deposit %s')";
    browser.until(deposit.formatted("button") + " !== null");
    // As the dialog for tokens would do for every request.
    evaluate(
        """
        const plain = window.fetch;
        window.fetch = (address, options) => plain(address,
          {...options, headers: {...options?.headers, authorization: "Bearer %s"}});
        """
            .formatted(token));
    browser.evaluate(deposit.formatted("button") + ".click()");
    browser.until(deposit.formatted(".try-out__btn") + " !== null");
    browser.evaluate(deposit.formatted(".try-out__btn") + ".click()");
    for (int times = 1; times <= 2; times++) {
      browser.until(deposit.formatted(".execute") + " !== null");
      browser.evaluate(deposit.formatted(".execute") + ".click()");
      browser.until(
          """
          (async () => (await (await fetch("/api/v1/wallet/transactions",
            {headers: {authorization: "Bearer %s"}})).json()).items.length === %d)()
          """
              .formatted(token, times));
    }
    allIsWellAndFromHere();
  }

  @Test
  void a_person_who_forgot_the_password_sets_a_new_one_by_the_mailed_link() {
    browser.open(base + "/endpoints");
    evaluate(
        """
        await send("/auth/register", {email: "forgot@example.org", password: "the old password",
          name: "Fay", role: "student"});
        await send("/auth/password-reset", {email: "forgot@example.org"});
        """);
    String link = "document.querySelector('article a')";
    long deadline = System.nanoTime() + 40_000_000_000L;
    do {
      browser.open(base + "/dev/mailbox?to=forgot@example.org");
    } while ("null".equals(evaluate("return " + link)) && System.nanoTime() < deadline);
    URI mailed = URI.create(evaluate("return " + link + ".href"));

    browser.open(base + mailed.getRawPath() + "?" + mailed.getRawQuery());
    browser.until("location.search === ''");
    browser.until("document.querySelector('#f-password') !== null");
    browser.evaluate("document.querySelector('#f-password').focus()");
    browser.type("the new password");
    browser.evaluate("document.querySelector('main form button').click()");

    browser.until("document.querySelector('#outcome')?.textContent.includes('is set') === true");
    allIsWellAndFromHere();
    String login =
        "return (await send('/auth/login', {email: 'forgot@example.org', password: '%s'}))";
    assertThat(evaluate(login.formatted("the new password") + ".user.name")).isEqualTo("Fay");
    assertThat(evaluate(login.formatted("the old password") + ".code"))
        .isEqualTo("bad_credentials");
    browser.errors();
  }

  @Test
  void a_notification_reaches_a_page_over_sockjs() {
    browser.open(base + "/endpoints");
    evaluate(
        """
        await send("/auth/register", {email: "live@example.org", password: "a good password",
          name: "Liv", role: "student"});
        const {accessToken, user} = await send("/auth/login",
          {email: "live@example.org", password: "a good password"});
        window.deposit = () => send("/wallet/deposit", {amount: 100}, accessToken);
        const socket = new WebSocket(`ws://${location.host}/eventbus/000/abcdefgh/websocket`);
        socket.onmessage = ({data}) => {
          if (data === "o") {
            socket.send(JSON.stringify([JSON.stringify({type: "register",
              address: "notifications." + user.id, headers: {authorization: "Bearer " + accessToken}})]));
          } else if (data.startsWith("a")) {
            window.heard = JSON.parse(JSON.parse(data.slice(1))[0]).body;
          }
        };
        """);
    // Nothing says that the registration is done: so there is news until one is heard.
    browser.until("deposit().then(() => window.heard?.event === 'notification:new')");
    assertThat(evaluate("return heard.notification.kind")).isEqualTo("credits_received");
    allIsWellAndFromHere();
  }
}
