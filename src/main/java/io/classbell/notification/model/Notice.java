package io.classbell.notification.model;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.notification.api.NotificationApi.Notification;
import io.classbell.notification.text.NotificationText.Text;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A fact as one recipient will read it, ready to be put into the inbox; it only lacks its number.
 * {@code id} is made beforehand, so that a notice put in twice is known as the same.
 */
public record Notice(
    String id, String userId, Fact fact, Text text, Instant createdAt, List<Way> ways) {

  /** By which it goes beside the inbox; {@code deviceId} is null for mails. */
  public record Way(String deliveryId, Channel channel, @Nullable String deviceId) {}

  /** With its number, as users see it. */
  public Notification shown(long seq) {
    return new Notification(
        id, seq, fact.kind().name(), text.title(), text.text(), fact.data(), createdAt, null);
  }
}
