package io.classbell.notification.model;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A user's enabled channels per kind of notification: the user's choices, and defaults for the
 * rest. The inbox is always on, and so are mails about money and cancellations.
 *
 * @param chosen the user's choices by kind and channel; contains only combinations that can be
 *     switched off
 */
public record ChannelPreferences(Map<Kind, Map<Channel, Boolean>> chosen) {
  static final ChannelPreferences NONE = new ChannelPreferences(Map.of());

  private static final Set<Kind> MAIL_ALWAYS =
      EnumSet.of(
          Kind.booking_cancelled,
          Kind.meeting_cancelled,
          Kind.refund_issued,
          Kind.credits_received,
          Kind.withdrawal_requested,
          Kind.withdrawal_paid,
          Kind.withdrawal_failed);

  private static final Set<Kind> NO_MAIL_BY_DEFAULT =
      EnumSet.of(Kind.meeting_opened, Kind.meeting_closed);

  /**
   * Reminders closer to the start than this are not mailed by default, because mails may be read
   * too late.
   */
  private static final Duration EARLY = Duration.ofHours(12);

  /** Whether the channel cannot be switched off for this kind. */
  public static boolean locked(Kind kind, Channel channel) {
    return channel == Channel.in_app || (channel == Channel.email && MAIL_ALWAYS.contains(kind));
  }

  /** Returns the channels of every kind that cannot be switched off, by their names. */
  public static Map<String, List<String>> mandatory() {
    Map<String, List<String>> mandatory = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      mandatory.put(
          kind.name(),
          Stream.of(Channel.values())
              .filter(channel -> locked(kind, channel))
              .map(Channel::name)
              .toList());
    }
    return mandatory;
  }

  /**
   * Whether a notification of this kind is sent by this channel; {@code data} is the event's data.
   */
  public boolean wants(Kind kind, Channel channel, Map<String, String> data) {
    if (locked(kind, channel)) {
      return true;
    }
    Boolean choice = chosen.getOrDefault(kind, Map.of()).get(channel);
    if (choice != null) {
      return choice;
    }
    if (channel == Channel.push) {
      return true;
    }
    return !NO_MAIL_BY_DEFAULT.contains(kind) && !(kind == Kind.reminder && isLate(data));
  }

  private static boolean isLate(Map<String, String> data) {
    String before = data.get("before");
    try {
      return before != null && Duration.parse(before).compareTo(EARLY) < 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Returns the setting of every kind and channel by name, as the HTTP API represents them. */
  public Map<String, Map<String, Boolean>> shown() {
    Map<String, Map<String, Boolean>> kinds = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      Map<String, Boolean> channels = new LinkedHashMap<>();
      for (Channel channel : Channel.values()) {
        channels.put(channel.name(), wants(kind, channel, Map.of()));
      }
      kinds.put(kind.name(), channels);
    }
    return kinds;
  }
}
