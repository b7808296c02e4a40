package io.classbell.account;

import io.classbell.account.administration.UserAdministration;
import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.feed.CalendarFeeds;
import io.classbell.account.password.PasswordHasher;
import io.classbell.account.profile.FixedAccounts;
import io.classbell.account.profile.ProfileQueries;
import io.classbell.account.profile.Profiles;
import io.classbell.account.profile.Registrations;
import io.classbell.account.reset.PasswordResets;
import io.classbell.account.session.KnownDevices;
import io.classbell.account.session.LoginAttempts;
import io.classbell.account.session.Logins;
import io.classbell.account.session.RecentResets;
import io.classbell.account.session.Sessions;
import io.classbell.account.session.TokenIssuer;
import io.classbell.account.store.AccountMailLimitStore;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.ResetStore;
import io.classbell.account.store.SessionStore;
import io.classbell.account.verification.AccountMailLimits;
import io.classbell.account.verification.EmailVerifications;
import io.classbell.platform.PeriodicJob;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.node.Node;
import io.classbell.platform.redis.RedisStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.List;

/** Serves registration, login, sessions and profiles on the bus. Deployed on virtual threads. */
public final class AccountVerticle extends VerticleBase {
  private static final Duration CLEANUP_INTERVAL = Duration.ofMinutes(10);

  private final Node node;
  private final AccountSettings settings;
  private final RedisStore redis;
  private final String publicUrl;
  private PasswordHasher passwords;

  /**
   * @param publicUrl base URL of the platform, for links in mails
   */
  public AccountVerticle(Node node, AccountSettings settings, RedisStore redis, String publicUrl) {
    this.node = node;
    this.settings = settings;
    this.redis = redis;
    this.publicUrl = publicUrl;
  }

  @Override
  public Future<?> start() {
    Bus bus = node.bus();
    passwords = new PasswordHasher(settings.argon2(), node.meters());
    AccountStore accounts = new AccountStore();
    Sessions sessions =
        new Sessions(
            node,
            accounts,
            new SessionStore(),
            new TokenIssuer(vertx, settings, node.clock()),
            settings);
    KnownDevices devices = new KnownDevices(settings.jwtSecret());
    RecentResets recentResets = new RecentResets(redis);
    Logins logins =
        new Logins(
            node,
            accounts,
            sessions,
            passwords,
            new LoginAttempts(redis, "login", "failed logins", System::nanoTime),
            devices,
            recentResets,
            settings);
    Boolean verifyEmail = settings.verifyEmail();
    boolean verify = verifyEmail == null ? !node.testMode() : verifyEmail;
    String links =
        publicUrl.endsWith("/") ? publicUrl.substring(0, publicUrl.length() - 1) : publicUrl;
    AccountMailLimits limits =
        new AccountMailLimits(
            new AccountMailLimitStore(),
            settings.mailsPerRecipientPerHour(),
            settings.mailsPerAddressPerHour());
    EmailVerifications verifications =
        new EmailVerifications(
            node,
            accounts,
            ResetStore.ofVerifications(),
            limits,
            verify,
            settings.verificationTokenLife(),
            links);
    Registrations registrations = new Registrations(node, accounts, passwords, verifications);
    PasswordResets resets =
        new PasswordResets(
            node,
            accounts,
            ResetStore.ofPasswordResets(),
            sessions,
            passwords,
            new LoginAttempts(redis, "reset", "password resets", System::nanoTime),
            recentResets,
            devices,
            limits,
            verifications,
            settings,
            links);
    Profiles profiles = new Profiles(node, accounts, sessions, passwords, logins, devices);
    ProfileQueries queries = new ProfileQueries(node, accounts, verify);

    new FixedAccounts(registrations).ensure(settings.firstAdmin(), node.testMode());
    scheduleCleanup(sessions, resets, verifications, limits);

    return Future.all(
        List.of(
            bus.serve(AccountApi.REGISTER, registrations::register),
            bus.serve(AccountApi.LOGIN, logins::login),
            bus.on(AccountApi.GIVEN_UP, request -> passwords.cancel(request.requestId())),
            bus.serve(AccountApi.REFRESH, sessions::refresh),
            bus.serve(AccountApi.LOGOUT, sessions::logout),
            bus.serve(AccountApi.REQUEST_RESET, resets::request),
            bus.serve(AccountApi.CONFIRM_RESET, resets::confirm),
            bus.serve(AccountApi.VERIFY_EMAIL, verifications::verify),
            bus.serve(AccountApi.RESEND_VERIFICATION, verifications::resend),
            bus.serve(AccountApi.PROFILE, profiles::profile),
            bus.serve(AccountApi.UPDATE_PROFILE, profiles::update),
            new CalendarFeeds(node, accounts).register(bus),
            bus.serve(AccountApi.LIST_TEACHERS, queries::teachers),
            bus.serve(AccountApi.LIST_USERS, queries::users),
            bus.serve(AccountApi.PEOPLE, queries::people),
            new UserAdministration(node, accounts, sessions).register(bus),
            bus.serve(AccountApi.ADMINS, queries::admins),
            bus.serve(AccountApi.ENDED_SINCE, sessions::endedSince),
            bus.serveTask(PasswordResets.REQUESTED, resets::mail)));
  }

  @Override
  public Future<?> stop() {
    passwords.close();
    return Future.succeededFuture();
  }

  private void scheduleCleanup(
      Sessions sessions,
      PasswordResets resets,
      EmailVerifications verifications,
      AccountMailLimits limits) {
    PeriodicJob.start(
        vertx,
        CLEANUP_INTERVAL,
        "deleting expired sessions and tokens",
        () -> {
          sessions.deleteExpired();
          resets.deleteExpired();
          verifications.deleteExpired();
          limits.deleteExpired(node);
        });
  }
}
