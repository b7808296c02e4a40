package io.classbell.notification;

import java.util.List;

/** How somebody can be reached: their choices and the ids of their devices. */
record Reach(Choices choices, List<String> devices) {
  /** Nothing was ever chosen, and there is no device. */
  static final Reach DEFAULT = new Reach(Choices.NONE, List.of());
}
