package io.classbell.http.live;

import io.classbell.booking.api.MeetingApi;
import io.classbell.notification.api.NotificationApi;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;

/**
 * Forwards events to the sockets of this node. Every node receives each batch of notifications in
 * one message and skips users without a socket on this node.
 */
public final class LiveFeed {

  private static final DeliveryOptions HERE_ONLY = new DeliveryOptions().setLocalOnly(true);

  private final Vertx vertx;
  private final LiveUsers users;

  public LiveFeed(Vertx vertx, LiveUsers users) {
    this.vertx = vertx;
    this.users = users;
  }

  private static JsonObject json(NotificationApi.Notification notification) {
    JsonObject json =
        new JsonObject()
            .put("id", notification.id())
            .put("seq", notification.seq())
            .put("kind", notification.kind())
            .put("title", notification.title())
            .put("text", notification.text())
            .put("data", new JsonObject(new HashMap<>(notification.data())))
            .put("createdAt", notification.createdAt());
    return notification.readAt() == null ? json : json.put("readAt", notification.readAt());
  }

  /** Tells the user's sockets on this node how many notifications are left unread. */
  public void showUnread(NotificationApi.UnreadChanged changed) {
    if (users.isHere(changed.userId())) {
      JsonObject body =
          new JsonObject().put("event", "notification:unread").put("unread", changed.unread());
      vertx.eventBus().publish(LiveBridge.ADDRESS_PREFIX + changed.userId(), body, HERE_ONLY);
    }
  }

  public void show(NotificationApi.Live live) {
    for (NotificationApi.Shown shown : live.shown()) {
      if (users.isHere(shown.userId())) {
        JsonObject body =
            new JsonObject()
                .put("event", "notification:new")
                .put("notification", json(shown.notification()))
                .put("unread", shown.unread());
        vertx.eventBus().publish(LiveBridge.ADDRESS_PREFIX + shown.userId(), body, HERE_ONLY);
      }
    }
  }

  /** Forwards new states of slots to those who look at their days. */
  public void show(MeetingApi.SlotsChanged changed) {
    for (MeetingApi.SlotState slot : changed.slots()) {
      publish(
          LiveAddress.ofSlotsAt(slot.startsAt()),
          new JsonObject()
              .put("event", "slot:changed")
              .put("id", slot.id())
              .put("seatsTaken", slot.seatsTaken())
              .put("capacity", slot.capacity())
              .put("status", slot.status())
              .put("version", slot.version()));
    }
  }

  /** Forwards joins and leaves to the meeting's teacher and admins. */
  public void show(MeetingApi.PresenceChanged changed) {
    publish(
        LiveAddress.ofMeeting(changed.meetingId()),
        new JsonObject()
            .put("event", "presence:changed")
            .put("meetingId", changed.meetingId())
            .put("userId", changed.userId())
            .put("present", changed.present())
            .put("at", changed.at()));
  }

  /** Tells all users with a socket on this node that the test clock was moved. */
  public void showClock(Instant now) {
    JsonObject body = new JsonObject().put("event", "clock:moved").put("now", now);
    users.forEach(userId -> publish(LiveBridge.ADDRESS_PREFIX + userId, body));
  }

  private void publish(String address, JsonObject body) {
    vertx.eventBus().publish(address, body, HERE_ONLY);
  }
}
