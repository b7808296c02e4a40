package io.classbell.account.verification;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Changed;
import io.classbell.account.api.AccountApi.ResendVerification;
import io.classbell.account.api.AccountApi.VerifyEmail;
import io.classbell.account.model.UserAccount;
import io.classbell.account.session.OpaqueToken;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.ResetStore;
import io.classbell.account.store.ResetStore.ResetRow;
import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.config.Secret;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies e-mail addresses by a link in a mail. An account with an unverified address works, but
 * gets no mails other than account mails.
 */
public final class EmailVerifications {
  private static final Logger LOG = LoggerFactory.getLogger(EmailVerifications.class);
  private static final String TEMPLATE = "email_verification";
  private static final Duration RETENTION = Duration.ofDays(1);

  private final Node node;
  private final AccountStore accounts;
  private final ResetStore store;
  private final AccountMailLimits limits;
  private final boolean needed;
  private final Duration life;
  private final String publicUrl;

  /**
   * @param needed whether new accounts have to verify their address
   * @param publicUrl start of the links, without a slash at its end
   */
  public EmailVerifications(
      Node node,
      AccountStore accounts,
      ResetStore store,
      AccountMailLimits limits,
      boolean needed,
      Duration life,
      String publicUrl) {
    this.node = node;
    this.accounts = accounts;
    this.store = store;
    this.limits = limits;
    this.needed = needed;
    this.life = life;
    this.publicUrl = publicUrl;
  }

  /** Whether new accounts have to verify their address. */
  public boolean areRequired() {
    return needed;
  }

  /**
   * Sends a verification mail with the transaction's commit, if the limits allow it.
   *
   * @return zero if it is sent, otherwise the time until the next one may be sent
   */
  public Duration mail(Tx tx, UserAccount account, @Nullable String clientAddress) {
    Instant now = node.clock().realNow();
    Duration wait = limits.take(tx, account.email(), clientAddress, now);
    if (wait.isPositive()) {
      LOG.info(
          "Account {}: no verification mail sent, because the limit of mails is reached",
          account.id());
      return wait;
    }
    OpaqueToken token = OpaqueToken.next();
    store.insert(tx, token.hash(), account.id(), now.plus(life));
    NotificationApi.Mail mail =
        new NotificationApi.Mail(
            "verify:" + Ids.next(),
            account.id(),
            TEMPLATE,
            Secret.of(publicUrl + "/verify?token=" + token.secret().reveal()),
            Map.of());
    node.outbox().write(tx, List.of(node.outbox().message(NotificationApi.MAIL, null, mail, null)));
    return Duration.ZERO;
  }

  /** Marks the address of the token's account as verified. */
  public Ack verify(VerifyEmail verify) {
    String tokenHash = OpaqueToken.hashOf(verify.token());
    ResetRow found = store.find(node.database().read(), tokenHash);
    if (found == null || !found.isUsable(node.clock().realNow())) {
      throw AccountApi.INVALID_TOKEN.refused();
    }
    return node.database()
        .inTransaction(
            tx -> {
              UserAccount account = accounts.lock(tx, found.userId());
              ResetRow token = store.lock(tx, tokenHash);
              Instant now = node.clock().realNow();
              if (account == null || !account.isActive() || token == null || !token.isUsable(now)) {
                throw AccountApi.INVALID_TOKEN.refused();
              }
              verified(tx, account, now);
              return Ack.DONE;
            });
  }

  /**
   * Marks the address of a locked account as verified and every verification link of the account as
   * used.
   */
  public void verified(Tx tx, UserAccount account, Instant now) {
    store.useAllOf(tx, account.id(), now);
    if (!account.emailVerified()) {
      accounts.verifyEmail(tx, account.id(), now);
      tx.afterCommit(
          () -> {
            LOG.info("Account {}: e-mail address verified", account.id());
            node.bus().publish(AccountApi.PERSON_CHANGED, new Changed(account.id()));
          });
    }
  }

  /** Sends another verification mail, unless the address is verified. */
  public Ack resend(ResendVerification resend) {
    return node.database()
        .inTransaction(
            tx -> {
              UserAccount account = accounts.lock(tx, resend.userId());
              if (account == null || !account.isActive()) {
                throw AccountApi.NOT_FOUND.refused();
              }
              if (!account.emailVerified()) {
                Duration wait = mail(tx, account, resend.address());
                if (wait.isPositive()) {
                  throw tooManyMails(wait);
                }
              }
              return Ack.DONE;
            });
  }

  /** Deletes tokens that can no longer be used. */
  public void deleteExpired() {
    Instant before = node.clock().realNow().minus(RETENTION);
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> store.deleteExpiredBefore(tx, before));
    }
  }

  private static RejectedException tooManyMails(Duration wait) {
    return new RejectedException(
        new Rejection(
            AccountApi.TOO_MANY_MAILS.status(),
            AccountApi.TOO_MANY_MAILS.code(),
            AccountApi.TOO_MANY_MAILS.detail(),
            true,
            (int) wait.plusMillis(999).toSeconds(),
            null));
  }
}
