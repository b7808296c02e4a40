package io.classbell.account.verification;

import io.classbell.account.session.OpaqueToken;
import io.classbell.account.store.AccountMailLimitStore;
import io.classbell.platform.ClientNetwork;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Limits account mails (verification, password reset) per mailbox and per client network in any 60
 * minutes. The counts are stored in the database, so all nodes share them and restarts keep them.
 * They follow real time, because moving the test clock must not reset a limit that protects
 * mailboxes.
 */
public final class AccountMailLimits {
  private static final Duration WINDOW = Duration.ofHours(1);

  private final AccountMailLimitStore store;
  private final int mostPerRecipient;
  private final int mostPerAddress;

  public AccountMailLimits(AccountMailLimitStore store, int mostPerRecipient, int mostPerAddress) {
    this.store = store;
    this.mostPerRecipient = mostPerRecipient;
    this.mostPerAddress = mostPerAddress;
  }

  /**
   * Counts one mail if the limits allow it. Locks the counts until the transaction ends.
   *
   * @param clientAddress address of the client whose request causes the mail; null if unknown
   * @param now real time
   * @return zero if the mail may be sent, otherwise the time until the next one may be sent
   */
  public Duration take(Tx tx, String email, @Nullable String clientAddress, Instant now) {
    // Locked in the order of the keys, so that two transactions cannot deadlock.
    Map<String, Integer> limits = new TreeMap<>();
    limits.put(key("recipient", mailbox(email)), mostPerRecipient);
    if (clientAddress != null) {
      limits.put(key("address", ClientNetwork.of(clientAddress)), mostPerAddress);
    }
    Instant expiresAt = now.plus(WINDOW);
    Map<String, List<Instant>> counts = new TreeMap<>();
    Duration wait = Duration.ZERO;
    for (Map.Entry<String, Integer> limit : limits.entrySet()) {
      List<Instant> sent = recent(store.lock(tx, limit.getKey(), expiresAt), now);
      counts.put(limit.getKey(), sent);
      Duration untilFree = untilFree(sent, limit.getValue(), now);
      wait = untilFree.compareTo(wait) > 0 ? untilFree : wait;
    }
    if (wait.isZero()) {
      counts.forEach(
          (key, sent) -> {
            List<Instant> all = new ArrayList<>(sent);
            all.add(now);
            store.update(tx, key, all, expiresAt);
          });
    }
    return wait;
  }

  /** Deletes expired counts. Called periodically. */
  public void deleteExpired(Node node) {
    Instant now = node.clock().realNow();
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> store.deleteExpired(tx, now));
    }
  }

  private static List<Instant> recent(List<Instant> sent, Instant now) {
    Instant since = now.minus(WINDOW);
    return sent.stream().filter(at -> at.isAfter(since)).toList();
  }

  /**
   * Time until another mail is allowed; zero if fewer than {@code most} were sent within the
   * window.
   */
  static Duration untilFree(List<Instant> sent, int most, Instant now) {
    if (sent.size() < most) {
      return Duration.ZERO;
    }
    Duration wait = Duration.between(now, sent.get(sent.size() - most).plus(WINDOW));
    return wait.isPositive() ? wait : Duration.ofMillis(1);
  }

  /**
   * Removes the subaddress (RFC 5233), because addresses that differ only in it usually share a
   * mailbox.
   */
  static String mailbox(String email) {
    int at = email.lastIndexOf('@');
    int plus = email.indexOf('+');
    return plus > 0 && plus < at ? email.substring(0, plus) + email.substring(at) : email;
  }

  private static String key(String kind, String value) {
    return OpaqueToken.sha256((kind + ":" + value).getBytes(StandardCharsets.UTF_8));
  }
}
