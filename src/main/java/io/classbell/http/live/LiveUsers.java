package io.classbell.http.live;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Number of sockets of each user on this node; shared by its event loops. */
public final class LiveUsers {

  private final Map<String, Integer> sockets = new ConcurrentHashMap<>();

  /** Takes one of the user's places; false if none is free. */
  boolean enter(String userId, int max) {
    boolean[] entered = {false};
    sockets.compute(
        userId,
        (id, count) -> {
          int before = count == null ? 0 : count;
          entered[0] = before < max;
          return entered[0] ? Integer.valueOf(before + 1) : count;
        });
    return entered[0];
  }

  void leave(String userId) {
    sockets.computeIfPresent(userId, (id, count) -> count > 1 ? count - 1 : null);
  }

  boolean isHere(String userId) {
    return sockets.containsKey(userId);
  }

  /** Runs an action for each user with a socket. */
  void forEach(Consumer<String> action) {
    sockets.keySet().forEach(action);
  }

  public int users() {
    return sockets.size();
  }
}
