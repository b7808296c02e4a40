package io.classbell.notification.push;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider of push messages. Implementations must not log tokens. */
public interface PushPort {

  /** A device, identified by the provider's token. */
  record Target(String platform, String token) {}

  /** Outcome of a request to the provider. */
  sealed interface Outcome {}

  /** The provider accepted the message. */
  record Ok() implements Outcome {}

  /** The device is no longer registered and must be removed. */
  record Unregistered() implements Outcome {}

  /** Temporary failure; {@code after} is the wait that the provider requested, or null. */
  record RetryAfter(String error, @Nullable Duration after) implements Outcome {}

  /** Permanent failure. */
  record Failed(String error) implements Outcome {}

  /** Sends a message, on a virtual thread. */
  Outcome send(Target device, String title, String text, Map<String, String> data);

  /** Accepts every message and sends none. */
  PushPort NOWHERE = (device, title, text, data) -> new Ok();
}
