package io.classbell.account.session;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Login;
import io.classbell.account.api.AccountApi.Tokens;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.api.EmailAddress;
import io.classbell.account.model.UserAccount;
import io.classbell.account.password.FairTurns;
import io.classbell.account.password.PasswordHasher;
import io.classbell.account.store.AccountStore;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.bus.Deadline;
import io.classbell.platform.config.Secret;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks passwords. Says the same and does the same for an unknown address, a disabled account and
 * a wrong password: one look for the account, one comparison, one count of the failure.
 *
 * <p>Failures are limited for an account from one network, for an account from all networks, and
 * for a network. A device that logged in to the account before has a count of its own instead, and
 * so has the network from which the password was reset a short while ago: strangers who fail cannot
 * lock the owner out.
 */
public final class Logins {
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  /** Somebody's password may change between comparison and session; then it is compared again. */
  private static final int MOST_TRIES = 3;

  private final Node node;
  private final AccountStore accounts;
  private final Sessions sessions;
  private final PasswordHasher passwords;
  private final LoginAttempts failures;
  private final KnownDevices devices;
  private final RecentResets resets;
  private final AccountSettings settings;
  private final Counter right;
  private final Counter wrong;

  public Logins(
      Node node,
      AccountStore accounts,
      Sessions sessions,
      PasswordHasher passwords,
      LoginAttempts failures,
      KnownDevices devices,
      RecentResets resets,
      AccountSettings settings) {
    this.node = node;
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.failures = failures;
    this.devices = devices;
    this.resets = resets;
    this.settings = settings;
    this.right = counter("right");
    this.wrong = counter("wrong");
  }

  private Counter counter(String outcome) {
    return Counter.builder("classbell.logins")
        .description("Logins, by whether the password was right")
        .tag("outcome", outcome)
        .register(node.meters());
  }

  public Tokens login(Login login) {
    String email = asStored(login.email());
    for (int i = 0; i < MOST_TRIES; i++) {
      UserAccount account = accounts.byEmail(node.database().read(), email);
      String device = devices.idOf(login.device(), account, node.clock().realNow());
      // A device's turns are apart from those of its network, where strangers may crowd.
      FairTurns.Lane lane =
          new FairTurns.Lane(
              device == null ? ClientNetwork.of(login.address()) : "device " + device,
              LoginAttempts.hash(email),
              login.requestId(),
              Deadline.current());
      prove(account, login.password(), lane, () -> reserve(email, login.address(), device));
      if (account != null) {
        UserAccount renewed = renewHash(account, login.password(), lane);
        Tokens tokens = sessions.begin(renewed);
        if (tokens != null) {
          right.increment();
          return tokens.withDevice(
              devices.remember(login.device(), renewed, node.clock().realNow()));
        }
      }
    }
    throw AccountApi.BAD_CREDENTIALS.refused();
  }

  /**
   * Returns if the password is that of an account whose owner is logged in; failures have a count
   * of their own.
   *
   * @throws RejectedException {@link AccountApi#BAD_CREDENTIALS}, {@link
   *     AccountApi#TOO_MANY_ATTEMPTS} or {@link AccountApi#BUSY}
   */
  public void prove(UserAccount owner, Secret password, FairTurns.Lane lane) {
    List<LoginAttempts.Limit> limits =
        List.of(failures.limit("owner", owner.id(), settings.failedLoginsPerAccountPerMinute()));
    prove(owner, password, lane, () -> failures.tryReserve(limits));
  }

  private void prove(
      @Nullable UserAccount account,
      Secret password,
      FairTurns.Lane lane,
      Supplier<LoginAttempts.@Nullable Reservation> reserve) {
    while (true) {
      passwords.enter(lane);
      try {
        LoginAttempts.Reservation reservation = reserve.get();
        if (reservation != null) {
          prove(account, password, reservation);
          return;
        }
      } finally {
        passwords.leave();
      }
      // Others guess at this moment, and may use up the limit: their outcome decides.
      if (lane.deadline() - System.nanoTime() <= 0) {
        throw FairTurns.BUSY;
      }
      LoginAttempts.pause();
    }
  }

  private void prove(
      @Nullable UserAccount account, Secret password, LoginAttempts.Reservation reservation) {
    boolean hasFailed = false;
    try {
      boolean matches =
          passwords.matches(password, account == null ? null : account.passwordHash());
      hasFailed = !matches || account == null || !account.isActive();
    } finally {
      failures.finish(reservation, hasFailed);
    }
    if (hasFailed) {
      wrong.increment();
      throw AccountApi.BAD_CREDENTIALS.refused();
    }
  }

  private LoginAttempts.@Nullable Reservation reserve(
      String email, String address, @Nullable String device) {
    int most = settings.failedLoginsPerAccountPerMinute();
    if (device != null) {
      return failures.tryReserve(List.of(failures.limit("device", device, most)));
    }
    try {
      return failures.tryReserve(
          List.of(
              failures.ofAccountAndNetwork(email, address, most),
              failures.ofAccount(email, settings.failedLoginsPerAccountFromAnywherePerMinute()),
              failures.ofNetwork(address, settings.failedLoginsPerAddressPerMinute())));
    } catch (RejectedException tooMany) {
      String reset = resets.find(email, address);
      if (reset == null) {
        throw tooMany;
      }
      return failures.tryReserve(List.of(failures.limit("reset", reset, most)));
    }
  }

  /** A text that is no address is looked for all the same, as one that nobody can have. */
  public static String asStored(String text) {
    EmailAddress email = EmailAddress.parse(text);
    return email == null ? "no address " + text : email.value();
  }

  /** The costs that are set may have changed since the password was hashed. */
  private UserAccount renewHash(UserAccount account, Secret password, FairTurns.Lane lane) {
    if (!passwords.isOutdated(account.passwordHash())) {
      return account;
    }
    String hash;
    try {
      hash = passwords.hash(lane, password).phc();
    } catch (RejectedException busy) {
      LOG.debug("a hash of old cost stays for now: {}", busy.getMessage());
      return account;
    }
    UserAccount renewed =
        account.withProfile(account.name(), account.timezone(), account.locale(), hash);
    boolean done =
        node.database()
            .inTransaction(
                tx -> {
                  UserAccount now = accounts.lock(tx, account.id());
                  boolean same = now != null && now.passwordHash().equals(account.passwordHash());
                  if (same) {
                    accounts.updateHash(tx, account.id(), hash, node.clock().realNow());
                  }
                  return same;
                });
    LOG.info("account {}: password hashed anew at the costs set", account.id());
    return done ? renewed : account;
  }
}
