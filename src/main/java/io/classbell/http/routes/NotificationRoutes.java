package io.classbell.http.routes;

import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.Map;

/** Routes of the inbox, channel preferences and devices. */
public final class NotificationRoutes {

  private final ModuleClient ask;

  public NotificationRoutes(ModuleClient ask) {
    this.ask = ask;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listNotifications", this::list);
    routes.put("readNotification", this::read);
    routes.put("readAllNotifications", this::readAll);
    routes.put("getPreferences", this::preferences);
    routes.put("putPreferences", this::setPreferences);
    routes.put("addDevice", this::addDevice);
    routes.put("removeDevice", this::removeDevice);
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            NotificationApi.LIST,
            new NotificationApi.ListInbox(
                call.userId(), in.number("after"), call.cursor(), in.limit()))
        .map(
            page ->
                Answer.ok(
                    new NotificationApi.Inbox(
                        page.items(), call.nextCursor(page.nextCursor()), page.unread())));
  }

  private Future<Answer> read(Call call) {
    return ask.of(
            NotificationApi.MARK_READ,
            new NotificationApi.MarkRead(call.userId(), call.input().id("id")))
        .map(Answer::ok);
  }

  private Future<Answer> readAll(Call call) {
    return ask.of(
            NotificationApi.MARK_ALL_READ,
            new NotificationApi.MarkAllRead(call.userId(), call.body().getLong("upToSeq")))
        .map(Answer::ok);
  }

  private Future<Answer> preferences(Call call) {
    return ask.of(NotificationApi.PREFERENCES, new NotificationApi.PreferencesOf(call.userId()))
        .map(Answer::ok);
  }

  private Future<Answer> setPreferences(Call call) {
    Map<String, Map<String, Boolean>> kinds = new HashMap<>();
    for (Map.Entry<String, Object> kind : call.body().getJsonObject("kinds")) {
      Map<String, Boolean> channels = new HashMap<>();
      for (Map.Entry<String, Object> channel : (JsonObject) kind.getValue()) {
        channels.put(channel.getKey(), (Boolean) channel.getValue());
      }
      kinds.put(kind.getKey(), channels);
    }
    return ask.of(
            NotificationApi.SET_PREFERENCES,
            new NotificationApi.SetPreferences(call.userId(), kinds))
        .map(Answer::ok);
  }

  private Future<Answer> addDevice(Call call) {
    String kind = call.body().getString("kind");
    String auth = call.body().getString("auth");
    return ask.of(
            NotificationApi.ADD_DEVICE,
            new NotificationApi.AddDevice(
                call.userId(),
                call.body().getString("platform"),
                call.body().getString("token"),
                kind == null ? null : DeviceKind.valueOf(kind),
                call.body().getString("p256dh"),
                auth == null ? null : Secret.of(auth)))
        .map(Answer::created);
  }

  private Future<Answer> removeDevice(Call call) {
    return ask.of(
            NotificationApi.REMOVE_DEVICE,
            new NotificationApi.RemoveDevice(call.userId(), call.body().getString("token")))
        .map(done -> Answer.empty(204));
  }
}
