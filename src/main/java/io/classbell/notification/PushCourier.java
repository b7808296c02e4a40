package io.classbell.notification;

import io.classbell.notification.ReachStore.StoredDevice;
import io.classbell.platform.db.Database;
import java.util.function.Consumer;

/** Brings notices to devices. */
final class PushCourier implements Courier {
  private final PushPort port;
  private final Database database;
  private final ReachStore store;
  private final Consumer<StoredDevice> forget;

  /** {@code forget} is told of devices that are no more. */
  PushCourier(PushPort port, Database database, ReachStore store, Consumer<StoredDevice> forget) {
    this.port = port;
    this.database = database;
    this.store = store;
    this.forget = forget;
  }

  @Override
  public Outcome deliver(Job job) {
    String deviceId = job.delivery().deviceId();
    if (deviceId == null || job.said() == null) {
      return new Refused("a push without a device or a notice");
    }
    StoredDevice device = store.byId(database.read(), deviceId);
    // Removed, or somebody else's by now: this notice is not theirs to see.
    if (device == null || !device.userId().equals(job.delivery().userId())) {
      return new Delivered();
    }
    PushPort.Outcome outcome =
        port.send(
            new PushPort.Target(device.platform(), device.token()),
            job.said().title(),
            job.said().text(),
            job.said().data());
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
