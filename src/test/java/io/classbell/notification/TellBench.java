package io.classbell.notification;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.notification.delivery.MailDigests;
import io.classbell.notification.inbox.Inboxes;
import io.classbell.notification.inbox.NotificationFanOut;
import io.classbell.notification.model.MailPeriod;
import io.classbell.notification.preference.PreferenceCache;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.InboxStore;
import io.classbell.notification.store.MailPeriodStore;
import io.classbell.notification.store.PreferenceStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Task;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Prints how many notifications a second are told; no test. */
public final class TellBench {
  private TellBench() {}

  public static void main(String[] args) throws Exception {
    int perTell = Integer.getInteger("facts", 128);
    int concurrency = Integer.getInteger("concurrency", 8);
    int total = Integer.getInteger("total", 100_000);
    int users = Integer.getInteger("users", 4000);
    TestNode test = TestNode.on(TestDatabase.valueOf(System.getProperty("db", "MARIADB")).fresh());
    Node node = test.node();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      ids.add(Ids.next());
    }
    test.deploy(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            return node.bus()
                .serve(
                    AccountApi.PEOPLE,
                    q ->
                        new AccountApi.People(
                            q.ids().stream()
                                .map(
                                    id ->
                                        new Person(
                                            id,
                                            "u" + id + "@x.test",
                                            "Ada Lovelace " + id.substring(30),
                                            Role.student,
                                            true,
                                            "Europe/Berlin",
                                            id.hashCode() % 2 == 0 ? "de" : "en"))
                                .toList()));
          }
        });
    test.deploy(
        new VerticleBase() {
          @Override
          public Future<?> start() {
            ProfileCache people = new ProfileCache(node.bus());
            PreferenceCache book =
                new PreferenceCache(node.bus(), node.database(), new PreferenceStore());
            DeliveryStore deliveries = new DeliveryStore();
            MailDigests digests =
                new MailDigests(
                    deliveries,
                    new MailPeriodStore(),
                    new MailPeriod.Limits(50, 3, Duration.ofHours(1)));
            Inboxes inbox =
                new Inboxes(
                    vertx, node, new InboxStore(), deliveries, digests, Duration.ZERO, q -> {});
            NotificationFanOut teller =
                new NotificationFanOut(node, people, book, inbox, false, false);
            people.start();
            book.start();
            return node.bus().serveTask(NotificationApi.TELL, teller::tell);
          }
        });
    for (int round = 0; round < 4; round++) {
      run(test, ids, total, perTell, concurrency);
    }
    test.close();
    System.exit(0);
  }

  static void run(TestNode test, List<String> ids, int total, int perTell, int concurrency) {
    long cpu0 = cpu();
    long start = System.nanoTime();
    List<Future<Integer>> lanes = new ArrayList<>();
    int each = total / perTell / concurrency;
    for (int c = 0; c < concurrency; c++) {
      lanes.add(
          test.start(
              () -> {
                for (int i = 0; i < each; i++) {
                  Task.Stored stored =
                      new Task.Stored(
                          Ids.next(),
                          "notification.tell",
                          Instant.now(),
                          1,
                          Json.write(tell(ids, perTell)));
                  Task.Delivered done =
                      test.node()
                          .bus()
                          .ask(NotificationApi.TELL.delivery(), new Task.Deliver(List.of(stored)))
                          .await();
                  if (!done.failed().isEmpty()) {
                    throw new IllegalStateException(done.failed().toString());
                  }
                }
                return each;
              }));
    }
    lanes.forEach(TestNode::await);
    double s = (System.nanoTime() - start) / 1e9;
    int n = each * concurrency * perTell;
    System.out.printf(
        "%d told in %.2f s: %.0f/s, own CPU %.2f s (%.0f us each)%n",
        n, s, n / s, (cpu() - cpu0) / 1e9, (cpu() - cpu0) / 1e3 / n);
  }

  static long cpu() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  static Tell tell(List<String> ids, int n) {
    List<Fact> facts = new ArrayList<>();
    for (int i = 0; i < n / 2; i++) {
      String student = ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
      String teacher = ids.get(ThreadLocalRandom.current().nextInt(ids.size() / 10));
      String booking = Ids.next();
      for (String user : List.of(student, teacher)) {
        facts.add(
            new Fact(
                "booking_confirmed:" + booking,
                user,
                Kind.booking_confirmed,
                Instant.now(),
                Map.of(
                    "audience",
                    user == student ? "student" : "teacher",
                    "meetingId",
                    Ids.next(),
                    "title",
                    "Piano for beginners",
                    "startsAt",
                    "2026-11-23T17:00:00Z",
                    "durationMinutes",
                    "60",
                    "teacherId",
                    teacher,
                    "bookingId",
                    booking,
                    "studentId",
                    student,
                    "amount",
                    "2500")));
      }
    }
    return new Tell(facts);
  }
}
