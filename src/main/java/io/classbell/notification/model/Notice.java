package io.classbell.notification.model;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Notification;
import io.classbell.notification.text.NotificationText.Text;
import io.classbell.platform.Ids;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rendered notification for one recipient, before it gets its number in the inbox. {@code id} is
 * assigned in advance, so that a repeated insert can be recognised.
 */
public record Notice(
    String id, String userId, Fact fact, Text text, Instant createdAt, List<Way> ways) {

  /**
   * A delivery in addition to the inbox.
   *
   * @param deviceId null for mails
   * @param ifUnread whether it waits, and is dropped if the notification is read meanwhile
   */
  public record Way(
      String deliveryId, Channel channel, @Nullable String deviceId, boolean ifUnread) {}

  /** Returns the meeting that it is about; null if it is about none. */
  public @Nullable String meetingId() {
    String id = fact.data().get("meetingId");
    return id != null && Ids.isId(id) ? id : null;
  }

  /** Returns the notification with its number, as users see it. */
  public Notification shown(long seq) {
    return new Notification(
        id, seq, fact.kind().name(), text.title(), text.text(), fact.data(), createdAt, null);
  }
}
