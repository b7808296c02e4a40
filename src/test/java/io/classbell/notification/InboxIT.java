package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Inbox;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.ListInbox;
import io.classbell.notification.api.NotificationApi.MarkAllRead;
import io.classbell.notification.api.NotificationApi.MarkRead;
import io.classbell.notification.api.NotificationApi.Notification;
import io.classbell.notification.api.NotificationApi.Shown;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Task;
import io.classbell.platform.failure.RejectedException;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothDatabases
class InboxIT {
  private final TestDatabase database;
  private Rig rig;

  InboxIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() {
    rig = new Rig(database, TestRedis.fresh());
    rig.deploy(TestSmtp.port(), "");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void numbers_have_no_gap_and_no_double_under_64_concurrent_tellers() {
    List<String> users = Stream.generate(rig::student).limit(10).toList();
    List<Future<List<Task.Failed>>> told = new ArrayList<>();
    for (int teller = 0; teller < 64; teller++) {
      List<Fact> facts = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String user = users.get(ThreadLocalRandom.current().nextInt(users.size()));
        facts.add(fact(teller + ":" + i, user, Kind.meeting_closed));
      }
      told.add(rig.telling(facts.toArray(Fact[]::new)));
    }
    told.forEach(t -> assertThat(TestNode.await(t)).isEmpty());

    long all = 0;
    for (String user : users) {
      List<Notification> items =
          rig.ask(NotificationApi.LIST, new ListInbox(user, 0L, null, 2000)).items();
      assertThat(items)
          .extracting(Notification::seq)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, items.size()).boxed().toList());
      assertThat(rig.inbox(user).unread()).isEqualTo(items.size());
      all += items.size();
    }
    assertThat(all).isEqualTo(64 * 20);
    TestNode.until("all are shown", () -> rig.live.size() == 64 * 20);
  }

  @Test
  void the_same_fact_is_shown_once_however_often_and_by_whoever_it_is_told() {
    String user = rig.student();
    Fact fact = fact("booking_confirmed:1", user, Kind.booking_confirmed, "title", "Piano");
    rig.tell(fact, fact);
    List<Future<List<Task.Failed>>> told = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      told.add(rig.telling(fact, fact("other:" + i, user, Kind.meeting_closed)));
    }
    told.forEach(TestNode::await);

    Inbox inbox = rig.inbox(user);
    assertThat(inbox.items()).hasSize(21).extracting(Notification::seq).endsWith(21L);
    assertThat(inbox.items()).filteredOn(n -> n.kind().equals("booking_confirmed")).hasSize(1);
    assertThat(inbox.unread()).isEqualTo(21);
    TestNode.until("all are shown", () -> rig.live.size() == 21);
  }

  @Test
  void browsers_are_told_what_the_inbox_holds() {
    String user = rig.student();
    rig.tell(fact("c", user, Kind.booking_confirmed, "title", "Piano", "amount", "2500"));

    TestNode.until("shown", () -> rig.live.size() == 1);
    Shown shown = rig.live.getFirst();
    assertThat(shown.userId()).isEqualTo(user);
    assertThat(shown.unread()).isEqualTo(1);
    assertThat(shown.notification()).isEqualTo(rig.inbox(user).items().getFirst());
  }

  @Test
  void what_concerns_admins_is_told_to_each_of_them_once() {
    String one = rig.person(Role.admin, "UTC", "en");
    String other = rig.person(Role.admin, "UTC", "de");
    String student = rig.student();
    Fact fact = fact("review:1", NotificationApi.ADMINS, Kind.review_needed, "title", "Piano");
    rig.tell(fact);
    rig.tell(fact);

    assertThat(rig.inbox(one).items())
        .extracting(Notification::title)
        .containsExactly("Review needed: Piano");
    assertThat(rig.inbox(other).items())
        .extracting(Notification::title)
        .containsExactly("Prüfung nötig: Piano");
    assertThat(rig.inbox(student).items()).isEmpty();
  }

  @Test
  void people_mentioned_are_called_by_their_names() {
    String student = rig.student();
    String teacher = rig.person(Role.teacher, "America/New_York", "en");
    rig.tell(
        fact(
            "c",
            teacher,
            Kind.booking_confirmed,
            "audience",
            "teacher",
            "title",
            "Piano",
            "startsAt",
            "2026-11-23T17:00:00Z",
            "studentId",
            student));

    assertThat(rig.inbox(teacher).items().getFirst().text())
        .isEqualTo(
            "Ada Lovelace has booked “Piano” on Mon 23 Nov 2026, 12:00 (America/New_York,"
                + " UTC-05:00).");
  }

  @Test
  void somebody_who_does_not_exist_holds_up_nobody() {
    String user = rig.student();

    assertThat(
            rig.tell(
                fact("c", Ids.next(), Kind.meeting_closed), fact("c", user, Kind.meeting_closed)))
        .isEmpty();
    assertThat(rig.inbox(user).items()).hasSize(1);
  }

  @Test
  void an_inbox_that_somebody_else_has_locked_is_no_fault_of_the_message() {
    String student = rig.student();
    rig.tell(fact("first", student, Kind.booking_confirmed));

    List<Task.Failed> failed =
        rig.test.run(
            () ->
                rig.node
                    .database()
                    .inTransaction(
                        tx -> {
                          tx.list(
                              "SELECT last_seq FROM inbox WHERE user_id = ? FOR UPDATE",
                              row -> row.getLong("last_seq"),
                              student);
                          return rig.telling(fact("second", student, Kind.booking_confirmed))
                              .await();
                        }));

    assertThat(failed).singleElement().satisfies(f -> assertThat(f.canWait()).isTrue());
  }

  @Test
  void a_reminder_that_is_told_late_says_how_long_it_really_is() {
    String student = rig.student();
    Instant now = rig.node.clock().now();
    String soon = now.plus(Duration.ofMinutes(125)).plusSeconds(20).toString();
    rig.tell(
        fact("late", student, Kind.reminder, "before", "PT24H", "startsAt", soon),
        fact("over", student, Kind.reminder, "before", "PT24H", "startsAt", now.toString()));

    assertThat(rig.inbox(student).items())
        .singleElement()
        .satisfies(n -> assertThat(n.text()).contains("starts in 2 hours 5 minutes"));
  }

  @Test
  void a_client_that_was_away_asks_for_what_came_after() {
    String user = rig.student();
    for (int i = 1; i <= 5; i++) {
      rig.tell(fact("c" + i, user, Kind.meeting_closed));
    }

    Inbox page = rig.ask(NotificationApi.LIST, new ListInbox(user, 2L, null, 2));
    assertThat(page.items()).extracting(Notification::seq).containsExactly(3L, 4L);
    assertThat(page.nextCursor()).isEqualTo("4");
    for (ListInbox next :
        List.of(new ListInbox(user, 2L, "4", 2), new ListInbox(user, 4L, null, 2))) {
      Inbox rest = rig.ask(NotificationApi.LIST, next);
      assertThat(rest.items()).extracting(Notification::seq).containsExactly(5L);
      assertThat(rest.nextCursor()).isNull();
    }
  }

  @Test
  void an_inbox_is_walked_from_the_newest_to_the_oldest() {
    String user = rig.student();
    for (int i = 1; i <= 5; i++) {
      rig.tell(fact("c" + i, user, Kind.meeting_closed));
    }

    List<Long> seen = new ArrayList<>();
    String cursor = null;
    do {
      Inbox page = rig.ask(NotificationApi.LIST, new ListInbox(user, null, cursor, 2));
      page.items().forEach(n -> seen.add(n.seq()));
      cursor = page.nextCursor();
    } while (cursor != null);

    assertThat(seen).containsExactly(5L, 4L, 3L, 2L, 1L);
  }

  @Test
  void a_cursor_that_no_page_gave_is_refused() {
    String user = rig.student();
    for (String cursor : List.of("", "x", "-1", "1.5", "9".repeat(17))) {
      assertThatThrownBy(() -> rig.ask(NotificationApi.LIST, new ListInbox(user, null, cursor, 2)))
          .isInstanceOfSatisfying(
              RejectedException.class, r -> assertThat(r.failure().status()).isEqualTo(422));
    }
  }

  @Test
  void read_counts_once() {
    String user = rig.student();
    rig.tell(
        fact("a", user, Kind.meeting_closed),
        fact("b", user, Kind.meeting_closed),
        fact("c", user, Kind.meeting_closed));
    String first = rig.inbox(user).items().getFirst().id();

    List<Future<Notification>> reads = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      reads.add(rig.node.bus().ask(NotificationApi.MARK_READ, new MarkRead(user, first)));
    }
    assertThat(reads.stream().map(TestNode::await).distinct()).hasSize(1);

    Inbox inbox = rig.inbox(user);
    assertThat(inbox.unread()).isEqualTo(2);
    assertThat(inbox.items().getFirst().readAt()).isNotNull();
    assertThat(rig.ask(NotificationApi.MARK_ALL_READ, new MarkAllRead(user, null)).unread())
        .isZero();
    assertThat(rig.inbox(user).unread()).isZero();
    assertThat(rig.inbox(user).items()).allMatch(n -> n.readAt() != null);
  }

  @Test
  void all_up_to_a_number_are_read_and_later_ones_stay() {
    String user = rig.student();
    List<Long> left = new CopyOnWriteArrayList<>();
    rig.unread.add(changed -> left.add(changed.unread()));
    for (int i = 0; i < 5; i++) {
      rig.tell(fact("c" + i, user, Kind.meeting_closed));
    }

    for (int again = 0; again < 2; again++) {
      assertThat(rig.ask(NotificationApi.MARK_ALL_READ, new MarkAllRead(user, 3L)).unread())
          .isEqualTo(2);
    }
    rig.ask(NotificationApi.MARK_READ, new MarkRead(user, rig.inbox(user).items().getLast().id()));

    assertThat(rig.inbox(user).unread()).isEqualTo(1);
    assertThat(rig.inbox(user).items())
        .filteredOn(n -> n.readAt() == null)
        .extracting(Notification::seq)
        .containsExactly(4L);
    until("other tabs are told, once for each change", () -> left.equals(List.of(2L, 1L)));
  }

  @Test
  void another_persons_notice_is_not_there() {
    String user = rig.student();
    rig.tell(fact("a", user, Kind.meeting_closed));
    String id = rig.inbox(user).items().getFirst().id();

    for (MarkRead mark : List.of(new MarkRead(rig.student(), id), new MarkRead(user, Ids.next()))) {
      assertThatThrownBy(() -> rig.ask(NotificationApi.MARK_READ, mark))
          .isInstanceOfSatisfying(
              RejectedException.class,
              no -> assertThat(no.failure()).isEqualTo(NotificationApi.NOT_FOUND.failure()));
    }
    assertThat(rig.inbox(user).unread()).isEqualTo(1);
  }
}
