package io.classbell.notification.model;

import java.util.List;

/** A user's channel preferences and the ids of the user's devices. */
public record ContactPreferences(ChannelPreferences choices, List<String> devices) {
  /** Preferences of a user without choices and devices. */
  public static final ContactPreferences DEFAULT =
      new ContactPreferences(ChannelPreferences.NONE, List.of());
}
