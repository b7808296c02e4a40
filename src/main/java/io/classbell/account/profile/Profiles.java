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

/** One's own account. A disabled one answers as one that does not exist. */
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
    return mustBeActive(accounts.byId(node.database().read(), profile.userId())).user();
  }

  /** What is null stays. A new password ends the user's sessions and begins another. */
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
    fields.mustBeSound();

    UserAccount before = mustBeActive(accounts.byId(node.database().read(), update.userId()));
    String newHash = newHash(before, update.currentPassword(), update.newPassword());
    Updated updated =
        node.database()
            .inTransaction(
                tx -> {
                  UserAccount now = mustBeActive(accounts.lock(tx, update.userId()));
                  UserAccount changed =
                      now.withProfile(
                          name == null ? now.name() : name,
                          timezone == null ? now.timezone() : timezone,
                          locale == null ? now.locale() : locale,
                          newHash == null ? now.passwordHash() : newHash);
                  if (newHash != null) {
                    mustStillBe(before, now);
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

  /** Guesses at the current password count as failed logins of the account. */
  private @Nullable String newHash(
      UserAccount account, @Nullable Secret current, @Nullable Secret next) {
    if (current == null || next == null) {
      return null;
    }
    FairTurns.Lane lane =
        new FairTurns.Lane("owner " + account.id(), account.id(), null, Deadline.current());
    try {
      logins.prove(account, current, lane);
    } catch (RejectedException refused) {
      throw refused.failure().code().equals(AccountApi.BAD_CREDENTIALS.code())
          ? wrongCurrent()
          : refused;
    }
    return passwords.hash(lane, next).phc();
  }

  /** The password that was proven may have been replaced while the new one was hashed. */
  private static void mustStillBe(UserAccount proven, UserAccount now) {
    if (!proven.passwordHash().equals(now.passwordHash())) {
      throw wrongCurrent();
    }
  }

  /** A field at fault and no 401: the caller's access token is good. */
  private static RejectedException wrongCurrent() {
    return new RejectedException(
        Rejection.ofFields(
            List.of(
                new FieldError(
                    "currentPassword", "wrong_password", "The current password is wrong."))));
  }

  private static UserAccount mustBeActive(@Nullable UserAccount account) {
    if (account == null || !account.isActive()) {
      throw AccountApi.NOT_FOUND.refused();
    }
    return account;
  }
}
