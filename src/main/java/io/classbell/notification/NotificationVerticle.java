package io.classbell.notification;

import static io.classbell.notification.api.NotificationApi.ADD_DEVICE;
import static io.classbell.notification.api.NotificationApi.LIST;
import static io.classbell.notification.api.NotificationApi.MAIL;
import static io.classbell.notification.api.NotificationApi.MAILBOX;
import static io.classbell.notification.api.NotificationApi.MAIL_UNREAD;
import static io.classbell.notification.api.NotificationApi.MARK_ALL_READ;
import static io.classbell.notification.api.NotificationApi.MARK_READ;
import static io.classbell.notification.api.NotificationApi.NOTICES;
import static io.classbell.notification.api.NotificationApi.PREFERENCES;
import static io.classbell.notification.api.NotificationApi.REDELIVER;
import static io.classbell.notification.api.NotificationApi.REMOVE_DEVICE;
import static io.classbell.notification.api.NotificationApi.SET_PREFERENCES;
import static io.classbell.notification.api.NotificationApi.TELL;
import static io.classbell.notification.api.NotificationApi.WAITING;

import io.classbell.account.api.ProfileCache;
import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.CaughtMails;
import io.classbell.notification.api.NotificationApi.Mailbox;
import io.classbell.notification.api.NotificationApi.Waiting;
import io.classbell.notification.api.NotificationSettings;
import io.classbell.notification.delivery.ChannelSender;
import io.classbell.notification.delivery.DeliveryIntake;
import io.classbell.notification.delivery.DeliveryQueue;
import io.classbell.notification.delivery.DeliveryResults;
import io.classbell.notification.delivery.DeliverySweeper;
import io.classbell.notification.delivery.DeliveryWorker;
import io.classbell.notification.delivery.DirectMails;
import io.classbell.notification.delivery.MailDigests;
import io.classbell.notification.delivery.UnreadMails;
import io.classbell.notification.inbox.InboxOperations;
import io.classbell.notification.inbox.Inboxes;
import io.classbell.notification.inbox.NotificationFanOut;
import io.classbell.notification.mail.MailSender;
import io.classbell.notification.model.MailPeriod;
import io.classbell.notification.preference.DeviceRules;
import io.classbell.notification.preference.PreferenceCache;
import io.classbell.notification.preference.PreferenceOperations;
import io.classbell.notification.push.PushPort;
import io.classbell.notification.push.PushProviders;
import io.classbell.notification.push.PushSender;
import io.classbell.notification.store.DeliveryStore;
import io.classbell.notification.store.DeliveryStore.NewDelivery;
import io.classbell.notification.store.DevMailStore;
import io.classbell.notification.store.InboxStore;
import io.classbell.notification.store.MailPeriodStore;
import io.classbell.notification.store.PreferenceStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.node.Node;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the inbox and notification preferences on the bus, and delivers mails and push messages.
 */
