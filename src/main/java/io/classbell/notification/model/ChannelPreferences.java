package io.classbell.notification.model;

import io.classbell.notification.api.Channel;
import io.classbell.notification.api.NotificationApi.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which channels somebody wants for which kind: what they chose, and the defaults for what they did
 * not. The inbox is always on, and so are e-mails about money and cancellations.
 *
 * @param chosen what was chosen, by kind and channel; of kinds and channels that can be chosen
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

  /** A reminder nearer to the start than this comes too late for a mail, unless it was chosen. */
  private static final Duration EARLY = Duration.ofHours(12);

  /** Whether the channel cannot be switched off for this kind. */
  public static boolean locked(Kind kind, Channel channel) {
    return channel == Channel.in_app || (channel == Channel.email && MAIL_ALWAYS.contains(kind));
  }

  /** Whether a notice of this kind goes that way; {@code data} are the fact's. */
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

  /** Every kind and channel, as the API shows them. */
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
