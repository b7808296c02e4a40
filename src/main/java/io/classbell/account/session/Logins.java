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
 * Checks passwords and starts sessions. An unknown address, a disabled account and a wrong password
 * get the same response after the same work: one lookup, one comparison, one counted failure.
 *
 * <p>Failures are limited per account and network, per account, and per network. A device that has
 * logged in to the account before has a separate count instead. So does the network from which the
 * password was reset within the last ten minutes. Failed logins by others therefore cannot lock the
 * owner out.
 */
public final class Logins {
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  /**
   * The password may change between the comparison and the start of the session; then it is
   * compared again.
   */
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
    String email = storedForm(login.email());
    for (int i = 0; i < MOST_TRIES; i++) {
      UserAccount account = accounts.byEmail(node.database().read(), email);
      String device = devices.idOf(login.device(), account, node.clock().realNow());
      // A known device does not share turns with its network, which may be crowded.
      FairTurns.TurnRequest turnRequest =
          new FairTurns.TurnRequest(
              device == null ? ClientNetwork.of(login.address()) : "device " + device,
              LoginAttempts.hash(email),
              login.requestId(),
              Deadline.current());
      prove(account, login.password(), turnRequest, () -> reserve(email, login.address(), device));
      if (account != null) {
        UserAccount renewed = renewHash(account, login.password(), turnRequest);
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
   * Checks the password of a user who is logged in; failures have a separate count per account.
   *
   * @throws RejectedException {@link AccountApi#BAD_CREDENTIALS}, {@link
   *     AccountApi#TOO_MANY_ATTEMPTS} or {@link AccountApi#BUSY}
   */
  public void prove(UserAccount owner, Secret password, FairTurns.TurnRequest turnRequest) {
    List<LoginAttempts.Limit> limits =
        List.of(failures.limit("owner", owner.id(), settings.failedLoginsPerAccountPerMinute()));
    prove(owner, password, turnRequest, () -> failures.tryReserve(limits));
  }

  private void prove(
      @Nullable UserAccount account,
      Secret password,
      FairTurns.TurnRequest turnRequest,
      Supplier<LoginAttempts.@Nullable Reservation> reserve) {
    while (true) {
      passwords.enter(turnRequest);
      try {
        LoginAttempts.Reservation reservation = reserve.get();
        if (reservation != null) {
          prove(account, password, reservation);
          return;
        }
      } finally {
        passwords.leave();
      }
      // Concurrent attempts could exhaust the limit, so wait for their outcome.
      if (turnRequest.deadline() - System.nanoTime() <= 0) {
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

  /**
   * Returns the address in its stored form. An invalid address maps to a text that no account can
   * have, so that it takes the same path as an unknown one.
   */
  public static String storedForm(String text) {
    EmailAddress email = EmailAddress.parse(text);
    return email == null ? "no address " + text : email.value();
  }

  /** Hashes the password again if the cost parameters have changed since it was hashed. */
  private UserAccount renewHash(
      UserAccount account, Secret password, FairTurns.TurnRequest turnRequest) {
    if (!passwords.isOutdated(account.passwordHash())) {
      return account;
    }
    String hash;
    try {
      hash = passwords.hash(turnRequest, password).phc();
    } catch (RejectedException busy) {
      LOG.debug("The password hash keeps its old cost parameters for now: {}", busy.getMessage());
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
    LOG.info("Account {}: password hashed again with the current cost parameters", account.id());
    return done ? renewed : account;
  }
}
