package io.classbell.account.reset;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.ConfirmReset;
import io.classbell.account.api.AccountApi.RequestReset;
import io.classbell.account.api.AccountApi.ResetConfirmed;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.model.ProfileFields;
import io.classbell.account.model.UserAccount;
import io.classbell.account.password.FairTurns;
import io.classbell.account.password.PasswordHasher;
import io.classbell.account.session.KnownDevices;
import io.classbell.account.session.LoginAttempts;
import io.classbell.account.session.Logins;
import io.classbell.account.session.OpaqueToken;
import io.classbell.account.session.RecentResets;
import io.classbell.account.session.Sessions;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.ResetStore;
import io.classbell.account.store.ResetStore.ResetRow;
import io.classbell.account.store.SessionStore.EndReason;
import io.classbell.account.verification.AccountMailLimits;
import io.classbell.account.verification.EmailVerifications;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Deadline;
import io.classbell.platform.bus.Task;
import io.classbell.platform.config.Secret;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resets passwords by a link in a mail. A request is stored and answered before the account is
 * looked up, so neither the response nor its timing tells whether the address has an account.
 */
public final class PasswordResets {
  /** Task that mails the reset link if the address has an account. */
  public static final Task<Requested> REQUESTED =
      Task.of("account.reset-requested", Requested.class);

  private static final Logger LOG = LoggerFactory.getLogger(PasswordResets.class);
  private static final String TEMPLATE = "password_reset";
  private static final Duration RETENTION = Duration.ofDays(1);

  /**
   * {@code address} is the client's; null if the sending node runs a release without this field.
   */
  public record Requested(String requestId, Secret email, @Nullable String address) {}

  private final Node node;
  private final AccountStore accounts;
  private final ResetStore store;
  private final Sessions sessions;
  private final PasswordHasher passwords;
  private final LoginAttempts requests;
  private final RecentResets recent;
  private final KnownDevices devices;
  private final AccountMailLimits limits;
  private final EmailVerifications verifications;
  private final AccountSettings settings;
  private final Duration life;
  private final String publicUrl;

  public PasswordResets(
      Node node,
      AccountStore accounts,
      ResetStore store,
      Sessions sessions,
      PasswordHasher passwords,
      LoginAttempts requests,
      RecentResets recent,
      KnownDevices devices,
      AccountMailLimits limits,
      EmailVerifications verifications,
      AccountSettings settings,
      String publicUrl) {
    this.node = node;
    this.accounts = accounts;
    this.store = store;
    this.sessions = sessions;
    this.passwords = passwords;
    this.requests = requests;
    this.recent = recent;
    this.devices = devices;
    this.limits = limits;
    this.verifications = verifications;
    this.settings = settings;
    this.life = settings.resetTokenLife();
    this.publicUrl = publicUrl;
  }

  public Ack request(RequestReset request) {
    String email = Logins.storedForm(request.email());
    requests.count(
        List.of(
            requests.ofAccount(email, settings.failedLoginsPerAccountPerMinute()),
            requests.ofNetwork(request.address(), settings.failedLoginsPerAddressPerMinute())));
    Requested requested = new Requested(Ids.next(), Secret.of(email), request.address());
    node.database()
        .inTransaction(
            tx -> {
              node.outbox()
                  .write(tx, List.of(node.outbox().message(REQUESTED, null, requested, null)));
              return Ack.DONE;
            });
    return Ack.DONE;
  }

  /**
   * Handles a batch from the outbox. A request that is delivered twice may create two tokens, but
   * causes one mail.
   */
  public List<Task.Failed> mail(List<Task.Due<Requested>> batch) {
    List<Task.Failed> failed = new ArrayList<>();
    for (Task.Due<Requested> due : batch) {
      try {
        mail(due.body());
      } catch (RuntimeException e) {
        LOG.warn("A password reset mail could not be queued; trying again: {}", e.getMessage());
        failed.add(Task.Failed.of(due.id(), e));
      }
    }
    return failed;
  }

  /**
   * Sets the password and ends every session of the user. All reset tokens of the user become
   * invalid. Failed logins by other clients do not lock out the device and the network that reset
   * the password.
   */
  public ResetConfirmed confirm(ConfirmReset confirm) {
    ProfileFields fields = new ProfileFields();
    Secret password = fields.newPassword("password", confirm.password());
    fields.rejectIfInvalid();
    String tokenHash = OpaqueToken.hashOf(confirm.token());
    ResetRow found = store.find(node.database().read(), tokenHash);
    if (found == null || !found.isUsable(node.clock().realNow())) {
      throw AccountApi.INVALID_TOKEN.refused();
    }
    String address = confirm.address();
    FairTurns.TurnRequest turnRequest =
        new FairTurns.TurnRequest(
            "reset " + (address == null ? "" : ClientNetwork.of(address)),
            found.userId(),
            null,
            Deadline.current());
    String passwordHash = passwords.hash(turnRequest, password).phc();
    UserAccount account =
        node.database().inTransaction(tx -> set(tx, found.userId(), tokenHash, passwordHash));
    LOG.info("Account {}: password reset by mail", found.userId());
    if (address != null) {
      recent.add(account.email(), address);
    }
    return new ResetConfirmed(devices.remember(confirm.device(), account, node.clock().realNow()));
  }

  /** Deletes tokens that expired more than a day ago. Called periodically. */
  public void deleteExpired() {
    Instant before = node.clock().realNow().minus(RETENTION);
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> store.deleteExpiredBefore(tx, before));
    }
  }

  private void mail(Requested requested) {
    UserAccount account = accounts.byEmail(node.database().read(), requested.email().reveal());
    if (account == null || !account.isActive()) {
      return;
    }
    OpaqueToken token = OpaqueToken.next();
    NotificationApi.Mail mail =
        new NotificationApi.Mail(
            "reset:" + requested.requestId(),
            account.id(),
            TEMPLATE,
            Secret.of(publicUrl + "/reset?token=" + token.secret().reveal()),
            Map.of("minutes", Long.toString(life.toMinutes())));
    node.database()
        .inTransaction(
            tx -> {
              Instant now = node.clock().realNow();
              if (limits.take(tx, account.email(), requested.address(), now).isPositive()) {
                LOG.info(
                    "Account {}: no password reset mail sent, because the limit of mails is reached",
                    account.id());
                return Ack.DONE;
              }
              store.insert(tx, token.hash(), account.id(), now.plus(life));
              node.outbox()
                  .write(
                      tx, List.of(node.outbox().message(NotificationApi.MAIL, null, mail, null)));
              return Ack.DONE;
            });
  }

  private UserAccount set(Tx tx, String userId, String tokenHash, String passwordHash) {
    UserAccount account = accounts.lock(tx, userId);
    ResetRow token = store.lock(tx, tokenHash);
    Instant now = node.clock().realNow();
    if (account == null || !account.isActive() || token == null || !token.isUsable(now)) {
      throw AccountApi.INVALID_TOKEN.refused();
    }
    store.useAllOf(tx, userId, now);
    accounts.updateHash(tx, userId, passwordHash, now);
    // The link was mailed, so it proves that the owner receives mails at the address.
    verifications.verified(tx, account, now);
    sessions.endAllOf(tx, userId, EndReason.password);
    return account.withHash(passwordHash);
  }
}
