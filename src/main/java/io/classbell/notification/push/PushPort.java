package io.classbell.notification.push;

import io.classbell.notification.api.DeviceKind;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A provider of push messages. Implementations must not log tokens. */
public interface PushPort {

  /**
   * A device.
   *
   * @param kind how {@code token} identifies the device
   * @param token the provider's token or installation id; for Web Push, the URL of the subscription
   * @param p256dh for Web Push, the subscription's public key (base64url)
   * @param auth for Web Push, the subscription's secret (base64url)
   */
  record Target(
      String platform,
      DeviceKind kind,
      String token,
      @Nullable String p256dh,
      @Nullable String auth) {}

  /** A notification; {@code id} is the same in every attempt, so that devices show it once. */
  record Message(String id, String kind, String title, String text, Map<String, String> data) {}

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
  Outcome send(Target device, Message message);

  /** Accepts every message and sends none. */
  PushPort NOWHERE = (device, message) -> new Ok();
}
