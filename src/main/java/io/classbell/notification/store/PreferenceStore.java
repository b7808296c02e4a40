package io.classbell.notification.store;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationApi.Device;
import io.classbell.notification.api.NotificationApi.Kind;
import io.classbell.notification.model.ChannelPreferences;
import io.classbell.notification.model.ContactPreferences;
import io.classbell.platform.db.Columns;
import io.classbell.platform.db.InList;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of channel preferences and devices: {@code notification_preference} and {@code device}.
 */
public final class PreferenceStore {
  private static final Columns CHOICE =
      new Columns().id("user_id").code("kind", 40).code("channel", 10).number("enabled");
  private static final String CHOOSE =
      CHOICE.insertInto("notification_preference")
          + " ON DUPLICATE KEY UPDATE enabled = VALUES(enabled)";
  private static final Set<String> KINDS =
      Arrays.stream(Kind.values()).map(Kind::name).collect(Collectors.toSet());
  private static final Set<String> CHANNELS =
      Arrays.stream(Channel.values()).map(Channel::name).collect(Collectors.toSet());

  private static final String DEVICE =
      "SELECT id, user_id, platform, kind, token, p256dh, auth FROM device ";

  /** A device as it is stored. */
  public record StoredDevice(
      String id,
      String userId,
      String platform,
      DeviceKind kind,
      String token,
      @Nullable String p256dh,
      @Nullable String auth) {}

  /**
   * Returns the preferences of all these users; kinds and channels that this release does not know
   * are ignored.
   */
  public Map<String, ContactPreferences> of(Sql sql, Collection<String> userIds) {
    String in = "WHERE user_id IN " + InList.marks(userIds.size());
    @Nullable Object[] parameters = InList.parameters(List.of(), userIds);
    Map<String, Map<Kind, Map<Channel, Boolean>>> chosen = new HashMap<>();
    sql.list(
        "SELECT user_id, kind, channel, enabled FROM notification_preference " + in,
        row -> {
          String kind = row.getString("kind");
          String channel = row.getString("channel");
          if (KINDS.contains(kind) && CHANNELS.contains(channel)) {
            chosen
                .computeIfAbsent(row.getString("user_id"), u -> new EnumMap<>(Kind.class))
                .computeIfAbsent(Kind.valueOf(kind), k -> new EnumMap<>(Channel.class))
                .put(Channel.valueOf(channel), row.getInteger("enabled") != 0);
          }
          return kind;
        },
        parameters);
    Map<String, List<String>> devices = new HashMap<>();
    sql.list(
        "SELECT user_id, id FROM device " + in + " ORDER BY user_id, id",
        row ->
            devices
                .computeIfAbsent(row.getString("user_id"), u -> new ArrayList<>())
                .add(row.getString("id")),
        parameters);
    Map<String, ContactPreferences> found = new HashMap<>();
    for (String id : userIds) {
      boolean isDefault = !chosen.containsKey(id) && !devices.containsKey(id);
      found.put(
          id,
          isDefault
              ? ContactPreferences.DEFAULT
              : new ContactPreferences(
                  new ChannelPreferences(chosen.getOrDefault(id, Map.of())),
                  List.copyOf(devices.getOrDefault(id, List.of()))));
    }
    return found;
  }

  public void choose(Tx tx, String userId, Map<Kind, Map<Channel, Boolean>> choices) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    choices.forEach(
        (kind, channels) ->
            channels.forEach(
                (channel, enabled) ->
                    rows.add(
                        new @Nullable Object[] {
                          userId, kind.name(), channel.name(), enabled ? 1 : 0
                        })));
    tx.write(CHOOSE, CHOICE.json(rows));
  }

  /** Locks the device with this token; null if there is none. */
  public @Nullable StoredDevice lockByToken(Tx tx, String token) {
    return tx.first(DEVICE + "WHERE token = ? FOR UPDATE", PreferenceStore::device, token);
  }

  public @Nullable StoredDevice byId(Sql sql, String id) {
    return sql.first(DEVICE + "WHERE id = ?", PreferenceStore::device, id);
  }

  private static StoredDevice device(Row row) {
    return new StoredDevice(
        row.getString("id"),
        row.getString("user_id"),
        row.getString("platform"),
        DeviceKind.valueOf(row.getString("kind")),
        row.getString("token"),
        row.getString("p256dh"),
        row.getString("auth"));
  }

  public void addDevice(Tx tx, StoredDevice device, Instant now) {
    tx.write(
        "INSERT INTO device (id, user_id, platform, kind, token, p256dh, auth, created_at)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        device.id,
        device.userId,
        device.platform,
        device.kind.name(),
        device.token,
        device.p256dh,
        device.auth,
        now);
  }

  public void removeDevice(Tx tx, String id) {
    tx.write("DELETE FROM device WHERE id = ?", id);
  }

  /** Newest first. */
  public List<Device> devices(Tx tx, String userId) {
    return tx.list(
        "SELECT id, platform, created_at FROM device WHERE user_id = ? ORDER BY created_at DESC, id"
            + " DESC",
        row ->
            new Device(
                row.getString("id"), row.getString("platform"), Sql.instant(row, "created_at")),
        userId);
  }
}
