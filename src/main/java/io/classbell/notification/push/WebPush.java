package io.classbell.notification.push;

import com.zerodeplibs.webpush.EncryptedPushMessage;
import com.zerodeplibs.webpush.MessageEncryptionException;
import com.zerodeplibs.webpush.MessageEncryptions;
import com.zerodeplibs.webpush.PushMessage;
import com.zerodeplibs.webpush.UserAgentMessageEncryptionKeyInfo;
import io.classbell.notification.push.keys.VapidKeys;
import io.classbell.notification.push.keys.WebPushAddress;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to browsers by their push services (RFC 8030), encrypted for the subscription (RFC
 * 8291). A subscription is removed only if its service answers 404 or 410.
 */
final class WebPush implements PushPort {
  private static final Logger LOG = LoggerFactory.getLogger(WebPush.class);

  /** Push services must accept 4096 bytes; encryption adds 103 of them. */
  private static final int MOST_CLEAR_BYTES = 3993;

  /** A second try after 413. */
  private static final int FEW_CLEAR_BYTES = 1500;

  private static final Duration RATE_WAIT = Duration.ofMinutes(1);
  private static final int TTL_SECONDS = 86_400;

  /** Shorter than the 24 hours that are allowed, because clocks differ. */
  private static final Duration AUTHORIZATION_LIFE = Duration.ofHours(12);

  private final OutgoingClient client;
  private final PlatformClock clock;
  private final VapidKeys keys;
  private final String subject;
  private final List<String> allowedHosts;
  private final boolean testMode;

  WebPush(
      OutgoingClient client,
      PlatformClock clock,
      VapidKeys keys,
      String subject,
      List<String> allowedHosts,
      boolean testMode) {
    this.client = client;
    this.clock = clock;
    this.keys = keys;
    this.subject = subject;
    this.allowedHosts = allowedHosts;
    this.testMode = testMode;
  }

  @Override
  public Outcome send(Target device, Message message) {
    if (!WebPushAddress.isAllowed(device.token(), allowedHosts, testMode)) {
      return new Failed("The push service of the device is not allowed (allowedHosts).");
    }
    Answered answer = attempt(device, message, MOST_CLEAR_BYTES);
    if (answer != null && answer.status() == 413) {
      answer = attempt(device, message, FEW_CLEAR_BYTES);
    }
    return answer == null ? new RetryAfter("The push service does not answer.", null) : of(answer);
  }

  private static Object json(Message message) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("title", message.title());
    json.put("body", message.text());
    json.put("data", PushMessages.data(message));
    return json;
  }

  private @Nullable Answered attempt(Target device, Message message, int mostBytes) {
    EncryptedPushMessage encrypted;
    try {
      encrypted =
          MessageEncryptions.of()
              .encrypt(
                  UserAgentMessageEncryptionKeyInfo.of(
                      Objects.requireNonNull(device.p256dh()),
                      Objects.requireNonNull(device.auth())),
                  PushMessage.of(PushMessages.fit(message, mostBytes, WebPush::json)));
    } catch (MessageEncryptionException e) {
      throw new IllegalStateException("A message could not be encrypted.", e);
    }
    // A topic of 32 characters: a message that is sent twice replaces itself while it waits.
    String topic = message.id().replace("-", "");
    OutgoingRequest request =
        OutgoingRequest.post("webpush", "send", URI.create(device.token()))
            .toUntrustedAddress()
            .header("TTL", Integer.toString(TTL_SECONDS))
            .header("Urgency", "high")
            .header("Topic", topic)
            .header("Content-Encoding", encrypted.contentEncoding())
            .header(
                "Authorization",
                keys.authorization(
                    device.token(), subject, clock.realNow().plus(AUTHORIZATION_LIFE)))
            .body(encrypted.mediaType(), Buffer.buffer(encrypted.toBytes()))
            .maxResponseBytes(64 * 1024);
    return client.send(request).await() instanceof Answered answer ? answer : null;
  }

  private Outcome of(Answered answer) {
    String what = "The push service answers " + answer.status() + ".";
    Duration wait = answer.retryAfter(clock.realNow());
    return switch (answer.status()) {
      case 200, 201, 202, 204 -> new Ok();
      case 404, 410 -> new Unregistered();
      case 401, 403 -> {
        LOG.error("A push service rejects the VAPID keys: check notification.push.webPush.");
        yield new RetryAfter(what, wait);
      }
      // The push service of Windows answers 406 to senders that are too fast.
      case 406, 429 -> new RetryAfter(what, wait == null ? RATE_WAIT : wait);
      default -> answer.status() >= 500 ? new RetryAfter(what, wait) : new Failed(what);
    };
  }
}
