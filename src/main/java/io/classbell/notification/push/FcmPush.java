package io.classbell.notification.push;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.notification.api.DeviceKind;
import io.classbell.platform.outgoing.OutgoingClient;
import io.classbell.platform.outgoing.OutgoingRequest;
import io.classbell.platform.outgoing.OutgoingResult.Answered;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages by the HTTP v1 API of Firebase Cloud Messaging. A device is removed only if FCM
 * says that its token is not registered, belongs to another sender or is malformed
 * (firebase.google.com/docs/cloud-messaging/error-codes).
 */
final class FcmPush implements PushPort {
  private static final Logger LOG = LoggerFactory.getLogger(FcmPush.class);

  /** Largest message. */
  private static final int MOST_BYTES = 4096;

  /** How long FCM keeps a message for a device that is offline. */
  private static final String TTL = "86400s";

  /** The wait after 429 without {@code Retry-After}, as FCM documents it. */
  private static final Duration QUOTA_WAIT = Duration.ofMinutes(1);

  private final OutgoingClient client;
  private final PlatformClock clock;
  private final FcmAccess access;
  private final URI sendUrl;

  FcmPush(OutgoingClient client, PlatformClock clock, FcmAccess access, URI sendUrl) {
    this.client = client;
    this.clock = clock;
    this.access = access;
    this.sendUrl = sendUrl;
  }

  @Override
  public Outcome send(Target device, Message message) {
    byte[] body = PushMessages.fit(message, MOST_BYTES, m -> json(device, m));
    try {
      String token = access.token();
      Outcome first = attempt(token, body);
      if (first != null) {
        return first;
      }
      access.reject(token);
      Outcome second = attempt(access.token(), body);
      return second == null ? new RetryAfter("FCM rejects new access tokens.", null) : second;
    } catch (FcmAccess.NoToken e) {
      return new RetryAfter(String.valueOf(e.getMessage()), null);
    }
  }

  private static Object json(Target device, Message message) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(device.kind() == DeviceKind.fid ? "fid" : "token", device.token());
    json.put("notification", Map.of("title", message.title(), "body", message.text()));
    json.put("data", PushMessages.data(message));
    json.put(
        "android",
        Map.of("ttl", TTL, "priority", "HIGH", "notification", Map.of("tag", message.id())));
    json.put("apns", Map.of("headers", Map.of("apns-collapse-id", message.id())));
    return Map.of("message", json);
  }

  /** Returns null if the access token was rejected. */
  private @Nullable Outcome attempt(String token, byte[] body) {
    OutgoingRequest request =
        OutgoingRequest.post("fcm", "send", sendUrl)
            .bearer(token)
            .body("application/json; charset=utf-8", Buffer.buffer(body))
            .maxResponseBytes(64 * 1024);
    return client.send(request).await() instanceof Answered answer
        ? outcome(answer)
        : new RetryAfter("FCM does not answer.", null);
  }

  private @Nullable Outcome outcome(Answered answer) {
    if (answer.isSuccess()) {
      return new Ok();
    }
    JsonNode error = answer.json() == null ? null : answer.json().path("error");
    String code = fcmCode(error);
    String what = "FCM answers %d %s.".formatted(answer.status(), code);
    Duration wait = answer.retryAfter(clock.realNow());
    return switch (answer.status()) {
      case 400 -> blamesTheToken(error) ? new Unregistered() : new Failed(what);
      case 401 -> {
        if (!code.equals("THIRD_PARTY_AUTH_ERROR")) {
          yield null;
        }
        LOG.error(
            "FCM rejects the project's APNs or Web Push credentials: renew them in Firebase.");
        yield new RetryAfter(what, wait);
      }
      case 403 ->
          code.equals("SENDER_ID_MISMATCH") ? new Unregistered() : new RetryAfter(what, wait);
      case 404 -> code.equals("UNREGISTERED") ? new Unregistered() : new RetryAfter(what, wait);
      case 429 -> new RetryAfter(what, wait == null ? QUOTA_WAIT : wait);
      default -> answer.status() >= 500 ? new RetryAfter(what, wait) : new Failed(what);
    };
  }

  /** The code in {@code details}, which is more exact than the status. */
  private static String fcmCode(@Nullable JsonNode error) {
    if (error == null) {
      return "";
    }
    for (JsonNode detail : error.path("details")) {
      if (detail.path("@type").asText().endsWith("google.firebase.fcm.v1.FcmError")) {
        return known(detail.path("errorCode").asText());
      }
    }
    return known(error.path("status").asText());
  }

  private static String known(String code) {
    return code.matches("[A-Z_]{1,40}") ? code : "";
  }

  /** Whether an invalid argument is the device's token; otherwise the message is at fault. */
  private static boolean blamesTheToken(@Nullable JsonNode error) {
    if (error == null) {
      return false;
    }
    boolean violations = false;
    for (JsonNode detail : error.path("details")) {
      for (JsonNode violation : detail.path("fieldViolations")) {
        violations = true;
        String field = violation.path("field").asText();
        if (field.equals("message.token") || field.equals("message.fid")) {
          return true;
        }
      }
    }
    String message = error.path("message").asText().toLowerCase(Locale.ROOT);
    return !violations
        && (message.contains("registration token") || message.contains("installation id"));
  }
}
