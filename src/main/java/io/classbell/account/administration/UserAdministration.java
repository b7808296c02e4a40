package io.classbell.account.administration;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.AdminActionView;
import io.classbell.account.api.AccountApi.AdminActions;
import io.classbell.account.api.AccountApi.Departed;
import io.classbell.account.api.AccountApi.ListAdminActions;
import io.classbell.account.api.AccountApi.UpdateUser;
import io.classbell.account.api.AccountApi.User;
import io.classbell.account.model.UserAccount;
import io.classbell.account.session.Sessions;
import io.classbell.account.store.AccountStore;
import io.classbell.account.store.SessionStore.EndReason;
import io.classbell.platform.Ids;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.adminlog.AdminLog;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Disabling, enabling and role changes of accounts by admins, and the log of admins' actions. */
public final class UserAdministration {
  private static final Logger LOG = LoggerFactory.getLogger(UserAdministration.class);

  /**
   * Access tokens of an ended session are rejected within seconds. A second pass cancels what the
   * user created in that time.
   */
  private static final Duration SECOND_PASS = Duration.ofSeconds(30);

  private static final int MOST_IN_PAGE = 100;

  private final Node node;
  private final AccountStore accounts;
  private final Sessions sessions;

  public UserAdministration(Node node, AccountStore accounts, Sessions sessions) {
    this.node = node;
    this.accounts = accounts;
    this.sessions = sessions;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(AccountApi.UPDATE_USER, this::update),
        bus.serve(AccountApi.LIST_ADMIN_ACTIONS, this::actions));
  }

  /** Applies a change; a repeated command changes nothing and is not logged again. */
  User update(UpdateUser command) {
    if (!command.admin().isAdmin()) {
      throw AccountApi.FORBIDDEN.refused();
    }
    return node.database().inTransaction(tx -> update(tx, command)).user();
  }

  private UserAccount update(Tx tx, UpdateUser command) {
    String adminId = command.admin().userId();
    Set<String> admins = accounts.lockActiveAdmins(tx);
    UserAccount before = accounts.lock(tx, command.userId());
    // The admin's own account may have been disabled a moment ago.
    if (!admins.contains(adminId)) {
      throw AccountApi.FORBIDDEN.refused();
    }
    if (before == null) {
      throw AccountApi.NOT_FOUND.refused();
    }
    Role role = Objects.requireNonNullElse(command.role(), before.role());
    boolean disabled = Objects.requireNonNullElse(command.disabled(), !before.isActive());
    UserAccount after = before.withAccess(role, disabled);
    if (after.equals(before)) {
      return before;
    }
    if (before.id().equals(adminId)) {
      throw (admins.size() == 1 ? AccountApi.LAST_ADMIN : AccountApi.OWN_ACCOUNT).refused();
    }
    accounts.updateAccess(tx, after, node.clock().realNow());
    log(tx, command, before, after);
    if (before.isActive()) {
      sessions.endAllOf(tx, before.id(), EndReason.disabled);
      depart(tx, new Departed(before.id(), before.role(), adminId));
    }
    tx.afterCommit(
        () -> {
          LOG.info("Account {} is now {} with the role {}", after.id(), after.status(), role);
          node.bus().publish(AccountApi.PERSON_CHANGED, new AccountApi.Changed(after.id()));
        });
    return after;
  }

  private void depart(Tx tx, Departed departed) {
    Instant again = node.clock().now().plus(SECOND_PASS);
    node.outbox()
        .write(
            tx,
            List.of(
                node.outbox().message(AccountApi.DEPARTED, null, departed, null),
                node.outbox().message(AccountApi.DEPARTED, again, departed, null)));
  }

  private void log(Tx tx, UpdateUser command, UserAccount before, UserAccount after) {
    Instant now = node.clock().now();
    if (before.isActive() != after.isActive()) {
      String action = after.isActive() ? "user_enabled" : "user_disabled";
      AdminLog.record(tx, now, action(command, action, "status", before.status(), after.status()));
    }
    if (before.role() != after.role()) {
      AdminLog.record(
          tx,
          now,
          action(command, "user_role_changed", "role", before.role().name(), after.role().name()));
    }
  }

  private static AdminAction action(
      UpdateUser command, String action, String field, String before, String after) {
    return new AdminAction(
        command.admin().userId(),
        action,
        "user",
        command.userId(),
        command.reason(),
        Map.of(field, before),
        Map.of(field, after));
  }

  /** Lists actions, newest first. */
  AdminActions actions(ListAdminActions query) {
    if (!query.admin().isAdmin()) {
      throw AccountApi.FORBIDDEN.refused();
    }
    String cursor = query.cursor();
    if (cursor != null && !Ids.isId(cursor)) {
      throw RejectionCode.invalidCursor();
    }
    int limit = Math.clamp(query.limit(), 1, MOST_IN_PAGE);
    List<AdminLog.Recorded> found =
        AdminLog.list(
            node.database().read(),
            new AdminLog.Filter(
                query.adminId(),
                query.action(),
                query.subjectId(),
                query.from(),
                query.to(),
                cursor),
            limit + 1);
    List<AdminLog.Recorded> page = found.subList(0, Math.min(limit, found.size()));
    @Nullable String next = found.size() > limit ? page.getLast().id() : null;
    return new AdminActions(page.stream().map(UserAdministration::view).toList(), next);
  }

  private static AdminActionView view(AdminLog.Recorded recorded) {
    AdminAction action = recorded.action();
    return new AdminActionView(
        recorded.id(),
        recorded.at(),
        action.adminId(),
        action.action(),
        action.subjectType(),
        action.subjectId(),
        action.reason(),
        action.before(),
        action.after());
  }
}
