package io.classbell.account;

import io.classbell.account.AccountApi.Login;
import io.classbell.account.AccountApi.Tokens;
import io.classbell.platform.Node;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.config.Secret;
import io.micrometer.core.instrument.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passwords at the door. Says the same and does the same for an unknown address, a disabled account
 * and a wrong password: one look for the account, one comparison, one count of the failure.
 */
final class Logins {
  private static final Logger LOG = LoggerFactory.getLogger(Logins.class);

  /** Somebody's password may change between comparison and session; then it is compared again. */
  private static final int MOST_TRIES = 3;

  private final Node node;
  private final AccountStore accounts;
  private final Sessions sessions;
  private final Passwords passwords;
  private final Attempts failures;
  private final Counter right;
  private final Counter wrong;

  Logins(
      Node node, AccountStore accounts, Sessions sessions, Passwords passwords, Attempts failures) {
    this.node = node;
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.failures = failures;
    this.right = counter("right");
    this.wrong = counter("wrong");
  }

  private Counter counter(String outcome) {
    return Counter.builder("classbell.logins")
        .description("Logins, by whether the password was right")
        .tag("outcome", outcome)
        .register(node.meters());
  }

  Tokens login(Login login) {
    String email = asStored(login.email());
    for (int i = 0; i < MOST_TRIES; i++) {
      AccountRow account = accounts.byEmail(node.database().read(), email);
      prove(account, email, login.password(), login.address());
      Tokens tokens = account == null ? null : sessions.begin(renewHash(account, login.password()));
      if (tokens != null) {
        right.increment();
        return tokens;
      }
    }
    throw AccountApi.BAD_CREDENTIALS.refused();
  }

  /**
   * Returns where the password is the account's and the account may come in.
   *
   * @throws Refused {@link AccountApi#BAD_CREDENTIALS}, {@link AccountApi#TOO_MANY_ATTEMPTS} or
   *     {@link AccountApi#BUSY}
   */
  void prove(@Nullable AccountRow account, String email, Secret password, String address) {
    Attempts.Who who = failures.who(email, address);
    failures.mustBeLeft(who);
    boolean proven =
        passwords.check(
            password,
            account == null ? null : account.passwordHash(),
            () -> failures.mustBeLeftHere(who),
            matches -> {
              boolean mayCome = matches && account != null && account.isActive();
              if (!mayCome) {
                failures.count(who);
              }
              return mayCome;
            });
    if (!proven) {
      wrong.increment();
      throw AccountApi.BAD_CREDENTIALS.refused();
    }
  }

  /** A text that is no address is looked for all the same, as one that nobody can have. */
  static String asStored(String text) {
    EmailAddress email = EmailAddress.parse(text);
    return email == null ? "no address " + text : email.value();
  }

  /** The costs that are set may have changed since the password was hashed. */
  private AccountRow renewHash(AccountRow account, Secret password) {
    if (!passwords.isOutdated(account.passwordHash())) {
      return account;
    }
    String hash;
    try {
      hash = passwords.hash(password).phc();
    } catch (Refused busy) {
      LOG.debug("a hash of old cost stays for now: {}", busy.getMessage());
      return account;
    }
    AccountRow renewed =
        account.withProfile(account.name(), account.timezone(), account.locale(), hash);
    boolean done =
        node.database()
            .inTransaction(
                tx -> {
                  AccountRow now = accounts.lock(tx, account.id());
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
