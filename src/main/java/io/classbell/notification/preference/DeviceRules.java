package io.classbell.notification.preference;

import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationApi;
import io.classbell.notification.api.NotificationApi.AddDevice;
import io.classbell.notification.push.keys.WebPushAddress;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import java.util.ArrayList;
import java.util.List;

/** Decides whether a device may be registered. */
public final class DeviceRules {
  private final List<String> allowedHosts;
  private final boolean testMode;

  /**
   * Creates the rules.
   *
   * @param allowedHosts hosts of push services that browsers may name
   */
  public DeviceRules(List<String> allowedHosts, boolean testMode) {
    this.allowedHosts = allowedHosts;
    this.testMode = testMode;
  }

  /**
   * @throws RejectedException naming the fields of a subscription that can't be used
   */
  void check(AddDevice add) {
    List<FieldError> errors = new ArrayList<>();
    if (add.kind() == DeviceKind.web_push) {
      if (!WebPushAddress.isAllowed(add.token(), allowedHosts, testMode)) {
        errors.add(wrong("token", "Must be the https URL of a push service that is allowed here."));
      }
      if (!WebPushAddress.isPublicKey(add.p256dh())) {
        errors.add(wrong("p256dh", "Must be an uncompressed P-256 public key in base64url."));
      }
      if (add.auth() == null || !WebPushAddress.isSecret(add.auth().reveal())) {
        errors.add(wrong("auth", "Must be 16 bytes in base64url."));
      }
    } else {
      if (add.p256dh() != null) {
        errors.add(wrong("p256dh", "Is for kind web_push only."));
      }
      if (add.auth() != null) {
        errors.add(wrong("auth", "Is for kind web_push only."));
      }
    }
    if (!errors.isEmpty()) {
      throw new RejectedException(NotificationApi.INVALID_DEVICE.fields(errors));
    }
  }

  private static FieldError wrong(String field, String message) {
    return new FieldError(field, FieldRules.WRONG_FORMAT, message);
  }
}
