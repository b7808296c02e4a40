package io.classbell.boot;

import io.classbell.account.AccountVerticle;
import io.classbell.account.api.DemoAccount;
import io.classbell.booking.BookingVerticle;
import io.classbell.http.HttpVerticle;
import io.classbell.http.api.Installation;
import io.classbell.http.api.TokenRules;
import io.classbell.notification.NotificationVerticle;
import io.classbell.payment.PaymentVerticle;
import io.classbell.platform.health.Health;
import io.classbell.platform.node.Node;
import io.classbell.platform.redis.RedisStore;
import io.classbell.schedule.ScheduleVerticle;
import io.classbell.wallet.WalletVerticle;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Maps roles to verticles, all of which run on virtual threads. */
final class Roles {
  private final Settings settings;
  private final Node node;
  private final RedisStore redis;
  private final Health health;

  Roles(Settings settings, Node node, RedisStore redis, Health health) {
    this.settings = settings;
    this.node = node;
    this.redis = redis;
    this.health = health;
  }

  /**
   * Sorts the roles with HTTP last, so that the node accepts requests only when the other roles are
   * running.
   */
  static List<NodeSettings.Role> inOrder(List<NodeSettings.Role> roles) {
    return roles.stream()
        .sorted(Comparator.comparing(role -> role == NodeSettings.Role.HTTP))
        .toList();
  }

  VerticleBase verticle(NodeSettings.Role role) {
    return switch (role) {
      case BOOKING -> new BookingVerticle(node, settings.booking());
      case WALLET -> new WalletVerticle(node, settings.wallet());
      case PAYMENT ->
          new PaymentVerticle(
              node, settings.payment(), settings.wallet(), settings.http().publicUrl());
      case SCHEDULE -> new ScheduleVerticle(node, settings.schedule());
      case HTTP ->
          new HttpVerticle(node, settings.http(), tokenRules(), redis, health, installation());
      case ACCOUNT ->
          new AccountVerticle(node, settings.account(), redis, settings.http().publicUrl());
      case NOTIFICATION -> new NotificationVerticle(node, redis, settings.notification());
    };
  }

  /** Returns what HTTP tells clients about the other modules' settings. */
  private Installation installation() {
    return new Installation(
            settings.booking(), providers(), settings.isTest() ? DemoAccount.ALL : List.of())
        .withWebPushKey(settings.notification().push().webPush().publicKey());
  }

  private List<Installation.Provider> providers() {
    List<Installation.Provider> providers = new ArrayList<>();
    if (settings.payment().offersStripe(settings.isTest())) {
      providers.add(new Installation.Provider("stripe", true, true));
    }
    if (settings.payment().offersPayPal(settings.isTest())) {
      providers.add(new Installation.Provider("paypal", true, true));
    }
    providers.add(new Installation.Provider("manual", false, true));
    return providers;
  }

  private TokenRules tokenRules() {
    return new TokenRules(
        settings.account().jwtSecret(),
        settings.account().issuer(),
        settings.account().audience(),
        settings.account().accessTokenLife());
  }
}
