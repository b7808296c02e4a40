package io.classbell.notification;

import static io.classbell.notification.Rig.fact;
import static io.classbell.testing.TestNode.await;
import static io.classbell.testing.TestNode.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.embedded.TestRedis;
import io.classbell.notification.FakeSmtp.Answer;
import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.delivery.DeliveryQueue;
import io.classbell.notification.delivery.DeliveryQueue.Taken;
import io.classbell.platform.Ids;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.testing.OnBothDatabases;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestPorts;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnBothDatabases
class DeliveryQueueIT {
  private static final String STREAM = "classbell:{delivery}:stream";
  private static final String DELAYED = "classbell:{delivery}:delayed";
  private static final Duration LIMIT = Duration.ofSeconds(40);

  private final TestDatabase database;
  private final FakeSmtp smtp = new FakeSmtp();
  private final int redisPort = TestPorts.free();
  private TestRedis redisServer;
  private Rig rig;

  DeliveryQueueIT(TestDatabase database) {
    this.database = database;
  }

  @BeforeEach
  void start() throws IOException {
    startRedis();
    String uri = "{\"uri\": \"redis://127.0.0.1:" + redisPort + "\"}";
    rig = new Rig(database, SettingsReader.of(RedisSettings.class).json("test", uri).read());
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    smtp.close();
    redisServer.close();
  }

  private void startRedis() throws IOException {
    redisServer = TestRedis.start(redisPort);
  }

  private void tell(int from, int count) {
    String user = rig.student();
    rig.tell(
        IntStream.range(from, from + count)
            .mapToObj(i -> fact("c" + i, user, Kind.booking_confirmed, "title", "N" + i))
            .toArray(Fact[]::new));
  }

  private void answer(Answer answer, int times) {
    IntStream.range(0, times).forEach(i -> smtp.answering(answer));
  }

  private List<String> subjects() {
    return smtp.taken.stream().map(mail -> FakeSmtp.header(mail, "Subject")).toList();
  }

  private String[] expectedSubjects(int count) {
    return IntStream.range(0, count).mapToObj(i -> "Booked: N" + i).toArray(String[]::new);
  }

  private void untilAllAreDone() {
    until("all done", LIMIT, () -> rig.count("delivery") == 0);
  }

  private long redisSize(Command command, String key) {
    return await(rig.redis.send(Request.cmd(command).arg(key))).toLong();
  }

  private String waitingRow(Duration leasedFor) {
    String id = Ids.next();
    database.execute(
        rig.database,
        """
        INSERT INTO delivery (id, channel, user_id, content, attempts, next_at, leased_until, created_at)
        VALUES ('%s', 'email', '%s', '%s', 0, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL %d SECOND, UTC_TIMESTAMP(3))
        """
            .formatted(
                id,
                rig.student(),
                "{\"cause\":\"c\",\"userId\":\"u\",\"template\":\"password_reset\",\"link\":\"https://x.test\",\"data\":{}}",
                leasedFor.toSeconds()));
    return id;
  }

  @Test
  void two_workers_share_the_work_and_leave_nothing_behind() {
    rig.deploy(smtp.port(), "");
    rig.deploy(smtp.port(), "");
    tell(0, 200);
    untilAllAreDone();

    assertThat(subjects()).containsExactlyInAnyOrder(expectedSubjects(200));
    until("empty", () -> redisSize(Command.XLEN, STREAM) == 0);
    assertThat(redisSize(Command.ZCARD, "classbell:{delivery}:queued")).isZero();
    assertThat(redisSize(Command.ZCARD, DELAYED)).isZero();
  }

  @Test
  void redis_flushed_halfway_loses_nothing() {
    answer(Answer.TRY_LATER, 100);
    rig.deploy(smtp.port(), "\"workers\": 2, \"maxAttempts\": 100");
    tell(0, 100);
    until("halfway", LIMIT, () -> smtp.received.size() > 50);
    await(rig.redis.send(Request.cmd(Command.FLUSHALL)));
    tell(100, 20);
    untilAllAreDone();

    assertThat(subjects()).containsExactlyInAnyOrder(expectedSubjects(120));
  }

  @Test
  void without_redis_the_rows_are_worked_on_and_with_it_again_too() throws IOException {
    rig.deploy(smtp.port(), "");
    tell(0, 5);
    redisServer.close();
    until("down", () -> !rig.redis.isUp());
    tell(5, 20);
    untilAllAreDone();
    startRedis();
    until("up", () -> rig.redis.isUp());
    tell(25, 5);
    untilAllAreDone();

    assertThat(subjects()).contains(expectedSubjects(30));
    until("empty", () -> redisSize(Command.XLEN, STREAM) == 0);
  }

