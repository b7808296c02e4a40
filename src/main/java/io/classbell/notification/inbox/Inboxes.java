package io.classbell.notification.inbox;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Live;
import io.classbell.notification.api.NotificationApi.MailUnread;
import io.classbell.notification.api.NotificationApi.Shown;
import io.classbell.notification.api.NotificationApi.UnreadMail;
import io.classbell.notification.delivery.MailDigests;
import io.classbell.notification.model.Notice;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.NewDelivery;
import io.classbell.notification.store.InboxStore;
import io.classbell.notification.store.InboxStore.Counters;
import io.classbell.notification.store.InboxStore.Numbered;
import io.classbell.notification.store.InboxStore.Present;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Inserts notices into inboxes in groups. Each gets the next number of its inbox, without gaps. A
 * notice whose cause is already present is skipped, so that a repeated event creates one
 * notification. After the commit, browsers are notified and the mails and pushes of the notices are
 * queued.
 */
public final class Inboxes {
  private static final int MOST_COMMANDS = 16;

  /** Large enough for several dispatchers that send a batch of messages each at the same time. */
  private static final int MOST_WAITING = 16_384;

  private record Cause(String userId, String cause) {}

  private final Node node;
  private final InboxStore store;
  private final DeliveryStore deliveries;
  private final MailDigests digests;
  private final Duration emailAfter;
  private final Consumer<List<NewDelivery>> queue;
  private final GroupCommit<List<Notice>, Ack> group;
  private final Counter told;

  /**
   * Creates the inboxes.
   *
   * @param emailAfter when mails that wait are due
   * @param queue receives new deliveries after the commit
   */
  public Inboxes(
      Vertx vertx,
      Node node,
      InboxStore store,
      DeliveryStore deliveries,
      MailDigests digests,
      Duration emailAfter,
      Consumer<List<NewDelivery>> queue) {
    this.node = node;
    this.store = store;
    this.deliveries = deliveries;
    this.digests = digests;
    this.emailAfter = emailAfter;
    this.queue = queue;
    this.group =
        new GroupCommit<List<Notice>, Ack>(
                vertx,
                node.database(),
                node.meters(),
                "notification.tell",
                MOST_COMMANDS,
                2,
                this::commit)
            .waitingAtMost(MOST_WAITING);
    this.told =
        Counter.builder("classbell.notifications.told")
            .description("Notices that were put into inboxes")
            .register(node.meters());
  }

  /** Completes when all notices are in their inboxes, whether inserted now or earlier. */
  Future<Void> put(List<Notice> notices) {
    return notices.isEmpty() ? Future.succeededFuture() : group.submit(notices).mapEmpty();
  }

  private List<Outcome<Ack>> commit(Tx tx, List<List<Notice>> commands) {
    Map<Cause, Notice> wanted = new LinkedHashMap<>();
    for (List<Notice> notices : commands) {
      for (Notice notice : notices) {
        wanted.putIfAbsent(new Cause(notice.userId(), notice.fact().cause()), notice);
      }
    }
    Map<String, Counters> counters =
        store.lock(tx, wanted.values().stream().map(Notice::userId).distinct().toList());
    List<Shown> shown = new ArrayList<>();
    skipPresent(tx, wanted, counters, shown);
    List<Numbered> numbered = number(wanted, counters, shown);
    List<NewDelivery> queued = new ArrayList<>();
    if (!numbered.isEmpty()) {
      store.put(tx, numbered);
      store.updateCounters(tx, changed(numbered, counters));
      queued.addAll(addDeliveries(tx, numbered));
    }
    tx.afterCommit(
        () -> {
          told.increment(numbered.size());
          if (!shown.isEmpty()) {
            node.bus().publish(NotificationApi.LIVE, new Live(shown));
          }
          if (!queued.isEmpty()) {
            queue.accept(queued);
          }
        });
    return commands.stream().<Outcome<Ack>>map(c -> new Outcome.Done<>(Ack.DONE)).toList();
  }

  /**
   * Drops notices that the inboxes already contain. Those that this group inserted itself, by a
   * commit whose outcome was unknown, are still published.
   */
  private void skipPresent(
      Tx tx, Map<Cause, Notice> wanted, Map<String, Counters> counters, List<Shown> shown) {
    for (Present present : store.present(tx, wanted.values())) {
      Notice notice = wanted.remove(new Cause(present.userId(), present.cause()));
      if (notice != null && notice.id().equals(present.id())) {
        long unread = countersOf(counters, present.userId()).unread();
        shown.add(new Shown(present.userId(), notice.shown(present.seq()), unread));
      }
    }
  }

  private static List<Numbered> number(
      Map<Cause, Notice> wanted, Map<String, Counters> counters, List<Shown> shown) {
    List<Numbered> numbered = new ArrayList<>(wanted.size());
    for (Notice notice : wanted.values()) {
      Counters before = countersOf(counters, notice.userId());
      Counters after = new Counters(before.lastSeq() + 1, before.unread() + 1);
      counters.put(notice.userId(), after);
      numbered.add(new Numbered(notice, after.lastSeq()));
      shown.add(new Shown(notice.userId(), notice.shown(after.lastSeq()), after.unread()));
    }
    return numbered;
  }

  private static Counters countersOf(Map<String, Counters> counters, String userId) {
    return Objects.requireNonNull(counters.get(userId), "every inbox was locked");
  }

  private static Map<String, Counters> changed(
      List<Numbered> numbered, Map<String, Counters> counters) {
    Map<String, Counters> changed = new HashMap<>();
    for (Numbered n : numbered) {
      changed.put(n.notice().userId(), countersOf(counters, n.notice().userId()));
    }
    return changed;
  }

  private static boolean isMailedAtOnce(Notice notice) {
    return notice.ways().stream()
        .anyMatch(way -> way.channel() == Channel.email && !way.ifUnread());
  }

  private List<NewDelivery> addDeliveries(Tx tx, List<Numbered> numbered) {
    Instant now = node.clock().realNow();
    List<MailDigests.Candidate> mailed =
        numbered.stream()
            .map(Numbered::notice)
            .filter(Inboxes::isMailedAtOnce)
            .map(n -> new MailDigests.Candidate(n.userId(), n.id(), n.fact().kind()))
            .toList();
    Set<String> collected = digests.collect(tx, mailed, now);
    List<NewDelivery> rows = new ArrayList<>();
    List<NewDelivery> later = new ArrayList<>();
    List<UnreadMail> unread = new ArrayList<>();
    for (Numbered n : numbered) {
      Notice notice = n.notice();
      for (Notice.Way way : notice.ways()) {
        if (way.channel() == Channel.email && collected.contains(notice.id())) {
          continue;
        }
        NewDelivery row =
            new NewDelivery(
                way.deliveryId(),
                way.channel(),
                notice.userId(),
                notice.id(),
                way.deviceId(),
                null);
        if (way.ifUnread()) {
          later.add(row);
          unread.add(new UnreadMail(row.id(), notice.userId(), notice.id(), notice.fact().kind()));
        } else {
          rows.add(row);
        }
      }
    }
    if (!rows.isEmpty()) {
      deliveries.add(tx, rows, now);
    }
    if (!later.isEmpty()) {
      deliveries.add(tx, later, DeliveryStore.NEVER, now);
      Instant dueAt = node.clock().now().plus(emailAfter);
      node.outbox()
          .write(
              tx,
              List.of(
                  node.outbox()
                      .message(NotificationApi.MAIL_UNREAD, dueAt, new MailUnread(unread), null)));
    }
    return rows;
  }
}
