package io.classbell.notification.push;

import io.classbell.notification.api.DeviceKind;
import io.classbell.notification.api.NotificationSettings.Fcm;
import io.classbell.notification.api.NotificationSettings.Push;
import io.classbell.notification.api.NotificationSettings.WebPushSettings;
import io.classbell.notification.push.keys.ServiceAccount;
import io.classbell.notification.push.keys.VapidKeys;
import io.classbell.platform.node.Node;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The providers that are configured, by kind of device. Devices of other kinds get nothing. */
public final class PushProviders implements PushPort {
  private static final String USUAL_URL = "https://fcm.googleapis.com";

  private final Map<DeviceKind, PushPort> providers = new EnumMap<>(DeviceKind.class);

  /** The settings have been checked. */
  public PushProviders(Node node, Push push) {
    if (push.fcm().isConfigured()) {
      PushPort fcm = fcm(node, push.fcm());
      providers.put(DeviceKind.token, fcm);
      providers.put(DeviceKind.fid, fcm);
    }
    WebPushSettings web = push.webPush();
    if (web.publicKey() != null && web.privateKey() != null && web.subject() != null) {
      providers.put(
          DeviceKind.web_push,
          new WebPush(
              node.outgoing(),
              node.clock(),
              VapidKeys.of(web.publicKey(), web.privateKey()),
              web.subject(),
              web.allowedHosts(),
              node.testMode()));
    }
  }

  private static PushPort fcm(Node node, Fcm fcm) {
    ServiceAccount account = ServiceAccount.of(Objects.requireNonNull(fcm.serviceAccount()));
    String tokenUrl = fcm.tokenUrl();
    String apiUrl = fcm.apiUrl() == null ? USUAL_URL : fcm.apiUrl();
    String project = fcm.projectId() == null ? account.projectId() : fcm.projectId();
    URI url = URI.create(tokenUrl == null ? account.tokenUrl() : tokenUrl);
    URI sendUrl = URI.create(apiUrl + "/v1/projects/" + project + "/messages:send");
    FcmAccess access = new FcmAccess(node.outgoing(), node.clock(), account, url);
    return new FcmPush(node.outgoing(), node.clock(), access, sendUrl);
  }

  @Override
  public Outcome send(Target device, Message message) {
    @Nullable PushPort provider = providers.get(device.kind());
    return provider == null ? new Ok() : provider.send(device, message);
  }
}