  @Test
  void redis_killed_halfway_loses_nothing() throws IOException {
    answer(Answer.TRY_LATER, 60);
    rig.deploy(smtp.port(), "\"workers\": 2, \"maxAttempts\": 100, \"claimAfter\": \"PT1S\"");
    tell(0, 60);
    until("halfway", LIMIT, () -> smtp.received.size() > 30);
    redisServer.close();
    startRedis();
    untilAllAreDone();

    assertThat(subjects()).contains(expectedSubjects(60));
  }

  @Test
  void what_a_dead_worker_took_is_taken_over() {
    String id = waitingRow(Duration.ZERO);
    DeliveryQueue dead = new DeliveryQueue(rig.redis, Channel.email, "dead");
    await(dead.prepare());
    await(dead.add(List.of(id), Instant.now()));
    assertThat(await(dead.take(10))).extracting(Taken::deliveryId).containsExactly(id);

    rig.deploy(smtp.port(), "\"claimAfter\": \"PT1S\"");
    untilAllAreDone();
    assertThat(smtp.taken).hasSize(1);
    until("empty", () -> redisSize(Command.XLEN, STREAM) == 0);
  }

  @Test
  void what_another_is_sending_is_not_sent_until_its_lease_is_over() {
    waitingRow(Duration.ofHours(1));
    rig.deploy(smtp.port(), "");
    tell(0, 3);
    until("the others", LIMIT, () -> smtp.taken.size() == 3 && rig.count("delivery") == 1);
    database.execute(rig.database, "UPDATE delivery SET leased_until = UTC_TIMESTAMP(3)");

    untilAllAreDone();
    assertThat(smtp.taken).hasSize(4);
    assertThat(FakeSmtp.header(smtp.taken.getLast(), "Subject")).isEqualTo("Set a new password");
  }

  @Test
  void what_is_queued_while_another_sends_it_is_put_aside() {
    String id = waitingRow(Duration.ofHours(1));
    DeliveryQueue queue = new DeliveryQueue(rig.redis, Channel.email, "other");
    await(queue.prepare());
    await(queue.add(List.of(id), Instant.now()));
    rig.deploy(smtp.port(), "");
    tell(0, 3);
    until("the others", LIMIT, () -> smtp.taken.size() >= 3 && rig.count("delivery") <= 1);
    until("put aside", LIMIT, () -> redisSize(Command.ZCARD, DELAYED) == 1);
    assertThat(subjects()).containsExactlyInAnyOrder(expectedSubjects(3));
  }

  @Test
  void what_another_is_sending_is_left_alone_also_without_redis() throws IOException {
    redisServer.close();
    until("down", () -> !rig.redis.isUp());
    String id = waitingRow(Duration.ofHours(1));
    String leased = "SELECT leased_until FROM delivery WHERE id = '" + id + "'";
    List<String> until = rig.rows(leased);
    rig.deploy(smtp.port(), "");
    // The longest due comes first: where these are sent, the other was passed over.
    tell(0, 3);
    until("the others", LIMIT, () -> smtp.taken.size() >= 3 && rig.count("delivery") <= 1);
    assertThat(rig.rows(leased)).isEqualTo(until);
    assertThat(subjects()).containsExactlyInAnyOrder(expectedSubjects(3));

    database.execute(rig.database, "UPDATE delivery SET leased_until = UTC_TIMESTAMP(3)");
    untilAllAreDone();
    assertThat(smtp.taken).hasSize(4);
  }

  @Test
  void queueing_twice_is_queueing_once() {
    DeliveryQueue queue = new DeliveryQueue(rig.redis, Channel.email, "me");
    await(queue.prepare());
    Instant now = Instant.now();
    assertThat(await(queue.add(List.of("a", "b"), now))).isEqualTo(2);
    assertThat(await(queue.add(List.of("b", "c"), now))).isEqualTo(1);
    List<Taken> taken = await(queue.take(10));
    assertThat(taken).extracting(Taken::deliveryId).containsExactly("a", "b", "c");
    assertThat(await(queue.add(List.of("a"), now))).isZero();

    Instant later = now.plusSeconds(5);
    await(queue.finish(List.of(new DeliveryQueue.Finished(taken.getFirst(), later))));
    assertThat(await(queue.promote(now))).isZero();
    assertThat(await(queue.promote(later))).isEqualTo(1);
    assertThat(await(queue.take(10))).extracting(Taken::deliveryId).containsExactly("a");
  }

  @Test
  void what_has_been_queued_for_very_long_may_be_queued_again() {
    DeliveryQueue queue = new DeliveryQueue(rig.redis, Channel.email, "me");
    await(queue.prepare());
    Instant now = Instant.now();
    await(queue.add(List.of("a"), now.minus(Duration.ofMinutes(11))));

    assertThat(await(queue.add(List.of("a"), now))).isEqualTo(1);
  }
}
