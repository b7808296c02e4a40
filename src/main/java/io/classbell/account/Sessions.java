package io.classbell.account;

import io.classbell.account.AccountApi.Ended;
import io.classbell.account.AccountApi.EndedSince;
import io.classbell.account.AccountApi.Logout;
import io.classbell.account.AccountApi.Refresh;
import io.classbell.account.AccountApi.Tokens;
import io.classbell.account.SessionStore.EndReason;
import io.classbell.account.SessionStore.EndedRow;
import io.classbell.account.SessionStore.SessionRow;
import io.classbell.account.SessionStore.TokenRow;
import io.classbell.platform.Ids;
import io.classbell.platform.Node;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.db.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions: begun by a login, carried on by refresh tokens that work once each, ended by logout, by
 * a token shown twice, by a new password. Every end is told to all nodes, and can be asked for by
 * those that missed it.
 */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /** Longer than any transaction: what was committed late is seen by the next poll. */
  private static final Duration OVERLAP = Duration.ofSeconds(10);

  private static final int MOST_ENDED_AT_ONCE = 10_000;
  private static final int MOST_FORGOTTEN_AT_ONCE = 500;
  private static final Duration KEPT_AFTER = Duration.ofDays(1);

  private final Node node;
  private final AccountStore accounts;
  private final SessionStore store;
  private final AccessTokens accessTokens;
  private final Duration refreshLife;

  Sessions(
      Node node,
      AccountStore accounts,
      SessionStore store,
      AccessTokens accessTokens,
      Duration refreshLife) {
    this.node = node;
    this.accounts = accounts;
    this.store = store;
    this.accessTokens = accessTokens;
    this.refreshLife = refreshLife;
  }

  /**
   * Begins a session for an account as it was when its password was compared; null where it has
   * another password or may not come in since.
   */
  @Nullable Tokens begin(AccountRow proven) {
    return node.database()
        .inTransaction(
            tx -> {
              AccountRow now = accounts.lock(tx, proven.id());
              return now != null
                      && now.isActive()
                      && now.passwordHash().equals(proven.passwordHash())
                  ? begin(tx, now)
                  : null;
            });
  }

  /** Begins a session in a transaction that holds the user's lock. */
  Tokens begin(Tx tx, AccountRow account) {
    String sessionId = Ids.next();
    OpaqueToken refreshToken = OpaqueToken.next();
    Instant at = node.clock().realNow();
    store.insert(tx, sessionId, account.id(), at, refreshLife);
    store.insertToken(tx, refreshToken.hash(), sessionId, at);
    return tokens(account, sessionId, refreshToken);
  }

  /** Trades a refresh token for the next pair. One that was traded before ends the session. */
  Tokens refresh(Refresh refresh) {
    OpaqueToken next = OpaqueToken.next();
    Rotation rotation =
        node.database()
            .inTransaction(tx -> rotate(tx, OpaqueToken.hashOf(refresh.refreshToken()), next));
    return switch (rotation) {
      case Rotation.Done(AccountRow account, String sessionId) -> tokens(account, sessionId, next);
      case Rotation.No() -> throw AccountApi.INVALID_TOKEN.refused();
      case Rotation.Reused(String sessionId) -> {
        LOG.warn("a refresh token was shown twice: session {} is ended", sessionId);
        throw AccountApi.INVALID_TOKEN.refused();
      }
    };
  }

  /** Done also where it had ended before, or never was. */
  Ack logout(Logout logout) {
    node.database()
        .inTransaction(
            tx -> {
              Set<String> ids = new HashSet<>();
              if (logout.sessionId() != null) {
                ids.add(logout.sessionId());
              }
              if (logout.refreshToken() != null) {
                String hash = OpaqueToken.hashOf(logout.refreshToken());
                String ofToken = store.sessionOfToken(tx, hash);
                if (ofToken != null) {
                  ids.add(ofToken);
                }
              }
              endThese(tx, ids, logout.everywhere());
              return Ack.DONE;
            });
    return Ack.DONE;
  }

  /** Ends the user's sessions in a transaction that holds the user's lock. */
  void endAllOf(Tx tx, String userId, EndReason reason) {
    Instant now = node.clock().realNow();
    end(tx, store.lockLiveOf(tx, userId, now), reason, now);
  }

  /**
   * Sessions that ended at that instant or later. What is answered may have been answered before,
   * as polls overlap.
   */
  Ended endedSince(EndedSince since) {
    Instant asOf = node.clock().realNow().minus(OVERLAP);
    List<EndedRow> rows =
        store.endedSince(node.database().read(), since.since(), MOST_ENDED_AT_ONCE);
    if (rows.size() == MOST_ENDED_AT_ONCE && rows.getLast().endedAt().isBefore(asOf)) {
      asOf = rows.getLast().endedAt();
    }
    return new Ended(rows.stream().map(EndedRow::id).toList(), asOf);
  }

  /**
   * Deletes sessions of which nobody will ask any more, and tokens that were used so long ago that
   * nobody could trade them if they were not; to be called now and then.
   */
  void forgetOld() {
    Instant before = node.clock().realNow().minus(KEPT_AFTER);
    Instant usedBefore = before.minus(refreshLife);
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> store.forgetUsedBefore(tx, usedBefore));
    }
    forget(() -> store.expiredBefore(node.database().read(), before, MOST_FORGOTTEN_AT_ONCE));
    forget(() -> store.endedBefore(node.database().read(), before, MOST_FORGOTTEN_AT_ONCE));
  }

  private void forget(java.util.function.Supplier<List<String>> old) {
    for (List<String> ids = old.get(); !ids.isEmpty(); ids = old.get()) {
      List<String> these = ids;
      node.database()
          .inTransaction(
              tx -> {
                store.delete(tx, these);
                return Ack.DONE;
              });
    }
  }

  private sealed interface Rotation {
    record Done(AccountRow account, String sessionId) implements Rotation {}

    record Reused(String sessionId) implements Rotation {}

    record No() implements Rotation {}
  }

  /** Answers what became of it and throws nothing, so that an end of the session is committed. */
  private Rotation rotate(Tx tx, String shownHash, OpaqueToken next) {
    TokenRow token = store.lockToken(tx, shownHash);
    SessionRow session = token == null ? null : store.lock(tx, token.sessionId());
    Instant now = node.clock().realNow();
    if (token == null || session == null || !session.isLive(now)) {
      return new Rotation.No();
    }
    if (token.used()) {
      end(tx, List.of(session.id()), EndReason.reuse, now);
      return new Rotation.Reused(session.id());
    }
    AccountRow account = accounts.byId(tx, session.userId());
    if (account == null || !account.isActive()) {
      end(tx, List.of(session.id()), EndReason.disabled, now);
      return new Rotation.No();
    }
    store.useToken(tx, shownHash, now);
    store.insertToken(tx, next.hash(), session.id(), now);
    store.extend(tx, session.id(), now.plus(refreshLife));
    return new Rotation.Done(account, session.id());
  }

  private void endThese(Tx tx, Set<String> ids, boolean andAllOfTheirUsers) {
    Instant now = node.clock().realNow();
    Set<String> live = new HashSet<>();
    for (String id : ids.stream().sorted().toList()) {
      SessionRow session = store.lock(tx, id);
      if (session == null) {
        continue;
      }
      if (session.isLive(now)) {
        live.add(id);
      }
      if (andAllOfTheirUsers) {
        live.addAll(store.lockLiveOf(tx, session.userId(), now));
      }
    }
    end(tx, live, EndReason.logout, now);
  }

  private void end(Tx tx, java.util.Collection<String> ids, EndReason reason, Instant now) {
    if (ids.isEmpty()) {
      return;
    }
    List<String> sorted = ids.stream().sorted().toList();
    store.end(tx, sorted, reason, now);
    tx.afterCommit(() -> node.bus().publish(AccountApi.SESSIONS_ENDED, new Ended(sorted, now)));
  }

  private Tokens tokens(AccountRow account, String sessionId, OpaqueToken refreshToken) {
    return new Tokens(
        accessTokens.issue(account, sessionId),
        accessTokens.lifeSeconds(),
        refreshToken.secret(),
        refreshLife.toSeconds(),
        account.user());
  }
}
