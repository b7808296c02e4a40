package io.classbell.booking;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.outbox.Milestones;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.NotificationVerticle;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Live;
import io.classbell.notification.api.NotificationSettings;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.node.Node;
import io.classbell.platform.outbox.Outbox;
import io.classbell.platform.redis.RedisStore;
import io.classbell.schedule.ScheduleVerticle;
import io.classbell.schedule.api.ScheduleSettings;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.classbell.testing.TestRedis;
import io.classbell.testing.TestSmtp;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rings the hour bell: prints how long after their common time the last of many classes is open and
 * the last of their notifications is live, through schedule, booking and notification. No test.
 */
public final class HourBellBench {
  private static final Duration AHEAD = Duration.ofSeconds(12);

  private final TestNode test;
  private final Node node;
  private final BookingStores stores = new BookingStores();
  private final AtomicInteger live = new AtomicInteger();
  private final AtomicLong lastLive = new AtomicLong();

  private HourBellBench(TestNode test) {
    this.test = test;
    this.node = test.node();
  }

  /** Classes, rounds, server. */
  public static void main(String[] arguments) {
    int classes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    TestDatabase server =
        TestDatabase.valueOf(arguments.length > 2 ? arguments[2] : TestDatabase.MARIADB.name());
    TestNode test = TestNode.on(server.fresh());
    HourBellBench bench = new HourBellBench(test);
    bench.deploy();
    for (int i = 0; i < rounds; i++) {
      bench.round(classes);
    }
    System.exit(0);
  }

  private void deploy() {
    RedisStore redis = RedisStore.connect(test.vertx(), TestRedis.fresh());
    TestNode.await(redis.firstAttempt());
    test.deploy(new People());
    test.deploy(new BookingVerticle(node, BookingDefaults.SETTINGS));
    NotificationSettings notification =
        SettingsReader.of(NotificationSettings.class)
            .json(
                "bench",
                "{\"smtp\": {\"host\": \"127.0.0.1\", \"port\": %d, \"startTls\": \"disabled\"}}"
                    .formatted(TestSmtp.port()))
            .read();
    test.deploy(new NotificationVerticle(node, redis, notification));
    test.deploy(
        new ScheduleVerticle(
            node, SettingsReader.of(ScheduleSettings.class).json("bench", "{}").read()));
  }

  private void round(int classes) {
    live.set(0);
    Instant bell = node.clock().now().plus(AHEAD);
    for (int from = 0; from < classes; from += 1_000) {
      int count = Math.min(1_000, classes - from);
      test.run(() -> fill(count, bell));
    }
    if (!node.clock().now().isBefore(bell)) {
      System.out.println("too slow to fill: the bell rang before it was hung");
    }
    long jvmBefore = jvm();
    long serversBefore = servers();
    TestNode.until("all live", Duration.ofSeconds(60), () -> live.get() >= 2 * classes);
    Instant lastOpen =
        test.run(
            () ->
                node.database()
                    .read()
                    .first(
                        "SELECT MAX(updated_at) AS t FROM meeting WHERE status = 'open'",
                        r -> io.classbell.platform.db.Sql.instant(r, "t")));
    System.out.printf(
        "%d classes: the last opened (began to commit) %d ms after the bell, "
            + "the last of %d notifications was live after %d ms;"
            + " processor time: JVM %d ms, servers %d ms%n",
        classes,
        Duration.between(bell, lastOpen).toMillis(),
        live.get(),
        lastLive.get() - bell.toEpochMilli(),
        jvm() - jvmBefore,
        servers() - serversBefore);
  }

  private static long jvm() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  private static long servers() {
    return ProcessHandle.current()
        .descendants()
        .mapToLong(p -> p.info().totalCpuDuration().map(Duration::toMillis).orElse(0L))
        .sum();
  }

  private int fill(int count, Instant bell) {
    Instant now = node.clock().now();
    Instant startsAt = bell.plus(BookingDefaults.SETTINGS.openBefore());
    List<Meeting> slots = new ArrayList<>();
    List<Booking> bookings = new ArrayList<>();
    List<Outbox.Outgoing> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Meeting slot =
          Meeting.scheduled(Ids.next(), Ids.next(), null, "Algebra", startsAt, 60, 5, 2500, now)
              .withSeats(1);
      slots.add(slot);
      bookings.add(
          Booking.pending(
                  Ids.next(),
                  Ids.next(),
                  slot,
                  CancellationPolicy.frozen(BookingDefaults.SETTINGS),
                  now)
              .confirmed());
      messages.addAll(Milestones.first(node.outbox(), slot, BookingDefaults.SETTINGS, now));
    }
    return node.database()
        .inTransaction(
            tx -> {
              stores.meetings().insert(tx, slots);
              stores.bookings().insert(tx, bookings, now);
              stores.bookings().save(tx, bookings, now);
              node.outbox().write(tx, messages);
              return count;
            });
  }

  /** An account module that knows everybody, and a browser that hears everything. */
  private final class People extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.all(
          node.bus()
              .serve(
                  AccountApi.PEOPLE,
                  q -> new AccountApi.People(q.ids().stream().map(People::person).toList())),
          node.bus().serve(AccountApi.ADMINS, q -> new AccountApi.People(List.of())),
          node.bus().on(NotificationApi.LIVE, this::heard));
    }

    private void heard(Live message) {
      lastLive.set(node.clock().now().toEpochMilli());
      live.addAndGet(message.shown().size());
    }

    private static Person person(String id) {
      return new Person(id, id + "@x.test", "Ada", Role.student, true, "Europe/Berlin", "en");
    }
  }
}
