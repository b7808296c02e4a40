package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestSmtp;
import io.classbell.testing.Visitor;
import io.classbell.testing.Visitor.Answer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * "Refresh tokens rotate, reuse revokes the family; logout, disabling and password change end older
 * tokens and sockets within 5 s on all nodes." What ends happens at one node; the token and the
 * socket are the other's.
 */
class EndedTokensIT {

  private static final Pattern RESET = Pattern.compile("/reset\\?token=([A-Za-z0-9_-]+)");

  private static List<RealNode> nodes;

  @BeforeAll
  static void open() {
    nodes = RealNode.two();
  }

  @AfterAll
  static void close() {
    nodes.reversed().forEach(RealNode::close);
  }

  /** Somebody with a session of the first node, who is at home at the second. */
  private record Guest(String email, Visitor here, Visitor there, Tab tab, String refreshToken) {
    static Guest come() {
      Visitor one = Visitor.register(nodes.getFirst().port(), "student");
      String email = one.get("/me").text("email");
      Answer session = one.session(email, Visitor.PASSWORD);
      Visitor here = one.with(session.text("accessToken"));
      Tab tab = Tab.open(nodes.getLast()).register("notifications." + here.id(), here.token());
      Visitor there = here.at(nodes.getLast().port());
      TestNode.until(
          "the tab is told",
          () -> {
            there.post("/wallet/deposit", "{\"amount\":1}").mustBe(201);
            return tab.wasNotified();
          });
      return new Guest(email, here, there, tab, session.text("refreshToken"));
    }

    String refreshed(Visitor at, String token) {
      return at.post("/auth/refresh", body(token)).mustBe(200).text("refreshToken");
    }

    void isOutEverywhere() {
      TestNode.until(
          "the token is refused at both nodes",
          () -> here.get("/me").status() == 401 && there.get("/me").status() == 401);
      TestNode.until("the socket is closed", tab::isClosed);
    }
  }

  @Test
  void by_logout() {
    Guest guest = Guest.come();
    guest.here.post("/auth/logout", "{}").mustBe(204);
    guest.isOutEverywhere();
  }

  @Test
  void by_a_new_password_set_in_another_session() {
    Guest guest = Guest.come();
    String body =
        "{\"currentPassword\":\"%s\",\"newPassword\":\"another-one-1\"}"
            .formatted(Visitor.PASSWORD);
    guest.here.login(guest.email, Visitor.PASSWORD).send("PATCH", "/me", body).mustBe(200);
    guest.isOutEverywhere();
  }

  @Test
  void by_a_password_reset_by_mail() {
    Guest guest = Guest.come();
    guest.here.post("/auth/password-reset", "{\"email\":\"" + guest.email + "\"}").mustBe(202);
    AtomicReference<String> token = new AtomicReference<>();
    TestNode.until(
        "the mail is there",
        () -> {
          TestSmtp.mails(guest.email).stream()
              .map(mail -> RESET.matcher(mail.text()))
              .filter(Matcher::find)
              .forEach(found -> token.set(found.group(1)));
          return token.get() != null;
        });
    String body = "{\"token\":\"%s\",\"password\":\"another-one-1\"}".formatted(token.get());
    guest.here.post("/auth/password-reset/confirm", body).mustBe(204);
    guest.isOutEverywhere();
    guest.here.post("/auth/password-reset/confirm", body).mustBe(422);
  }

  @Test
  void by_reuse_of_an_old_refresh_token() {
    Guest guest = Guest.come();
    String second = guest.refreshed(guest.here, guest.refreshToken);
    String third = guest.refreshed(guest.there, second);
    guest.there.post("/auth/refresh", body(guest.refreshToken)).mustBe(401);
    guest.isOutEverywhere();
    guest.here.post("/auth/refresh", body(third)).mustBe(401);
  }

  /** Two tabs, or a client that repeats a request whose response was lost, on another node too. */
  @Test
  void not_by_a_refresh_that_is_repeated_at_once() {
    Guest guest = Guest.come();
    String second = guest.refreshed(guest.here, guest.refreshToken);
    assertThat(guest.refreshed(guest.there, guest.refreshToken)).isEqualTo(second);
    assertThat(
            guest.there.post("/auth/refresh", body(guest.refreshToken), "Idempotency-Key", "k-1"))
        .extracting(answer -> answer.mustBe(200).text("refreshToken"))
        .isEqualTo(second);
    guest.refreshed(guest.there, second);
  }

  private static String body(String refreshToken) {
    return "{\"refreshToken\":\"" + refreshToken + "\"}";
  }

  /** As the security notes tell operators to. */
  @Test
  void by_an_operator_who_disables_the_account() {
    Guest guest = Guest.come();
    change(guest, "status = 'disabled'");
    guest.isOutEverywhere();
    String login =
        "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(guest.email, Visitor.PASSWORD);
    Visitor.nobody(nodes.getFirst().port()).post("/auth/login", login).mustBe(401);
    String refresh = "{\"refreshToken\":\"" + guest.refreshToken + "\"}";
    guest.here.post("/auth/refresh", refresh).mustBe(401);
  }

  @Test
  void by_an_operator_who_gives_the_account_another_role() {
    Guest guest = Guest.come();
    change(guest, "role = 'teacher'");
    guest.isOutEverywhere();
    Visitor teacher = guest.here.login(guest.email, Visitor.PASSWORD);
    teacher.get("/teachers/me/slots").mustBe(200);
  }

  private static void change(Guest guest, String what) {
    String account = "(SELECT id FROM user_account WHERE email = '" + guest.email + "')";
    RealNode node = nodes.getFirst();
    node.execute("UPDATE user_account SET " + what + " WHERE email = '" + guest.email + "'");
    node.execute(
        "UPDATE session SET ended_at = UTC_TIMESTAMP(3), end_reason = 'disabled'"
            + " WHERE ended_at IS NULL AND user_id = "
            + account);
  }
}
