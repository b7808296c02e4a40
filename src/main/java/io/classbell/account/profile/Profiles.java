package io.classbell.account.profile;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Changed;
import io.classbell.account.api.AccountApi.ProfileOf;
import io.classbell.account.api.AccountApi.UpdateProfile;
import io.classbell.account.api.AccountApi.Updated;
import io.classbell.account.api.AccountApi.User;
import io.classbell.account.model.ProfileFields;
import io.classbell.account.model.UserAccount;
import io.classbell.account.password.FairTurns;
import io.classbell.account.password.PasswordHasher;
import io.classbell.account.session.KnownDevices;
import io.classbell.account.session.Logins;
import io.classbell.account.session.Sessions;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.SessionStore.EndReason;
import io.classbell.platform.bus.Deadline;
import io.classbell.platform.config.Secret;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads and updates the caller's own profile. A disabled account is reported as not found. */
public final class Profiles {
  private static final Logger LOG = LoggerFactory.getLogger(Profiles.class);

  private final Node node;
  private final AccountStore accounts;
  private final Sessions sessions;
  private final PasswordHasher passwords;
  private final Logins logins;
  private final KnownDevices devices;

  public Profiles(
      Node node,
      AccountStore accounts,
      Sessions sessions,
      PasswordHasher passwords,
      Logins logins,
      KnownDevices devices) {
    this.node = node;
    this.accounts = accounts;
    this.sessions = sessions;
    this.passwords = passwords;
    this.logins = logins;
    this.devices = devices;
  }

  public User profile(ProfileOf profile) {
    return requireActive(accounts.byId(node.database().read(), profile.userId())).user();
  }

  /**
   * Updates the fields that are not null. A new password ends the user's sessions and starts a new
   * one.
   */
  public Updated update(UpdateProfile update) {
    ProfileFields fields = new ProfileFields();
    String name = update.name() == null ? null : fields.name(update.name());
    String timezone = update.timezone() == null ? null : fields.timezone(update.timezone());
    String locale = update.locale() == null ? null : fields.locale(update.locale());
    if (update.newPassword() != null) {
      fields.newPassword("newPassword", update.newPassword());
      if (update.currentPassword() == null) {
        fields.missing("currentPassword", "The current password is needed to set a new one.");
      }
    }
    fields.rejectIfInvalid();

    UserAccount before = requireActive(accounts.byId(node.database().read(), update.userId()));
    String newHash = newHash(before, update.currentPassword(), update.newPassword());
    Updated updated =
        node.database()
            .inTransaction(
                tx -> {
                  UserAccount now = requireActive(accounts.lock(tx, update.userId()));
                  UserAccount changed =
                      now.withProfile(
                          name == null ? now.name() : name,
                          timezone == null ? now.timezone() : timezone,
                          locale == null ? now.locale() : locale,
                          newHash == null ? now.passwordHash() : newHash);
                  if (newHash != null) {
                    requireUnchangedPassword(before, now);
                    sessions.endAllOf(tx, now.id(), EndReason.password);
                  }
                  write(tx, changed);
                  return new Updated(
                      changed.user(),
                      newHash == null
                          ? null
                          : sessions
                              .begin(tx, changed)
                              .withDevice(
                                  devices.remember(
                                      update.device(), changed, node.clock().realNow())));
                });
    if (updated.session() != null) {
      LOG.info("account {}: password changed", updated.user().id());
    }
    return updated;
  }

  private void write(Tx tx, UserAccount changed) {
    accounts.update(tx, changed, node.clock().realNow());
    tx.afterCommit(() -> node.bus().publish(AccountApi.PERSON_CHANGED, new Changed(changed.id())));
  }

  /**
   * Checks the current password and hashes the new one. A wrong current password counts as a failed
   * login of the account.
   */
  private @Nullable String newHash(
      UserAccount account, @Nullable Secret current, @Nullable Secret next) {
    if (current == null || next == null) {
      return null;
    }
    FairTurns.TurnRequest turnRequest =
        new FairTurns.TurnRequest("owner " + account.id(), account.id(), null, Deadline.current());
    try {
      logins.prove(account, current, turnRequest);
    } catch (RejectedException refused) {
      throw refused.failure().code().equals(AccountApi.BAD_CREDENTIALS.code())
          ? wrongCurrent()
          : refused;
    }
    return passwords.hash(turnRequest, next).phc();
  }

  /** Rejects the change if the password was replaced while the new one was being hashed. */
  private static void requireUnchangedPassword(UserAccount proven, UserAccount now) {
    if (!proven.passwordHash().equals(now.passwordHash())) {
      throw wrongCurrent();
    }
  }

  /** A field error rather than a 401, because the caller's access token is valid. */
  private static RejectedException wrongCurrent() {
    return new RejectedException(
        Rejection.ofFields(
            List.of(
                new FieldError(
                    "currentPassword", "wrong_password", "The current password is wrong."))));
  }

  private static UserAccount requireActive(@Nullable UserAccount account) {
    if (account == null || !account.isActive()) {
      throw AccountApi.NOT_FOUND.refused();
    }
    return account;
  }
}
