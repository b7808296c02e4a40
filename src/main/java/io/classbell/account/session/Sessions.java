package io.classbell.account.session;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Ended;
import io.classbell.account.api.AccountApi.EndedSince;
import io.classbell.account.api.AccountApi.Logout;
import io.classbell.account.api.AccountApi.Refresh;
import io.classbell.account.api.AccountApi.Tokens;
import io.classbell.account.api.AccountSettings;
import io.classbell.account.model.UserAccount;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.SessionStore;
import io.classbell.account.store.SessionStore.EndReason;
import io.classbell.account.store.SessionStore.EndedRow;
import io.classbell.account.store.SessionStore.SessionRow;
import io.classbell.account.store.SessionStore.TokenRow;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.db.Tx;
import io.classbell.platform.node.Node;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions: started by a login, continued by rotating refresh tokens, ended by logout, reuse of a
 * refresh token, a new password or disabling. Every end is published to all nodes, and nodes that
 * missed the event can ask for it.
 *
 * <p>The successor of a refresh token is a function of the token and a server key ({@link
 * RefreshChain}). Two tabs that send the same token at once, or a client that repeats a request
 * whose response was lost, therefore get the same successor: a session always has exactly one
 * unused refresh token.
 */
public final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  /**
   * Longer than any transaction, so that the next poll sees sessions whose end was committed late.
   */
  private static final Duration OVERLAP = Duration.ofSeconds(10);

  private static final int MOST_ENDED_AT_ONCE = 10_000;
  private static final int MOST_DELETED_AT_ONCE = 500;
  private static final Duration RETENTION = Duration.ofDays(1);

  private final Node node;
  private final AccountStore accounts;
  private final SessionStore store;
  private final TokenIssuer accessTokens;
  private final RefreshChain chain;
  private final Duration refreshLife;
  private final Duration refreshGrace;

  public Sessions(
      Node node,
      AccountStore accounts,
      SessionStore store,
      TokenIssuer accessTokens,
      AccountSettings settings) {
    this.node = node;
    this.accounts = accounts;
    this.store = store;
    this.accessTokens = accessTokens;
    this.chain = new RefreshChain(settings.jwtSecret());
    this.refreshLife = settings.refreshTokenLife();
    this.refreshGrace = settings.refreshTokenGrace();
  }

  /**
   * Starts a session for an account whose password was checked; null if the password was changed or
   * the account disabled since the check.
   */
  @Nullable Tokens begin(UserAccount proven) {
    return node.database()
        .inTransaction(
            tx -> {
              UserAccount now = accounts.lock(tx, proven.id());
              return now != null
                      && now.isActive()
                      && now.passwordHash().equals(proven.passwordHash())
                  ? begin(tx, now)
                  : null;
            });
  }

  /** Starts a session in a transaction that holds the user's lock. */
  public Tokens begin(Tx tx, UserAccount account) {
    String sessionId = Ids.next();
    OpaqueToken refreshToken = OpaqueToken.next();
    Instant at = node.clock().realNow();
    store.insert(tx, sessionId, account.id(), at, refreshLife);
    store.insertToken(tx, refreshToken.hash(), sessionId, at);
    return tokens(account, sessionId, refreshToken);
  }

  /**
   * Exchanges a refresh token for its successor and a new access token. The immediate predecessor
   * of the unused token is accepted again during the grace period and gets the same successor; any
   * other used token ends the session.
   */
  public Tokens refresh(Refresh refresh) {
    OpaqueToken next = chain.successorOf(refresh.refreshToken());
    Rotation rotation =
        node.database()
            .inTransaction(tx -> rotate(tx, OpaqueToken.hashOf(refresh.refreshToken()), next));
    return switch (rotation) {
      case Rotation.Rotated(UserAccount account, String sessionId) ->
          tokens(account, sessionId, next);
      case Rotation.Rejected() -> throw AccountApi.INVALID_TOKEN.refused();
      case Rotation.Reused(String sessionId) -> {
        LOG.warn("Refresh token reused: session {} ended", sessionId);
        throw AccountApi.INVALID_TOKEN.refused();
      }
    };
  }

  /**
   * Ends the session of the access token and the one of the refresh token. Also succeeds if they
   * have already ended or never existed. {@code everywhere} applies only if an access token or a
   * refresh token that could still be exchanged proves a live session of the user: a used token
   * that leaked ends at most its own session.
   */
  public Ack logout(Logout logout) {
    return node.database()
        .inTransaction(
            tx -> {
              Set<String> ids = new HashSet<>();
              Set<String> proven = new HashSet<>();
              if (logout.sessionId() != null) {
                ids.add(logout.sessionId());
                proven.add(logout.sessionId());
              }
              TokenRow token =
                  logout.refreshToken() == null
                      ? null
                      : store.find(tx, OpaqueToken.hashOf(logout.refreshToken()));
              if (token != null) {
                ids.add(token.sessionId());
                if (token.isCurrentOrUsedAfter(node.clock().realNow().minus(refreshGrace))) {
                  proven.add(token.sessionId());
                }
              }
              endThese(tx, ids, logout.everywhere() ? proven : Set.of());
              return Ack.DONE;
            });
  }

  /** Ends the user's sessions in a transaction that holds the user's lock. */
  public void endAllOf(Tx tx, String userId, EndReason reason) {
    Instant now = node.clock().realNow();
    end(tx, store.lockLiveOf(tx, userId, now), reason, now);
  }

  /**
   * Returns sessions that ended at that instant or later. Consecutive polls overlap, so a session
   * can be returned more than once.
   */
  public Ended endedSince(EndedSince since) {
    Instant asOf = node.clock().realNow().minus(OVERLAP);
    List<EndedRow> rows =
        store.endedSince(node.database().read(), since.since(), MOST_ENDED_AT_ONCE);
    if (rows.size() == MOST_ENDED_AT_ONCE && rows.getLast().endedAt().isBefore(asOf)) {
      asOf = rows.getLast().endedAt();
    }
    return new Ended(rows.stream().map(EndedRow::id).toList(), asOf);
  }

  /**
   * Deletes sessions that ended or expired more than a day ago, and used refresh tokens that would
   * have expired by then. Called periodically.
   */
  public void deleteExpired() {
    Instant before = node.clock().realNow().minus(RETENTION);
    Instant usedBefore = before.minus(refreshLife);
    boolean more = true;
    while (more) {
      more = node.database().inTransaction(tx -> store.deleteUsedBefore(tx, usedBefore));
    }
    forget(() -> store.expiredBefore(node.database().read(), before, MOST_DELETED_AT_ONCE));
    forget(() -> store.endedBefore(node.database().read(), before, MOST_DELETED_AT_ONCE));
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
    record Rotated(UserAccount account, String sessionId) implements Rotation {}

    record Reused(String sessionId) implements Rotation {}

    record Rejected() implements Rotation {}
  }

  /** Returns the outcome instead of throwing, so that ending the session is committed. */
  private Rotation rotate(Tx tx, String tokenHash, OpaqueToken next) {
    TokenRow token = store.lockToken(tx, tokenHash);
    SessionRow session = token == null ? null : store.lock(tx, token.sessionId());
    Instant now = node.clock().realNow();
    if (token == null || session == null || !session.isLive(now)) {
      return new Rotation.Rejected();
    }
    boolean again = token.usedAt() != null;
    if (again) {
      // A consistent read, the transaction's first: it sees what was committed when the session was
      // locked. Locking the successor here could deadlock with a request that exchanges it.
      TokenRow successor = store.find(tx, next.hash());
      boolean inGrace = token.isCurrentOrUsedAfter(now.minus(refreshGrace));
      if (inGrace && successor == null) {
        // Rotated by a node with another key or an older release: the successor is unknown here.
        return new Rotation.Rejected();
      }
      if (!inGrace || successor == null || successor.usedAt() != null) {
        end(tx, List.of(session.id()), EndReason.reuse, now);
        return new Rotation.Reused(session.id());
      }
    }
    UserAccount account = accounts.byId(tx, session.userId());
    if (account == null || !account.isActive()) {
      end(tx, List.of(session.id()), EndReason.disabled, now);
      return new Rotation.Rejected();
    }
    if (!again) {
      store.useToken(tx, tokenHash, now);
      store.insertToken(tx, next.hash(), session.id(), now);
      store.extend(tx, session.id(), now.plus(refreshLife));
    }
    return new Rotation.Rotated(account, session.id());
  }

  /** Ends these sessions, and all sessions of the users of those in {@code andAllOfTheirUsers}. */
  private void endThese(Tx tx, Set<String> ids, Set<String> andAllOfTheirUsers) {
    Instant now = node.clock().realNow();
    Set<String> live = new HashSet<>();
    for (String id : ids.stream().sorted().toList()) {
      SessionRow session = store.lock(tx, id);
      if (session == null || !session.isLive(now)) {
        continue;
      }
      live.add(id);
      if (andAllOfTheirUsers.contains(id)) {
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

  private Tokens tokens(UserAccount account, String sessionId, OpaqueToken refreshToken) {
    return new Tokens(
        accessTokens.issue(account, sessionId),
        accessTokens.lifeSeconds(),
        refreshToken.secret(),
        refreshLife.toSeconds(),
        account.user(),
        null);
  }
}
