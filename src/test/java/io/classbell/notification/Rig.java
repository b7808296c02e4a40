package io.classbell.notification;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Inbox;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.ListInbox;
import io.classbell.notification.api.NotificationApi.Live;
import io.classbell.notification.api.NotificationApi.Shown;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.notification.api.NotificationApi.UnreadChanged;
import io.classbell.notification.api.NotificationSettings;
import io.classbell.notification.push.PushPort;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Operation;
import io.classbell.platform.bus.Task;
import io.classbell.platform.config.SettingsReader;
import io.classbell.platform.db.DatabaseSettings;
import io.classbell.platform.json.Json;
import io.classbell.platform.node.Node;
import io.classbell.platform.redis.RedisSettings;
import io.classbell.platform.redis.RedisStore;
import io.classbell.testing.TestDatabase;
import io.classbell.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The notification module on real servers, with an account module that knows whom we invent. */
final class Rig implements AutoCloseable {
  final TestDatabase server;
  final DatabaseSettings database;
  final TestNode test;
  final Node node;
  final RedisStore redis;
  final Map<String, Person> people = new ConcurrentHashMap<>();
  final List<Shown> live = new CopyOnWriteArrayList<>();
  final List<Consumer<UnreadChanged>> unread = new CopyOnWriteArrayList<>();
  private final List<String> deployments = new CopyOnWriteArrayList<>();
  final RecordingPush push = new RecordingPush();

  Rig(TestDatabase server, RedisSettings redisSettings) {
    this(server, redisSettings, UnaryOperator.identity());
  }

  /** {@code way} is how the module reaches the database. */
  Rig(TestDatabase server, RedisSettings redisSettings, UnaryOperator<DatabaseSettings> way) {
    this.server = server;
    this.database = server.fresh();
    this.test = TestNode.on(way.apply(database));
    this.node = test.node();
    this.redis = RedisStore.connect(test.vertx(), redisSettings);
    TestNode.await(redis.firstAttempt());
    test.deploy(new Accounts());
  }

  /** Deploys the module; the settings are JSON without the braces. */
  String deploy(int smtpPort, String more) {
    return deploy(settings(smtpPort, more));
  }

  String deploy(NotificationSettings settings) {
    String id = test.deploy(new NotificationVerticle(node, redis, settings, push));
    deployments.add(id);
    return id;
  }

  /** The same with the providers of pushes that the settings name. */
  String deployWithProviders(NotificationSettings settings) {
    String id = test.deploy(new NotificationVerticle(node, redis, settings));
    deployments.add(id);
    return id;
  }

  void undeploy(String id) {
    deployments.remove(id);
    TestNode.await(test.vertx().undeploy(id));
  }

  static NotificationSettings settings(int smtpPort, String more) {
    return settings(smtpPort, "\"sendTimeout\": \"PT30S\", \"maxConnections\": 8", more);
  }

  static NotificationSettings settings(int smtpPort, String smtp, String more) {
    String json =
        """
        {"smtp": {"host": "127.0.0.1", "port": %d, "startTls": "disabled", "connectTimeout": "PT10S", "mailsPerSecond": 10000, %s},
         "push": {"enabled": true}, "firstBackoff": "PT0.05S", "maxBackoff": "PT0.4S",
         "mailsPerRecipient": 100000, "rejectionMailsPerRecipient": 100000}
        """
            .formatted(smtpPort, smtp);
    return SettingsReader.of(NotificationSettings.class)
        .json("usual", json)
        .json("test", "{" + more + "}")
        .read();
  }

  String person(Role role, String timezone, String locale) {
    String id = Ids.next();
    people.put(id, new Person(id, id + "@x.test", "Ada Lovelace", role, true, timezone, locale));
    return id;
  }

  String student() {
    return person(Role.student, "Europe/Berlin", "en");
  }

  String email(String userId) {
    return people.get(userId).email();
  }

  static Fact fact(String cause, String userId, Kind kind, String... keysAndValues) {
    Map<String, String> data = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      data.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new Fact(cause, userId, kind, Instant.parse("2026-11-22T12:00:00Z"), data);
  }

  /** Tells, as the schedule would; answers what failed. */
  List<Task.Failed> tell(Fact... facts) {
    return TestNode.await(telling(facts));
  }

  Future<List<Task.Failed>> telling(Fact... facts) {
    return deliver(NotificationApi.TELL, new Tell(List.of(facts)));
  }

  <B> Future<List<Task.Failed>> deliver(Task<B> task, B body) {
    Task.Stored stored =
        new Task.Stored(Ids.next(), task.address(), Instant.now(), 1, Json.write(body));
    return node.bus()
        .ask(task.delivery(), new Task.Deliver(List.of(stored)))
        .map(Task.Delivered::failed);
  }

  <Q, A> A ask(Operation<Q, A> operation, Q request) {
    return TestNode.await(node.bus().ask(operation, request));
  }

  Inbox inbox(String userId) {
    return ask(NotificationApi.LIST, new ListInbox(userId, 0L, null, 100));
  }

  List<String> rows(String sql) {
    return server.rows(database, sql);
  }

  long count(String table) {
    return Long.parseLong(rows("SELECT COUNT(*) FROM " + table).getFirst());
  }

  @Override
  public void close() {
    List.copyOf(deployments).forEach(this::undeploy);
    TestNode.await(redis.close());
    test.close();
  }

  private final class Accounts extends VerticleBase {
    @Override
    public Future<?> start() {
      return Future.all(
          node.bus()
              .serve(
                  AccountApi.PEOPLE,
                  q ->
                      new AccountApi.People(
                          q.ids().stream().filter(people::containsKey).map(people::get).toList())),
          node.bus()
              .serve(
                  AccountApi.ADMINS,
                  q ->
                      new AccountApi.People(
                          people.values().stream().filter(p -> p.role() == Role.admin).toList())),
          node.bus().on(NotificationApi.LIVE, (Live l) -> live.addAll(l.shown())),
          node.bus()
              .on(
                  NotificationApi.UNREAD,
                  (UnreadChanged u) -> unread.forEach(heard -> heard.accept(u))));
    }
  }

  /** A provider of pushes that writes down what it is asked, and answers as told. */
  static final class RecordingPush implements PushPort {
    record Message(Target device, String title, String text) {}

    final List<Message> messages = new CopyOnWriteArrayList<>();
    volatile Outcome answer = new Ok();

    @Override
    public Outcome send(Target device, PushPort.Message message) {
      messages.add(new Message(device, message.title(), message.text()));
      return answer;
    }
  }
}