public final class NotificationVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationVerticle.class);

  /** When optional mails are sent, if the configuration says nothing. */
  private static final Duration EMAIL_AFTER = Duration.ofMinutes(5);

  /** The provider, its access token twice, and a message twice. */
  private static final Duration LONGEST_PUSH = Duration.ofSeconds(90);

  private static final int MOST_MAILS_SHOWN = 500;

  /** Most mails to a recipient in a period, if the configuration says nothing. */
  private static final int MAILS_PER_RECIPIENT = 50;

  private final Node node;
  private final RedisStore redis;
  private final NotificationSettings settings;
  private final PushPort pushPort;
  private final InboxStore inboxStore = new InboxStore();
  private final DeliveryStore deliveryStore = new DeliveryStore();
  private final PreferenceStore preferenceStore = new PreferenceStore();
  private final DevMailStore devMailStore = new DevMailStore();
  private final Map<Channel, DeliveryQueue> queues;

  @SuppressWarnings("NullAway.Init")
  private Map<Channel, DeliveryWorker> workers;

  @SuppressWarnings("NullAway.Init")
  private DeliverySweeper sweeper;

  public NotificationVerticle(Node node, RedisStore redis, NotificationSettings settings) {
    this(node, redis, settings, new PushProviders(node, settings.push()));
  }

  NotificationVerticle(
      Node node, RedisStore redis, NotificationSettings settings, PushPort pushPort) {
    this.node = node;
    this.redis = redis;
    this.settings = settings;
    this.pushPort = pushPort;
    String consumer = Ids.next();
    this.queues =
        Map.of(
            Channel.email,
            new DeliveryQueue(redis, Channel.email, consumer),
            Channel.push,
            new DeliveryQueue(redis, Channel.push, consumer));
  }

  @Override
  public Future<?> start() {
    Context own = ((ContextInternal) context).unwrap();
    Bus bus = node.bus();
    ProfileCache people = new ProfileCache(bus);
    PreferenceCache preferenceCache = new PreferenceCache(bus, node.database(), preferenceStore);
    MailDigests digests = new MailDigests(deliveryStore, new MailPeriodStore(), mailLimits());
    Inboxes inboxes =
        new Inboxes(vertx, node, inboxStore, deliveryStore, digests, emailAfter(), this::queue);
    NotificationFanOut fanOut =
        new NotificationFanOut(
            node, people, preferenceCache, inboxes, settings.push().isOn(), !emailAfter().isZero());
    DirectMails mails = new DirectMails(node, deliveryStore, this::queue);
    UnreadMails unreadMails =
        new UnreadMails(node, deliveryStore, inboxStore, digests, this::queue);
    InboxOperations inbox = new InboxOperations(node.database(), node.clock(), inboxStore, bus);
    PreferenceOperations preferences =
        new PreferenceOperations(
            node.database(),
            node.clock(),
            preferenceStore,
            preferenceCache,
            new DeviceRules(settings.push().webPush().allowedHosts(), node.testMode()));
    DeliveryResults results = new DeliveryResults(vertx, node, deliveryStore, digests, settings);
    NotificationSettings.Smtp smtp = settings.smtp();
    workers =
        Map.of(
            Channel.email,
            worker(
                Channel.email,
                people,
                results,
                digests,
                new MailSender(vertx, smtp),
                smtp.connectTimeout().plus(smtp.sendTimeout()),
                Math.min(settings.workers(), smtp.maxConnections())),
            Channel.push,
            worker(
                Channel.push,
                people,
                results,
                digests,
                new PushSender(
                    pushPort, node.database(), preferenceStore, preferences::removeUnregistered),
                LONGEST_PUSH,
                settings.push().workers()));
    sweeper = new DeliverySweeper(vertx, own, node, deliveryStore, queues, redis, this::poll);
    return Future.all(
            List.of(
                people.start(),
                preferenceCache.start(),
                bus.serveTask(TELL, fanOut::tell),
                bus.serveTask(MAIL, mails::mail),
                bus.serveTask(MAIL_UNREAD, unreadMails::mail),
                bus.serve(LIST, inbox::list),
                bus.serve(NOTICES, inbox::notices),
                bus.serve(MARK_READ, inbox::markRead),
                bus.serve(MARK_ALL_READ, inbox::markAllRead),
                bus.serve(PREFERENCES, preferences::preferences),
                bus.serve(SET_PREFERENCES, preferences::setPreferences),
                bus.serve(ADD_DEVICE, preferences::addDevice),
                bus.serve(REMOVE_DEVICE, preferences::removeDevice),
                bus.serve(MAILBOX, this::mailbox),
                bus.serve(REDELIVER, mails::redeliver),
                bus.serve(WAITING, w -> waiting())))
        .onSuccess(
            v -> {
              workers.values().forEach(DeliveryWorker::start);
              sweeper.start();
            });
  }

  @Override
  public Future<?> stop() {
    sweeper.stop();
    return Future.join(workers.values().stream().map(DeliveryWorker::stop).toList())
        .compose(v -> Future.join(queues.values().stream().map(DeliveryQueue::leave).toList()))
        .recover(
            e -> {
              LOG.debug(
                  "The consumer could not be removed from the delivery queue: {}", e.getMessage());
              return Future.succeededFuture();
            });
  }

  private DeliveryWorker worker(
      Channel channel,
      ProfileCache people,
      DeliveryResults results,
      MailDigests digests,
      ChannelSender sender,
      Duration longestAttempt,
      int most) {
    DeliveryQueue queue = Objects.requireNonNull(queues.get(channel));
    DeliveryIntake intake =
        new DeliveryIntake(
            node, deliveryStore, queue, channel, settings.claimAfter(), longestAttempt);
    return new DeliveryWorker(
        vertx,
        ((ContextInternal) context).unwrap(),
        node,
        intake,
        deliveryStore,
        people,
        results,
        digests,
        sender,
        most);
  }

  private void poll() {
    workers.values().forEach(DeliveryWorker::poll);
  }

  private Duration emailAfter() {
    Duration after = settings.emailAfter();
    return after != null ? after : node.testMode() ? Duration.ZERO : EMAIL_AFTER;
  }

  private MailPeriod.Limits mailLimits() {
    Integer mails = settings.mailsPerRecipient();
    int byDefault = node.testMode() ? NotificationSettings.MOST_MAILS : MAILS_PER_RECIPIENT;
    return new MailPeriod.Limits(
        mails == null ? byDefault : mails,
        settings.rejectionMailsPerRecipient(),
        settings.mailPeriod());
  }

  /** Queues committed deliveries. If Redis is down, workers find them in the database. */
  private void queue(List<NewDelivery> deliveries) {
    queues.forEach(
        (channel, queue) -> {
          List<String> ids =
              deliveries.stream().filter(d -> d.channel() == channel).map(NewDelivery::id).toList();
          if (!ids.isEmpty()) {
            queue
                .add(ids, node.clock().realNow())
                .onFailure(
                    e ->
                        LOG.debug(
                            "Deliveries could not be queued; workers will find them in the"
                                + " database: {}",
                            e.getMessage()))
                .onComplete(added -> poll());
          }
        });
  }

  private Mailbox mailbox(CaughtMails caught) {
    if (!node.testMode()) {
      return new Mailbox(List.of());
    }
    int limit = Math.clamp(caught.limit(), 1, MOST_MAILS_SHOWN);
    return new Mailbox(devMailStore.newest(node.database().read(), caught.to(), limit));
  }

  private Waiting waiting() {
    return new Waiting(deliveryStore.waiting(node.database().read(), node.clock().realNow()));
  }
}
