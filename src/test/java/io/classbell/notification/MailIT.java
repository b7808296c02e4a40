package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.embedded.TestServers.Mail;
import io.classbell.notification.FakeSmtp.Answer;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.CountWaiting;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.Redeliver;
import io.classbell.notification.push.PushPort;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.FaultyWire;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import jakarta.mail.internet.InternetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothDatabases
class MailIT {
  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private Rig rig;

  MailIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
  }

  @AfterEach
  void stop() {
    rig.close();
    smtp.close();
  }

  private String dead() {
    until("a dead letter", () -> rig.count("dead_letter") == 1);
    assertThat(rig.count("delivery")).isZero();
    return rig.rows("SELECT id FROM dead_letter").getFirst();
  }

  @Test
  void a_notice_is_mailed_as_text_and_html_that_loads_nothing() {
    rig.deploy(TestSmtp.port(), "");
    String user = rig.person(Role.student, "Europe/Berlin", "de-AT");
    rig.tell(
        fact(
            "c",
            user,
            Kind.booking_confirmed,
            "title",
            "<b>Klavier</b> & mehr",
            "startsAt",
            "2026-11-23T17:00:00Z"));

    until("caught", () -> !TestSmtp.mails(rig.email(user)).isEmpty());
    Mail mail = TestSmtp.mails(rig.email(user)).getFirst();
    assertThat(mail.subject()).isEqualTo("Gebucht: <b>Klavier</b> & mehr");
    assertThat(mail.text())
        .contains("Hallo Ada Lovelace")
        .contains(
            "„<b>Klavier</b> & mehr“ am Mo, 23. Nov. 2026, 18:00 Uhr (Europe/Berlin, UTC+01:00)");
    assertThat(mail.html())
        .contains("„&lt;b&gt;Klavier&lt;/b&gt; &amp; mehr“")
        .doesNotContain("<b>")
        .doesNotContain("http");
    assertThat(mail.headers().get("Auto-Submitted")).isEqualTo("auto-generated");
    assertThat(mail.headers().get("From"))
        .contains("no-reply@classbell.test")
        .contains("Classbell");
    until("done", () -> rig.count("delivery") == 0);
    assertThat(rig.ask(NotificationApi.WAITING, new CountWaiting()).deliveries()).isZero();
  }

  @Test
  void a_mail_refused_for_now_is_tried_again_under_the_same_message_id() {
    rig.deploy(smtp.port(), "\"smtp\": {\"sendTimeout\": \"PT2S\"}");
    smtp.answering(Answer.TRY_LATER, Answer.CUT_AFTER_DATA, Answer.HANG, Answer.TAKE);
    String user = rig.student();
    rig.tell(fact("c", user, Kind.booking_confirmed, "title", "Piano"));

    assertThat(rig.inbox(user).items()).hasSize(1);
    until("taken", () -> !smtp.taken.isEmpty());
    until("done", () -> rig.count("delivery") == 0);
    assertThat(smtp.received).hasSizeGreaterThanOrEqualTo(4);
    assertThat(smtp.received.stream().map(m -> FakeSmtp.header(m, "Message-ID")).distinct())
        .hasSize(1)
        .first()
        .asString()
        .matches("<[0-9a-f-]{36}@classbell\\.test>");
    assertThat(rig.count("dead_letter")).isZero();
  }

  @Test
  void a_server_that_hangs_up_again_and_again_uses_up_no_connections() {
    rig.deploy(smtp.port(), "\"maxAttempts\": 50");
    for (int i = 0; i < 6; i++) {
      smtp.answering(Answer.CUT_AFTER_DATA);
    }
    rig.tell(fact("c", rig.student(), Kind.booking_confirmed));

    until("taken", () -> smtp.taken.size() == 1);
    until("done", () -> rig.count("delivery") == 0);
  }

  @Test
  void a_mail_refused_for_good_is_a_dead_letter_and_can_be_replayed() {
    rig.deploy(smtp.port(), "");
    smtp.answering(Answer.NEVER);
    String user = rig.student();
    rig.tell(fact("c", user, Kind.booking_confirmed, "title", "Piano"));

    String id = dead();
    assertThat(rig.rows("SELECT source, address, attempts, last_error FROM dead_letter"))
        .containsExactly("email|notification.redeliver|1|550 no such mailbox");
    rig.ask(NotificationApi.REDELIVER, new Redeliver(id, null));

    until("taken", () -> smtp.taken.size() == 1);
    until("done", () -> rig.count("delivery") == 0);
    assertThat(rig.count("dead_letter")).isZero();
    assertThat(FakeSmtp.header(smtp.taken.getFirst(), "Message-ID"))
        .isEqualTo(FakeSmtp.header(smtp.received.getFirst(), "Message-ID"));
    assertThatThrownBy(() -> rig.ask(NotificationApi.REDELIVER, new Redeliver(id, null)))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void a_mail_that_fails_too_often_is_a_dead_letter() {
    rig.deploy(smtp.port(), "\"maxAttempts\": 3, \"giveUpAfter\": \"PT0S\"");
    smtp.answering(Answer.TRY_LATER, Answer.WHO_ARE_YOU, Answer.TRY_LATER);
    rig.tell(fact("c", rig.student(), Kind.booking_confirmed));

    dead();
    assertThat(smtp.received).hasSize(3);
    assertThat(rig.rows("SELECT attempts, last_error FROM dead_letter"))
        .containsExactly("3|451 later");
  }

  @Test
  void a_mail_that_fails_often_in_a_short_time_is_not_given_up() {
    rig.deploy(smtp.port(), "\"maxAttempts\": 3, \"giveUpAfter\": \"PT1H\"");
    for (int i = 0; i < 6; i++) {
      smtp.answering(i % 2 == 0 ? Answer.TRY_LATER : Answer.WHO_ARE_YOU);
    }
    rig.tell(fact("c", rig.student(), Kind.booking_confirmed));

    until("taken", Duration.ofSeconds(30), () -> smtp.taken.size() == 1);
    until("done", () -> rig.count("delivery") == 0);
    assertThat(rig.count("dead_letter")).isZero();
  }

  @Test
  void a_reminder_that_could_not_be_mailed_before_the_class_is_not_mailed_after_it() {
    rig.deploy(smtp.port(), "");
    for (int i = 0; i < 1000; i++) {
      smtp.answering(Answer.TRY_LATER);
    }
    String startsAt = rig.node.clock().now().plusSeconds(8).toString();
    rig.tell(fact("c", rig.student(), Kind.reminder, "startsAt", startsAt, "before", "P1D"));

    until("tried", Duration.ofSeconds(30), () -> !smtp.received.isEmpty());
    until("dropped", Duration.ofSeconds(40), () -> rig.count("delivery") == 0);
    assertThat(smtp.taken).isEmpty();
    assertThat(rig.count("dead_letter")).isZero();
  }

  @Test
  void a_mail_server_that_is_slow_gets_each_mail_once() {
    rig.deploy(
        Rig.settings(
            smtp.port(), "\"sendTimeout\": \"PT6S\", \"maxConnections\": 1", "\"workers\": 8"));
    String user = rig.student();
    for (int i = 0; i < 6; i++) {
      smtp.answering(Answer.TAKE_SLOWLY);
    }
    rig.tell(
        IntStream.range(0, 6)
            .mapToObj(i -> fact("c" + i, user, Kind.booking_confirmed))
            .toArray(Fact[]::new));

    until("done", Duration.ofSeconds(40), () -> rig.count("delivery") == 0);
    assertThat(smtp.taken).hasSize(6);
  }

  @Test
  void mails_that_hang_do_not_hold_up_those_for_whom_there_is_a_worker() {
    rig.deploy(
        Rig.settings(
            smtp.port(), "\"sendTimeout\": \"PT2M\", \"maxConnections\": 4", "\"workers\": 4"));
    String user = rig.student();
    smtp.answering(Answer.HANG, Answer.HANG, Answer.HANG);
    rig.tell(
        fact("a", user, Kind.booking_confirmed),
        fact("b", user, Kind.booking_confirmed),
        fact("c", user, Kind.booking_confirmed));
    until("three hang", Duration.ofSeconds(30), () -> smtp.received.size() == 3);
    rig.tell(fact("d", user, Kind.booking_confirmed), fact("e", user, Kind.booking_confirmed));

    until("the others", Duration.ofSeconds(30), () -> smtp.taken.size() == 2);
    smtp.close();
  }

  @Test
  void a_mail_that_was_taken_while_the_database_went_away_is_mailed_once() {
    FaultyWire[] wire = new FaultyWire[1];
    try (Rig cut =
        new Rig(
            database,
            TestRedis.fresh(),
            settings -> {
              wire[0] = FaultyWire.to(settings.port());
              return wire[0].before(settings);
            })) {
      cut.deploy(smtp.port(), "\"claimAfter\": \"PT2M\"");
      smtp.whenTaken = wire[0]::cut;
      cut.tell(fact("c", cut.student(), Kind.booking_confirmed));
      until("taken", Duration.ofSeconds(30), () -> smtp.taken.size() == 1);
      // Longer than a transaction is tried anew.
      TestNode.await(cut.test.vertx().timer(8, TimeUnit.SECONDS));
      wire[0].mend();
      until("done", Duration.ofSeconds(40), () -> cut.count("delivery") == 0);
      assertThat(smtp.taken).hasSize(1);
    }
    wire[0].close();
  }

  @Test
  void without_a_mail_server_the_inbox_is_told_and_the_mail_waits() {
    FakeSmtp gone = new FakeSmtp();
    int port = gone.port();
    gone.close();
    rig.deploy(port, "");
    String user = rig.student();
    rig.tell(fact("c", user, Kind.booking_confirmed));

    assertThat(rig.inbox(user).items()).hasSize(1);
    until("tried", () -> !rig.rows("SELECT 1 FROM delivery WHERE attempts > 1").isEmpty());
  }

  @Test
  void nothing_that_people_wrote_gets_into_the_headers() {
    rig.deploy(smtp.port(), "");
    String user = rig.student();
    rig.tell(
        fact(
            "c",
            user,
            Kind.booking_confirmed,
            "title",
            "Piano\r\nBcc: eve@evil.test\r\n\r\nHello",
            "reason",
            "\r\n.\r\nMAIL FROM:<eve@evil.test>"));

    until("taken", () -> smtp.taken.size() == 1);
    assertThat(FakeSmtp.header(smtp.taken.getFirst(), "Bcc")).isEmpty();
    assertThat(FakeSmtp.header(smtp.taken.getFirst(), "Subject"))
        .isEqualTo("Booked: Piano  Bcc: eve@evil.test    Hello");
  }

  @Test
  void titles_and_sender_names_of_any_script_arrive_as_they_were_written() throws Exception {
    String sender = "Müllers 🎸 Schule";
    rig.deploy(
        Rig.settings(
            TestSmtp.port(), "\"fromName\": \"" + sender + "\", \"maxConnections\": 4", ""));
    String title = "🎸 Jazz — 日本語の長い題名 ".repeat(8).strip();
    String user = rig.student();
    rig.tell(
        fact("a", user, Kind.booking_confirmed, "title", "🎸 Jazz"),
        fact("b", user, Kind.booking_confirmed, "title", title));

    until("caught", () -> TestSmtp.mails(rig.email(user)).size() == 2);
    List<Mail> mails = TestSmtp.mails(rig.email(user));
    assertThat(mails)
        .extracting(Mail::subject)
        .containsExactlyInAnyOrder("Booked: 🎸 Jazz", "Booked: " + title);
    for (Mail mail : mails) {
      InternetAddress from = new InternetAddress(mail.headers().get("From"));
      assertThat(from.getPersonal()).isEqualTo(sender);
      assertThat(from.getAddress()).isEqualTo("no-reply@classbell.test");
      assertThat(mail.text()).contains("🎸 Jazz").contains(sender);
      assertThat(mail.html()).contains("🎸 Jazz").contains(sender);
    }
  }

  @Test
  void no_line_of_header_text_is_longer_than_78_octets() {
    rig.deploy(smtp.port(), "");
    String user = rig.student();
    rig.tell(
        fact("a", user, Kind.booking_confirmed, "title", "🎸 Jazz ".repeat(25)),
        fact("b", user, Kind.booking_confirmed, "title", "Piano for beginners ".repeat(10)));

    until("taken", () -> smtp.taken.size() == 2);
    for (String mail : smtp.taken) {
      assertThat(mail.lines().takeWhile(line -> !line.isEmpty()))
          .filteredOn(line -> !line.startsWith("Content-Type: "))
          .contains("From: Classbell <no-reply@classbell.test>")
          .allSatisfy(line -> assertThat(line).matches("[ -~\\t]{1,78}"));
    }
  }

  @Test
  void an_address_that_would_reach_somebody_else_is_never_mailed_to() {
    rig.deploy(smtp.port(), "");
    String id = Ids.next();
    rig.people.put(id, new Person(id, "d@e.test <v@x.test>", "D", Role.student, true, "UTC", "en"));
    rig.tell(fact("c", id, Kind.booking_confirmed));

    dead();
    assertThat(smtp.received).isEmpty();
  }

  @Test
  void somebody_disabled_is_not_written_to() {
    rig.deploy(smtp.port(), "");
    String id = Ids.next();
    rig.people.put(id, new Person(id, "d@e.test", "D", Role.student, false, "UTC", "en"));
    rig.tell(fact("c", id, Kind.booking_confirmed));

    assertThat(rig.inbox(id).items()).hasSize(1);
    assertThat(rig.count("delivery")).isZero();
  }

  @Test
  void mails_beyond_the_limit_are_collected_in_one_and_none_is_lost() {
    rig.deploy(smtp.port(), "\"mailsPerRecipient\": 4, \"rejectionMailsPerRecipient\": 2");
    String user = rig.student();
    for (int i = 0; i < 20; i++) {
      rig.tell(fact("r" + i, user, Kind.booking_rejected, "title", "Spam " + i + "."));
    }
    for (int i = 0; i < 10; i++) {
      rig.tell(fact("m" + i, user, Kind.refund_issued, "title", "Class " + i + "."));
    }
    assertThat(rig.inbox(user).items()).hasSize(30);
    until("those within the limits", () -> smtp.taken.size() == 4);
    until("only the digest waits", () -> rig.count("delivery") == 1);
    assertThat(rig.ask(NotificationApi.WAITING, new CountWaiting()).deliveries()).isZero();

    endMailPeriod();
    until("the digest", Duration.ofSeconds(60), () -> smtp.taken.size() == 5);
    until("done", () -> rig.count("delivery") == 0);
    String digest = smtp.taken.getLast();
    assertThat(FakeSmtp.header(digest, "Subject")).isEqualTo("26 more notifications");
    assertThat(digest).contains("Spam 2.").contains("Spam 19.").contains("Class 2.");
    assertThat(digest).contains("Class 9.").doesNotContain("Spam 1.").doesNotContain("Class 1.");
    assertThat(smtp.taken.stream().filter(m -> FakeSmtp.header(m, "Subject").contains("Spam")))
        .hasSize(2);
    assertThat(rig.count("mail_digest_item")).isZero();

    rig.server.execute(rig.database, "UPDATE mail_period SET ends_at = UTC_TIMESTAMP()");
    rig.tell(fact("next", user, Kind.booking_rejected, "title", "Next period"));
    until("mailed by itself", () -> smtp.taken.size() == 6);
    assertThat(FakeSmtp.header(smtp.taken.getLast(), "Subject")).contains("Next period");
  }

  @Test
  void a_digest_is_tried_again_with_the_same_content_and_takes_no_more() {
    rig.deploy(smtp.port(), "\"mailsPerRecipient\": 1");
    String user = rig.student();
    for (int i = 0; i < 3; i++) {
      rig.tell(fact("a" + i, user, Kind.refund_issued, "title", "First " + i));
    }
    until("the first", () -> smtp.taken.size() == 1);
    until("only the digest waits", () -> rig.count("delivery") == 1);
    smtp.answering(Answer.TRY_LATER, Answer.TRY_LATER, Answer.TRY_LATER, Answer.TRY_LATER);
    endMailPeriod();
    until("tried", Duration.ofSeconds(60), () -> smtp.received.size() >= 2);
    rig.tell(fact("late", user, Kind.refund_issued, "title", "Late"));
    until("the digest", Duration.ofSeconds(60), () -> smtp.taken.size() == 2);

    List<String> tries = smtp.received.subList(1, smtp.received.size());
    assertThat(tries)
        .allSatisfy(
            m -> {
              assertThat(m).contains("First 1").contains("First 2").doesNotContain("Late");
              assertThat(FakeSmtp.header(m, "Message-ID"))
                  .isEqualTo(FakeSmtp.header(tries.getFirst(), "Message-ID"));
            });
    until("only what came later waits", () -> rig.count("delivery") == 1);
    assertThat(rig.count("mail_digest_item")).isEqualTo(1);
  }

  @Test
  void a_digest_that_was_given_up_is_complete_when_it_is_replayed() {
    rig.deploy(smtp.port(), "\"mailsPerRecipient\": 1");
    String user = rig.student();
    for (int i = 0; i < 3; i++) {
      rig.tell(fact("a" + i, user, Kind.refund_issued, "title", "First " + i));
    }
    until("the first", () -> smtp.taken.size() == 1);
    until("only the digest waits", () -> rig.count("delivery") == 1);
    smtp.answering(Answer.NEVER);
    endMailPeriod();
    until("a dead letter", Duration.ofSeconds(60), () -> rig.count("dead_letter") == 1);
    rig.ask(
        NotificationApi.REDELIVER,
        new Redeliver(rig.rows("SELECT id FROM dead_letter").getFirst(), null));

    until("the digest", () -> smtp.taken.size() == 2);
    assertThat(smtp.taken.getLast()).contains("First 1").contains("First 2");
    until("done", () -> rig.count("mail_digest_item") == 0);
  }

  /** What is collected is due now. */
  private void endMailPeriod() {
    rig.server.execute(rig.database, "UPDATE delivery SET next_at = UTC_TIMESTAMP()");
  }

  @Test
  void an_address_that_is_not_verified_gets_account_mails_alone_and_no_text_of_the_account() {
    rig.deploy(smtp.port(), "");
    String id = Ids.next();
    String name = "Buy at evil.test";
    rig.people.put(
        id, new Person(id, "victim@e.test", name, Role.student, true, "UTC", "en", false));
    rig.tell(
        fact("a", id, Kind.booking_rejected, "title", "Spam"),
        fact("b", id, Kind.refund_issued, "title", "Spam"));
    assertThat(rig.inbox(id).items()).hasSize(2);
    assertThat(rig.count("delivery")).isZero();

    NotificationApi.Mail mail =
        new NotificationApi.Mail(
            "verify:1",
            id,
            "email_verification",
            Secret.of("https://x.test/verify?token=abc"),
            Map.of());
    assertThat(TestNode.await(rig.deliver(NotificationApi.MAIL, mail))).isEmpty();
    until("done", () -> smtp.taken.size() == 1 && rig.count("delivery") == 0);
    assertThat(FakeSmtp.header(smtp.taken.getFirst(), "Subject"))
        .isEqualTo("Confirm your e-mail address");
    assertThat(smtp.taken.getFirst()).doesNotContain("evil.test").contains("Hello,");
  }

  @Test
  void a_password_reset_is_mailed_once_and_is_no_notice() {
    rig.deploy(smtp.port(), "");
    String user = rig.student();
    NotificationApi.Mail mail =
        new NotificationApi.Mail(
            "reset:1",
            user,
            "password_reset",
            Secret.of("https://x.test/reset#token=abc"),
            Map.of());
    smtp.answering(Answer.TRY_LATER);
    assertThat(TestNode.await(rig.deliver(NotificationApi.MAIL, mail))).isEmpty();
    assertThat(TestNode.await(rig.deliver(NotificationApi.MAIL, mail))).isEmpty();

    until("done", () -> smtp.taken.size() == 1 && rig.count("delivery") == 0);
    assertThat(FakeSmtp.header(smtp.taken.getFirst(), "Subject")).isEqualTo("Set a new password");
    assertThat(smtp.taken.getFirst().replace("=\n", "").replace("=3D", "="))
        .contains("https://x.test/reset#token=abc");
    assertThat(rig.inbox(user).items()).isEmpty();
  }

  @Test
  void pushes_go_to_every_device_and_a_device_that_is_gone_is_forgotten() {
    rig.deploy(smtp.port(), "");
    String user = rig.student();
    for (String token : List.of("one", "two")) {
      rig.ask(
          NotificationApi.ADD_DEVICE,
          new NotificationApi.AddDevice(user, "android", token, null, null, null));
    }
    rig.tell(fact("a", user, Kind.meeting_opened, "title", "Piano"));
    until("pushed", () -> rig.push.messages.size() == 2);
    assertThat(rig.push.messages)
        .extracting(m -> m.device().token())
        .containsExactlyInAnyOrder("one", "two");
    assertThat(rig.push.messages).extracting(m -> m.title()).containsOnly("Open now: Piano");

    rig.push.answer = new PushPort.Unregistered();
    rig.tell(fact("b", user, Kind.meeting_opened));
    until("forgotten", () -> rig.count("device") == 0 && rig.count("delivery") == 0);
    rig.tell(fact("c", user, Kind.meeting_opened));
    assertThat(rig.push.messages).hasSize(4);
    assertThat(rig.count("delivery")).isZero();
  }

  @Test
  void a_push_provider_is_asked_again_no_sooner_than_it_said_and_not_after_its_no() {
    rig.deploy(smtp.port(), "");
    String user = rig.student();
    rig.ask(
        NotificationApi.ADD_DEVICE,
        new NotificationApi.AddDevice(user, "web", "t", null, null, null));
    rig.push.answer = new PushPort.RetryAfter("429", Duration.ofMinutes(5));
    rig.tell(fact("a", user, Kind.meeting_opened));
    until(
        "put aside",
        () ->
            rig.rows(
                        "SELECT 1 FROM delivery WHERE attempts = 1 AND next_at > UTC_TIMESTAMP() +"
                            + " INTERVAL 4 MINUTE")
                    .size()
                == 1);

    rig.push.answer = new PushPort.Failed("400 bad message");
    rig.tell(fact("b", user, Kind.meeting_opened));
    until("parked", () -> rig.count("dead_letter") == 1);
    assertThat(rig.rows("SELECT source FROM dead_letter")).containsExactly("push");
  }
}
