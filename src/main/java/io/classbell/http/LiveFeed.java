package io.classbell.http;

import io.classbell.notification.NotificationApi;
import io.classbell.platform.bus.Json;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;

/**
 * Hands new notifications on to the sockets of this node. A whole batch comes in one message to
 * every node; who is not here costs a look into a map.
 */
final class LiveFeed {

  private static final DeliveryOptions HERE_ONLY = new DeliveryOptions().setLocalOnly(true);

  private final Vertx vertx;
  private final LiveUsers users;

  LiveFeed(Vertx vertx, LiveUsers users) {
    this.vertx = vertx;
    this.users = users;
  }

  void show(NotificationApi.Live live) {
    for (NotificationApi.Shown shown : live.shown()) {
      if (users.isHere(shown.userId())) {
        JsonObject body =
            new JsonObject()
                .put("event", "notification:new")
                .put("notification", new JsonObject(Json.write(shown.notification())))
                .put("unread", shown.unread());
        vertx.eventBus().publish(LiveBridge.ADDRESS_PREFIX + shown.userId(), body, HERE_ONLY);
      }
    }
  }
}
