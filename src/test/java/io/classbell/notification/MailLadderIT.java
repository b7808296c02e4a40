package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.MailUnread;
import io.classbell.notification.api.NotificationApi.MarkAllRead;
import io.classbell.platform.json.Json;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mails that are sent only if the notification is still unread after a while. */
@OnBothDatabases
class MailLadderIT {
  private static final String MESSAGES =
      " FROM scheduled_message WHERE address = 'notification.mail-unread'";

  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private Rig rig;

  MailLadderIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
    rig.deploy(smtp.port(), "\"emailAfter\": \"PT10M\", \"mailsPerRecipient\": 3");
  }

  @AfterEach
  void stop() {
    rig.close();
    smtp.close();
  }

  /** Delivers the waiting messages, as the schedule does when they are due. */
  private void tenMinutesLater() {
    for (String body : rig.rows("SELECT body" + MESSAGES)) {
      assertThat(
              TestNode.await(
                  rig.deliver(NotificationApi.MAIL_UNREAD, Json.read(body, MailUnread.class))))
          .isEmpty();
    }
  }

  @Test
  void an_unread_notification_is_mailed_after_the_delay_and_once() {
    String user = rig.student();
    rig.tell(fact("a", user, Kind.booking_moved));

    assertThat(rig.rows("SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), due_at) > 300" + MESSAGES))
        .containsExactly("1");
    assertThat(smtp.taken).isEmpty();
    tenMinutesLater();
    until("mailed", () -> smtp.taken.size() == 1 && rig.count("delivery") == 0);

    tenMinutesLater();
    assertThat(rig.count("delivery")).isZero();
    assertThat(smtp.taken).hasSize(1);
  }

  @Test
  void a_notification_that_was_read_is_not_mailed() {
    String user = rig.student();
    rig.tell(fact("a", user, Kind.booking_moved));
    rig.tell(fact("b", user, Kind.booking_moved));
    rig.ask(NotificationApi.MARK_ALL_READ, new MarkAllRead(user, 1L));

    tenMinutesLater();

    until("the unread one is mailed", () -> smtp.taken.size() == 1 && rig.count("delivery") == 0);
  }

  @Test
  void mails_about_money_and_cancellations_are_sent_at_once() {
    String user = rig.student();
    for (Kind kind :
        new Kind[] {Kind.booking_cancelled, Kind.refund_issued, Kind.withdrawal_paid}) {
      rig.tell(fact(kind.name(), user, kind));
    }

    until("mailed", () -> smtp.taken.size() == 3 && rig.count("delivery") == 0);
    assertThat(rig.rows("SELECT id" + MESSAGES)).isEmpty();
  }

  @Test
  void pushes_do_not_wait() {
    String user = rig.student();
    rig.ask(
        NotificationApi.ADD_DEVICE,
        new NotificationApi.AddDevice(user, "web", "t", null, null, null));
    rig.tell(fact("a", user, Kind.booking_moved));

    until("pushed", () -> rig.push.messages.size() == 1);
    assertThat(smtp.taken).isEmpty();
  }

  @Test
  void late_mails_count_towards_the_recipients_limit() {
    String user = rig.student();
    for (int i = 0; i < 5; i++) {
      rig.tell(fact("c" + i, user, Kind.booking_moved));
    }

    tenMinutesLater();

    until("three are mailed", () -> smtp.taken.size() == 3);
    until("two are collected", () -> rig.count("mail_digest_item") == 2);
    until("the digest waits for its time", () -> rig.count("delivery") == 1);
  }
}
