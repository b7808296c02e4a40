package io.classbell.notification.push;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider of push messages. Implementations log no tokens. */
public interface PushPort {

  /** A device, as its provider knows it. */
  record Target(String platform, String token) {}

  /** What the provider said. */
  sealed interface Outcome {}

  /** Taken. */
  record Ok() implements Outcome {}

  /** There is no such device any more: it is to be forgotten. */
  record Unregistered() implements Outcome {}

  /** Not now; {@code after} is what the provider asked for, null where it did not. */
  record RetryAfter(String error, @Nullable Duration after) implements Outcome {}

  /** Never. */
  record Failed(String error) implements Outcome {}

  /** On a virtual thread. */
  Outcome send(Target device, String title, String text, Map<String, String> data);

  /** Takes every message and sends none. */
  PushPort NOWHERE = (device, title, text, data) -> new Ok();
}
