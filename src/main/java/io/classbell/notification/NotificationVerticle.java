package io.classbell.notification;

import static io.classbell.notification.api.NotificationApi.ADD_DEVICE;
import static io.classbell.notification.api.NotificationApi.LIST;
import static io.classbell.notification.api.NotificationApi.MAIL;
import static io.classbell.notification.api.NotificationApi.MAILBOX;
import static io.classbell.notification.api.NotificationApi.MARK_ALL_READ;
import static io.classbell.notification.api.NotificationApi.MARK_READ;
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
import io.classbell.notification.inbox.InboxOperations;
import io.classbell.notification.inbox.Inboxes;
import io.classbell.notification.inbox.NotificationFanOut;
import io.classbell.notification.mail.MailSender;
import io.classbell.notification.model.MailPeriod;
import io.classbell.notification.preference.PreferenceCache;
import io.classbell.notification.preference.PreferenceOperations;
import io.classbell.notification.push.PushPort;
import io.classbell.notification.push.PushSender;
import io.classbell.notification.store.DeliveryStore;
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
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells users: the inbox, the mails and pushes that go with it, and what users say of both. */
public final class NotificationVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationVerticle.class);
  private static final int MOST_MAILS_SHOWN = 500;

  /** Most mails to a recipient in a period, if the configuration says nothing. */
  private static final int MAILS_PER_RECIPIENT = 50;

  private final Node node;
  private final RedisStore redis;
  private final NotificationSettings settings;
  private final PushPort pushPort;
  private final InboxStore inboxStore = new InboxStore();
  private final DeliveryStore deliveryStore = new DeliveryStore();
  private final PreferenceStore reachStore = new PreferenceStore();
  private final DevMailStore devMailStore = new DevMailStore();
  private final DeliveryQueue queue;

  @SuppressWarnings("NullAway.Init")
  private DeliveryWorker deliverer;

  @SuppressWarnings("NullAway.Init")
  private DeliverySweeper sweeper;

  public NotificationVerticle(Node node, RedisStore redis, NotificationSettings settings) {
    this(node, redis, settings, PushPort.NOWHERE);
  }

  NotificationVerticle(
      Node node, RedisStore redis, NotificationSettings settings, PushPort pushPort) {
    this.node = node;
    this.redis = redis;
    this.settings = settings;
    this.pushPort = pushPort;
    this.queue = new DeliveryQueue(redis, Ids.next());
  }

  @Override
  public Future<?> start() {
    Context own = ((ContextInternal) context).unwrap();
    Bus bus = node.bus();
    ProfileCache people = new ProfileCache(bus);
    PreferenceCache book = new PreferenceCache(bus, node.database(), reachStore);
    MailDigests digests = new MailDigests(deliveryStore, new MailPeriodStore(), mailLimits());
    Inboxes inboxes = new Inboxes(vertx, node, inboxStore, deliveryStore, digests, this::queue);
    NotificationFanOut teller =
        new NotificationFanOut(node, people, book, inboxes, settings.push().enabled());
    DirectMails mails = new DirectMails(node, deliveryStore, this::queue);
    InboxOperations inbox = new InboxOperations(node.database(), node.clock(), inboxStore);
    PreferenceOperations reach =
        new PreferenceOperations(node.database(), node.clock(), reachStore, book);
    Map<Channel, ChannelSender> couriers =
        Map.of(
            Channel.email,
            new MailSender(vertx, settings.smtp()),
            Channel.push,
            new PushSender(pushPort, node.database(), reachStore, reach::forget));
    deliverer =
        new DeliveryWorker(
            vertx,
            own,
            node,
            new DeliveryIntake(node, deliveryStore, queue, settings),
            deliveryStore,
            people,
            new DeliveryResults(vertx, node, deliveryStore, digests, settings),
            digests,
            couriers,
            Math.min(settings.workers(), settings.smtp().maxConnections()));
    sweeper = new DeliverySweeper(vertx, own, node, deliveryStore, queue, redis, deliverer::look);
    return Future.all(
            List.of(
                people.start(),
                book.start(),
                bus.serveTask(TELL, teller::tell),
                bus.serveTask(MAIL, mails::mail),
                bus.serve(LIST, inbox::list),
                bus.serve(MARK_READ, inbox::markRead),
                bus.serve(MARK_ALL_READ, inbox::markAllRead),
                bus.serve(PREFERENCES, reach::preferences),
                bus.serve(SET_PREFERENCES, reach::setPreferences),
                bus.serve(ADD_DEVICE, reach::addDevice),
                bus.serve(REMOVE_DEVICE, reach::removeDevice),
                bus.serve(MAILBOX, this::mailbox),
                bus.serve(REDELIVER, mails::redeliver),
                bus.serve(WAITING, w -> waiting())))
        .onSuccess(
            v -> {
              deliverer.start();
              sweeper.start();
            });
  }

  @Override
  public Future<?> stop() {
    sweeper.stop();
    return deliverer
        .stop()
        .compose(v -> queue.leave())
        .recover(
            e -> {
              LOG.debug("the queue was not left: {}", e.getMessage());
              return Future.succeededFuture();
            });
  }

  private MailPeriod.Limits mailLimits() {
    Integer mails = settings.mailsPerRecipient();
    int byDefault = node.testMode() ? NotificationSettings.MOST_MAILS : MAILS_PER_RECIPIENT;
    return new MailPeriod.Limits(
        mails == null ? byDefault : mails,
        settings.rejectionMailsPerRecipient(),
        settings.mailPeriod());
  }

  /** New deliveries were committed. Where Redis does not take them, they are found in the table. */
  private void queue(List<String> ids) {
    queue
        .add(ids, node.clock().realNow())
        .onFailure(e -> LOG.debug("not queued: {}", e.getMessage()))
        .onComplete(added -> deliverer.look());
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
