package io.classbell.notification.inbox;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.Tell;
import io.classbell.notification.model.ChannelPreferences;
import io.classbell.notification.model.ContactPreferences;
import io.classbell.notification.model.Notice;
import io.classbell.notification.model.Notice.Way;
import io.classbell.notification.preference.PreferenceCache;
import io.classbell.notification.text.Language;
import io.classbell.notification.text.NotificationText;
import io.classbell.notification.text.ReminderTiming;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Task;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Converts events to notices: determines recipients, texts and channels. Loads profiles and
 * preferences, which is slow, before any inbox is locked.
 */
public final class NotificationFanOut {
  private static final Logger LOG = LoggerFactory.getLogger(NotificationFanOut.class);

  /** Most notices in one command, so that the size of a group is bounded. */
  private static final int MOST_FACTS = 128;

  /** Profiles and preferences that are needed to render a batch of messages. */
  private record Audience(
      Map<String, Person> people,
      List<String> admins,
      Map<String, ContactPreferences> preferences) {}

  private final Node node;
  private final ProfileCache people;
  private final PreferenceCache preferenceCache;
  private final Inboxes inboxes;
  private final boolean pushes;
  private final boolean ladder;

  /**
   * Creates the fan-out.
   *
   * @param pushes whether pushes are sent
   * @param ladder whether optional mails wait for the notification to be read
   */
  public NotificationFanOut(
      Node node,
      ProfileCache people,
      PreferenceCache preferenceCache,
      Inboxes inboxes,
      boolean pushes,
      boolean ladder) {
    this.node = node;
    this.people = people;
    this.preferenceCache = preferenceCache;
    this.inboxes = inboxes;
    this.pushes = pushes;
    this.ladder = ladder;
  }

  /** Serves the task: a message is done when all its events are in the inboxes. */
  public List<Task.Failed> tell(List<Task.Due<Tell>> messages) {
    Audience audience = audience(messages);
    List<Future<Void>> told = new ArrayList<>();
    for (Task.Due<Tell> message : messages) {
      told.add(put(notices(message.body(), audience)));
    }
    List<Task.Failed> failed = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      try {
        told.get(i).await();
      } catch (RuntimeException e) {
        failed.add(Task.Failed.of(messages.get(i).id(), e));
      }
    }
    return failed;
  }

  private Future<Void> put(List<Notice> notices) {
    List<Future<Void>> parts = new ArrayList<>();
    for (int from = 0; from < notices.size(); from += MOST_FACTS) {
      parts.add(inboxes.put(notices.subList(from, Math.min(notices.size(), from + MOST_FACTS))));
    }
    return Future.join(parts).mapEmpty();
  }

  private Audience audience(List<Task.Due<Tell>> messages) {
    Set<String> recipients = new HashSet<>();
    Set<String> mentioned = new HashSet<>();
    boolean admins = false;
    for (Task.Due<Tell> message : messages) {
      for (Fact fact : message.body().facts()) {
        if (fact.userId().equals(NotificationApi.ADMINS)) {
          admins = true;
        } else {
          recipients.add(fact.userId());
        }
        mention(fact.data().get("studentId"), mentioned);
        mention(fact.data().get("teacherId"), mentioned);
      }
    }
    List<String> adminIds = admins ? admins() : List.of();
    recipients.addAll(adminIds);
    mentioned.addAll(recipients);
    return new Audience(people.byIds(mentioned), adminIds, preferenceCache.of(recipients));
  }

  private static void mention(@Nullable String id, Set<String> mentioned) {
    if (id != null) {
      mentioned.add(id);
    }
  }

  private List<String> admins() {
    return node.bus().ask(AccountApi.ADMINS, new AccountApi.Admins()).await().people().stream()
        .map(Person::id)
        .toList();
  }

  private List<Notice> notices(Tell tell, Audience audience) {
    Instant now = node.clock().now();
    List<Notice> notices = new ArrayList<>(tell.facts().size());
    for (Fact fact : tell.facts()) {
      List<String> recipients =
          fact.userId().equals(NotificationApi.ADMINS) ? audience.admins : List.of(fact.userId());
      for (String recipient : recipients) {
        Person person = audience.people.get(recipient);
        if (person == null) {
          LOG.warn("Notification {} skipped: user {} does not exist", fact.kind(), recipient);
        } else if (!ReminderTiming.isOver(fact, now)) {
          notices.add(notice(ReminderTiming.told(fact, now), person, audience, now));
        }
      }
    }
    return notices;
  }

  private Notice notice(Fact fact, Person person, Audience audience, Instant now) {
    NotificationText.Text text =
        NotificationText.of(
            fact.kind(),
            fact.data(),
            Language.of(person.locale()),
            Language.zone(person.timezone()),
            id -> {
              Person named = audience.people.get(id);
              return named == null ? null : named.name();
            });
    ContactPreferences preferences =
        audience.preferences.getOrDefault(person.id(), ContactPreferences.DEFAULT);
    return new Notice(Ids.next(), person.id(), fact, text, now, ways(fact, person, preferences));
  }

  /**
   * Returns the deliveries in addition to the inbox: none if the account is disabled, and no mail
   * if the address is not verified.
   */
  private List<Way> ways(Fact fact, Person person, ContactPreferences preferences) {
    if (!person.active()) {
      return List.of();
    }
    Kind kind = fact.kind();
    List<Way> ways = new ArrayList<>(1);
    if (person.mayBeMailed() && preferences.choices().wants(kind, Channel.email, fact.data())) {
      ways.add(
          new Way(
              Ids.next(),
              Channel.email,
              null,
              ladder && !ChannelPreferences.locked(kind, Channel.email)));
    }
    if (pushes && preferences.choices().wants(kind, Channel.push, fact.data())) {
      for (String device : preferences.devices()) {
        ways.add(new Way(Ids.next(), Channel.push, device, false));
      }
    }
    return ways;
  }
}
