package io.classbell.notification.push;

import io.classbell.notification.delivery.ChannelSender;
import io.classbell.notification.store.DeliveryStore.Said;
import io.classbell.notification.store.PreferenceStore;
import io.classbell.notification.store.PreferenceStore.StoredDevice;
import io.classbell.platform.db.Database;
import java.util.function.Consumer;

/** Sends notifications to devices by the push provider. */
public final class PushSender implements ChannelSender {
  private final PushPort port;
  private final Database database;
  private final PreferenceStore store;
  private final Consumer<StoredDevice> forget;

  /** {@code forget} receives devices that are no longer registered with the provider. */
  public PushSender(
      PushPort port, Database database, PreferenceStore store, Consumer<StoredDevice> forget) {
    this.port = port;
    this.database = database;
    this.store = store;
    this.forget = forget;
  }

  @Override
  public Outcome deliver(Job job) {
    String deviceId = job.delivery().deviceId();
    if (deviceId == null || job.said().isEmpty()) {
      return new Refused("The push has no device or no notification.");
    }
    StoredDevice device = store.byId(database.read(), deviceId);
    // The device was removed or now belongs to another user, who must not see this notification.
    if (device == null || !device.userId().equals(job.delivery().userId())) {
      return new Delivered();
    }
    Said said = job.said().getFirst();
    PushPort.Outcome outcome =
        port.send(
            new PushPort.Target(
                device.platform(), device.kind(), device.token(), device.p256dh(), device.auth()),
            new PushPort.Message(said.id(), said.kind(), said.title(), said.text(), said.data()));
    return switch (outcome) {
      case PushPort.Ok ok -> new Delivered();
      case PushPort.Unregistered gone -> {
        forget.accept(device);
        yield new Delivered();
      }
      case PushPort.RetryAfter later -> new Again(later.error(), later.after());
      case PushPort.Failed failed -> new Refused(failed.error());
    };
  }
}
