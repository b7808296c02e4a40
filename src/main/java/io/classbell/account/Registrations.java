package io.classbell.account;

import io.classbell.account.AccountApi.Register;
import io.classbell.account.AccountApi.User;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.Ids;
import io.classbell.platform.Node;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Deadline;
import io.classbell.platform.config.Secret;
import io.classbell.platform.db.SqlErrors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes accounts: those that people register, and those that the platform starts with. */
final class Registrations {
  private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);

  private final Node node;
  private final AccountStore accounts;
  private final Passwords passwords;
  private final EmailVerifications verifications;

  Registrations(
      Node node, AccountStore accounts, Passwords passwords, EmailVerifications verifications) {
    this.node = node;
    this.accounts = accounts;
    this.passwords = passwords;
    this.verifications = verifications;
  }

  /** The same command again gives the account that it made. */
  User register(Register register) {
    Fields fields = new Fields();
    String email = fields.email(register.email());
    Secret password = fields.newPassword("password", register.password());
    String name = fields.name(register.name());
    Role role = fields.openRole(register.role());
    String timezone = fields.timezone(register.timezone());
    String locale = fields.locale(register.locale());
    fields.mustBeSound();
    AccountRow before = accounts.byEmail(node.database().read(), email);
    if (before != null) {
      return firstAnswer(before, register.commandId());
    }
    FairTurns.Lane lane =
        new FairTurns.Lane(
            ClientNetwork.of(register.address()),
            Attempts.hash(email),
            register.commandId(),
            Deadline.current());
    String hash = passwords.hash(lane, password).phc();
    AccountRow account =
        row(
            Ids.next(),
            email,
            hash,
            name,
            role,
            timezone,
            locale,
            register.commandId(),
            !verifications.areNeeded());
    if (insert(account, register.address())) {
      LOG.info("account {} registered: {}", account.id(), role);
      return account.user();
    }
    return firstAnswer(accounts.byEmail(node.database().read(), email), register.commandId());
  }

  /** Makes an account unless its address has one, whatever it is. */
  void ensure(String id, String email, Secret password, String name, Role role, String timezone) {
    AccountRow there = accounts.byEmail(node.database().read(), email);
    if (there != null) {
      if (there.role() != role) {
        LOG.warn(
            "account {} is to be {} by configuration, but is {}", there.id(), role, there.role());
      }
      return;
    }
    FairTurns.Lane lane = new FairTurns.Lane("platform", id, null, Deadline.current());
    String hash = passwords.hash(lane, password).phc();
    if (insert(row(id, email, hash, name, role, timezone, "en", null, true), null)) {
      LOG.info("account {} made: {}", id, role);
    }
  }

  private AccountRow row(
      String id,
      String email,
      String passwordHash,
      String name,
      Role role,
      String timezone,
      String locale,
      @Nullable String commandId,
      boolean emailVerified) {
    return new AccountRow(
        id,
        email,
        passwordHash,
        name,
        role,
        AccountRow.ACTIVE,
        timezone,
        locale,
        node.clock().realNow(),
        commandId,
        emailVerified);
  }

  /**
   * Inserts the account and, unless its address counts as verified, sends the verification mail.
   *
   * @return false where another request has registered the address meanwhile
   */
  private boolean insert(AccountRow account, @Nullable String clientAddress) {
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

  private static User firstAnswer(@Nullable AccountRow there, String commandId) {
    if (there == null || !commandId.equals(there.commandId())) {
      throw AccountApi.EMAIL_TAKEN.refused();
    }
    return there.user();
  }
}
