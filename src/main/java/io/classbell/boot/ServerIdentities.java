package io.classbell.boot;

import io.classbell.notification.api.NotificationSettings.Smtp;
import io.classbell.notification.api.NotificationSettings.StartTls;
import io.classbell.platform.tls.TlsFailure;
import io.classbell.platform.tls.TlsProbe;
import io.classbell.platform.tls.TlsProbe.Opening;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Checks at start that TLS servers have the expected certificates. An unreachable server may come
 * back, but a server with a wrong certificate is a configuration error, so the program does not
 * start.
 */
public final class ServerIdentities {
  private static final int REDIS_PORT = 6379;

  private ServerIdentities() {}

  /**
   * Checks all servers.
   *
   * @throws StartFailure with a sentence for each server that is not trusted
   */
  public static void check(Settings settings) {
    List<String> found = new ArrayList<>();
    URI redis = URI.create(settings.redis().uri().reveal());
    if ("rediss".equals(redis.getScheme())) {
      int port = redis.getPort() < 0 ? REDIS_PORT : redis.getPort();
      TlsFailure why =
          TlsProbe.ask(redis.getHost(), port, settings.redis().tlsCa(), Opening.AT_ONCE);
      add(found, why, "redis.uri", "redis.tlsCa", redis.getHost() + ":" + port);
    }
    Smtp smtp = settings.notification().smtp();
    boolean isAsked = settings.node().roles().contains(NodeSettings.Role.NOTIFICATION);
    if (isAsked && (smtp.implicitTls() || smtp.startTls() == StartTls.REQUIRED)) {
      Opening how = smtp.implicitTls() ? Opening.AT_ONCE : Opening.SMTP_STARTTLS;
      add(
          found,
          TlsProbe.ask(smtp.host(), smtp.port(), smtp.tlsCa(), how),
          "notification.smtp." + (smtp.implicitTls() ? "implicitTls" : "startTls"),
          "notification.smtp.host",
          "notification.smtp.tlsCa",
          smtp.host() + ":" + smtp.port());
    }
    if (!found.isEmpty()) {
      throw new StartFailure(String.join("\n", found));
    }
  }

  /** Returns the error of an untrusted database; null if trust was not the problem. */
  static @Nullable String ofDatabase(Settings settings, Throwable failure) {
    List<String> found = new ArrayList<>();
    String address = settings.database().host() + ":" + settings.database().port();
    add(
        found,
        TlsFailure.of(failure),
        "database.tlsMode",
        "database.host",
        "database.tlsCa",
        address);
    return found.isEmpty() ? null : found.getFirst();
  }

  private static void add(
      List<String> found, @Nullable TlsFailure why, String uri, String ca, String address) {
    add(found, why, uri, uri, ca, address);
  }

  private static void add(
      List<String> found,
      @Nullable TlsFailure why,
      String modeSetting,
      String hostSetting,
      String caSetting,
      String address) {
    if (why != null) {
      String setting =
          switch (why) {
            case UNKNOWN_AUTHORITY -> caSetting;
            case OTHER_HOST -> hostSetting;
            case NO_TLS -> modeSetting;
          };
      found.add(setting + ": the server at " + address + " is not trusted: " + why.inWords());
    }
  }
}
