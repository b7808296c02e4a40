package io.classbell.booking.store;

import io.classbell.booking.api.BookingApi.Policy;
import io.classbell.platform.json.Json;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Parses stored cancellation policies. Nearly all are equal, so each text is parsed once. */
final class PolicyJson {
  /** Limit of the cache, which is cleared when it is exceeded. */
  private static final int MOST = 200;

  private static final Map<String, Policy> READ = new ConcurrentHashMap<>();
  private static final Map<Policy, String> WRITTEN = new ConcurrentHashMap<>();

  static Policy read(String json) {
    bound(READ);
    return READ.computeIfAbsent(json, text -> Json.read(text, Policy.class));
  }

  static String write(Policy policy) {
    bound(WRITTEN);
    return WRITTEN.computeIfAbsent(policy, Json::write);
  }

  private static void bound(Map<?, ?> memory) {
    if (memory.size() > MOST) {
      memory.clear();
    }
  }

  private PolicyJson() {}
}
