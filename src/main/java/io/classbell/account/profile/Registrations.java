package io.classbell.account.profile;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Register;
import io.classbell.account.api.AccountApi.User;
import io.classbell.account.model.ProfileFields;
import io.classbell.account.model.UserAccount;
import io.classbell.account.password.FairTurns;
import io.classbell.account.password.PasswordHasher;
import io.classbell.account.session.LoginAttempts;
import io.classbell.account.store.AccountStore;
import io.classbell.account.verification.EmailVerifications;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Deadline;
import io.classbell.platform.config.Secret;
import io.classbell.platform.db.SqlErrors;
import io.classbell.platform.node.Node;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates accounts: those that users register, and those that exist from the start. */
public final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

  private final Node node;
  private final AccountStore accounts;
  private final PasswordHasher passwords;
  private final EmailVerifications verifications;

  public Registrations(
      Node node,
      AccountStore accounts,
      PasswordHasher passwords,
      EmailVerifications verifications) {
    this.node = node;
    this.accounts = accounts;
    this.passwords = passwords;
    this.verifications = verifications;
  }

  /**
   * Registers an account. A repeated command returns the account that it created the first time.
   */
  public User register(Register register) {
    ProfileFields fields = new ProfileFields();
    String email = fields.email(register.email());
    Secret password = fields.newPassword("password", register.password());
    String name = fields.name(register.name());
    Role role = fields.registrableRole(register.role());
    String timezone = fields.timezone(register.timezone());
    String locale = fields.locale(register.locale());
    fields.rejectIfInvalid();
    UserAccount before = accounts.byEmail(node.database().read(), email);
    if (before != null) {
      return accountOfCommand(before, register.commandId());
    }
    FairTurns.TurnRequest turnRequest =
        new FairTurns.TurnRequest(
            ClientNetwork.of(register.address()),
            LoginAttempts.hash(email),
            register.commandId(),
            Deadline.current());
    String hash = passwords.hash(turnRequest, password).phc();
    UserAccount account =
        row(
            Ids.next(),
            email,
            hash,
            name,
            role,
            timezone,
            locale,
            register.commandId(),
            !verifications.areRequired());
    if (insert(account, register.address())) {
      LOG.info("Account {} registered with the role {}", account.id(), role);
      return account.user();
    }
    return accountOfCommand(accounts.byEmail(node.database().read(), email), register.commandId());
  }

  /** Creates an account unless the address already has one, of whatever role. */
  void ensure(String id, String email, Secret password, String name, Role role, String timezone) {
    UserAccount existing = accounts.byEmail(node.database().read(), email);
    if (existing != null) {
      if (existing.role() != role) {
        LOG.warn(
            "Account {} should have the role {} according to the settings, but has the role {}",
            existing.id(),
            role,
            existing.role());
      }
      return;
    }
    FairTurns.TurnRequest turnRequest =
        new FairTurns.TurnRequest("platform", id, null, Deadline.current());
    String hash = passwords.hash(turnRequest, password).phc();
    if (insert(row(id, email, hash, name, role, timezone, "en", null, true), null)) {
      LOG.info("Account {} created with the role {}", id, role);
    }
  }

  private UserAccount row(
      String id,
      String email,
      String passwordHash,
      String name,
      Role role,
      String timezone,
      String locale,
      @Nullable String commandId,
      boolean emailVerified) {
    return new UserAccount(
        id,
        email,
        passwordHash,
        name,
        role,
        UserAccount.ACTIVE,
        timezone,
        locale,
        node.clock().realNow(),
        commandId,
        emailVerified);
  }

  /**
   * Inserts the account and, unless its address counts as verified, sends the verification mail.
   *
   * @return false if another request has registered the address meanwhile
   */
  private boolean insert(UserAccount account, @Nullable String clientAddress) {
    try {
      node.database()
          .inTransaction(
              tx -> {
                accounts.insert(tx, account);
                if (!account.emailVerified()) {
                  verifications.mail(tx, account, clientAddress);
                }
                return account;
              });
      return true;
    } catch (RuntimeException e) {
      if (AccountStore.EMAIL_KEY.equals(SqlErrors.duplicateKey(e))) {
        return false;
      }
      throw e;
    }
  }

  private static User accountOfCommand(@Nullable UserAccount existing, String commandId) {
    if (existing == null || !commandId.equals(existing.commandId())) {
      throw AccountApi.EMAIL_TAKEN.refused();
    }
    return existing.user();
  }
}
