package io.classbell.account.feed;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.CalendarFeedOwner;
import io.classbell.account.api.AccountApi.CalendarFeedToken;
import io.classbell.account.api.AccountApi.CreateCalendarFeed;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.AccountApi.RevokeCalendarFeed;
import io.classbell.account.model.UserAccount;
import io.classbell.account.session.OpaqueToken;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.CalendarFeedStore;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;

/**
 * The addresses under which calendar applications, which cannot send an access token, fetch a
 * user's classes. A user has at most one; creating another one revokes it.
 */
public final class CalendarFeeds {
  private final Node node;
  private final AccountStore accounts;
  private final CalendarFeedStore feeds = new CalendarFeedStore();

  public CalendarFeeds(Node node, AccountStore accounts) {
    this.node = node;
    this.accounts = accounts;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(AccountApi.CREATE_CALENDAR_FEED, this::create),
        bus.serve(AccountApi.REVOKE_CALENDAR_FEED, this::revoke),
        bus.serve(AccountApi.CALENDAR_FEED_OWNER, this::owner));
  }

  CalendarFeedToken create(CreateCalendarFeed create) {
    OpaqueToken token = OpaqueToken.next();
    node.database()
        .inTransaction(
            tx -> {
              UserAccount account = accounts.lock(tx, create.userId());
              if (account == null || !account.isActive()) {
                throw AccountApi.NOT_FOUND.refused();
              }
              feeds.put(tx, account.id(), token.hash(), node.clock().realNow());
              return Ack.DONE;
            });
    return new CalendarFeedToken(token.secret());
  }

  Ack revoke(RevokeCalendarFeed revoke) {
    node.database()
        .inTransaction(
            tx -> {
              feeds.delete(tx, revoke.userId());
              return Ack.DONE;
            });
    return Ack.DONE;
  }

  /**
   * Rejects unknown, revoked and replaced tokens and those of disabled accounts in the same way.
   */
  Person owner(CalendarFeedOwner query) {
    String userId = feeds.activeOwner(node.database().read(), OpaqueToken.hashOf(query.token()));
    UserAccount account = userId == null ? null : accounts.byId(node.database().read(), userId);
    if (account == null) {
      throw AccountApi.NO_CALENDAR_FEED.refused();
    }
    return account.person(false);
  }
}
