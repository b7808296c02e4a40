package io.classbell.notification.preference;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.AddDevice;
import io.classbell.notification.api.NotificationApi.Device;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.api.NotificationApi.Preferences;
import io.classbell.notification.api.NotificationApi.PreferencesOf;
import io.classbell.notification.api.NotificationApi.RemoveDevice;
import io.classbell.notification.api.NotificationApi.SetPreferences;
import io.classbell.notification.model.ChannelPreferences;
import io.classbell.notification.model.ContactPreferences;
import io.classbell.notification.store.PreferenceStore;
import io.classbell.notification.store.PreferenceStore.StoredDevice;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.time.PlatformClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and changes channel preferences and devices of users. */
public final class PreferenceOperations {
  /** Most devices of a user; the oldest ones in excess are removed. */
  private static final int MOST_DEVICES = 20;

  private final Database database;
  private final PlatformClock clock;
  private final PreferenceStore store;
  private final PreferenceCache cache;
  private final DeviceRules rules;

  public PreferenceOperations(
      Database database,
      PlatformClock clock,
      PreferenceStore store,
      PreferenceCache cache,
      DeviceRules rules) {
    this.rules = rules;
    this.database = database;
    this.clock = clock;
    this.store = store;
    this.cache = cache;
  }

  public Preferences preferences(PreferencesOf of) {
    return current(of.userId());
  }

  /** Updates the given kinds and channels; all others keep their setting. */
  public Preferences setPreferences(SetPreferences set) {
    Map<Kind, Map<Channel, Boolean>> choices = new EnumMap<>(Kind.class);
    List<FieldError> mandatory = new ArrayList<>();
    set.kinds()
        .forEach(
            (kindName, channels) ->
                channels.forEach(
                    (channelName, enabled) -> {
                      Kind kind = known(Kind.values(), kindName);
                      Channel channel = known(Channel.values(), channelName);
                      if (ChannelPreferences.locked(kind, channel)) {
                        if (!enabled) {
                          mandatory.add(
                              new FieldError(
                                  "kinds." + kindName + "." + channelName,
                                  NotificationApi.MANDATORY.code(),
                                  "The channel %s cannot be switched off for %s."
                                      .formatted(channelName, kindName)));
                        }
                      } else {
                        choices
                            .computeIfAbsent(kind, k -> new EnumMap<>(Channel.class))
                            .put(channel, enabled);
                      }
                    }));
    if (!mandatory.isEmpty()) {
      mandatory.sort(Comparator.comparing(FieldError::field));
      throw new RejectedException(NotificationApi.MANDATORY.fields(mandatory));
    }
    if (!choices.isEmpty()) {
      database.inTransaction(
          tx -> {
            store.choose(tx, set.userId(), choices);
            return Ack.DONE;
          });
      cache.changed(set.userId());
    }
    return current(set.userId());
  }

  private Preferences current(String userId) {
    Map<String, ContactPreferences> found = store.of(database.read(), List.of(userId));
    return new Preferences(
        found.getOrDefault(userId, ContactPreferences.DEFAULT).choices().shown(),
        ChannelPreferences.mandatory());
  }

  private static <E extends Enum<E>> E known(E[] values, String name) {
    for (E value : values) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    throw NotificationApi.UNKNOWN.refused("Unknown kind or channel " + name + ".");
  }

  /** Registers a device. A token belongs to the user who registered it last. */
  public Device addDevice(AddDevice add) {
    rules.check(add);
    try {
      return addOnce(add);
    } catch (RuntimeException e) {
      if (!"uq_device_token".equals(SqlErrors.duplicateKey(e))) {
        throw e;
      }
      // A concurrent request registered the same token; the second attempt takes it over.
      return addOnce(add);
    }
  }

  private Device addOnce(AddDevice add) {
    Instant now = clock.realNow();
    StoredDevice device =
        new StoredDevice(
            Ids.next(),
            add.userId(),
            add.platform(),
            add.kind() == null ? DeviceKind.token : add.kind(),
            add.token(),
            add.p256dh(),
            add.auth() == null ? null : add.auth().reveal());
    Added added =
        database.inTransaction(
            tx -> {
              StoredDevice before = store.lockByToken(tx, add.token());
              if (before != null) {
                store.removeDevice(tx, before.id());
              }
              store.addDevice(tx, device, now);
              List<Device> all = store.devices(tx, add.userId());
              all.stream().skip(MOST_DEVICES).forEach(old -> store.removeDevice(tx, old.id()));
              return new Added(before == null ? null : before.userId());
            });
    cache.changed(add.userId());
    if (added.takenFrom != null && !added.takenFrom.equals(add.userId())) {
      cache.changed(added.takenFrom);
    }
    return new Device(device.id(), device.platform(), now);
  }

  private record Added(@Nullable String takenFrom) {}

  public Ack removeDevice(RemoveDevice remove) {
    database.inTransaction(
        tx -> {
          StoredDevice device = store.lockByToken(tx, remove.token());
          if (device != null && device.userId().equals(remove.userId())) {
            store.removeDevice(tx, device.id());
          }
          return Ack.DONE;
        });
    cache.changed(remove.userId());
    return Ack.DONE;
  }

  /** Removes a device that the push provider no longer knows. */
  public void removeUnregistered(StoredDevice device) {
    database.inTransaction(
        tx -> {
          store.removeDevice(tx, device.id());
          return Ack.DONE;
        });
    cache.changed(device.userId());
  }
}
