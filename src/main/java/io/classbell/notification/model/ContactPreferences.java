package io.classbell.notification.model;

import java.util.List;

/** How somebody can be reached: their choices and the ids of their devices. */
public record ContactPreferences(ChannelPreferences choices, List<String> devices) {
  /** Nothing was ever chosen, and there is no device. */
  public static final ContactPreferences DEFAULT =
      new ContactPreferences(ChannelPreferences.NONE, List.of());
}
