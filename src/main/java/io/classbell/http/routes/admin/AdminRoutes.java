package io.classbell.http.routes.admin;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.AdminActionView;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.routes.ResponseMapper;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Routes for admins: reviews, users, their actions, dead letters and the ledger audit. */
public final class AdminRoutes {

  /** An account with its wallet. */
  public record UserDetails(
      String id,
      String email,
      String name,
      Role role,
      String status,
      String timezone,
      String locale,
      Instant createdAt,
      @Nullable Boolean emailVerified,
      WalletApi.Balance wallet) {

    static UserDetails of(AccountApi.User user, WalletApi.Balance wallet) {
      return new UserDetails(
          user.id(),
          user.email(),
          user.name(),
          user.role(),
          user.status(),
          user.timezone(),
          user.locale(),
          user.createdAt(),
          user.emailVerified(),
          wallet);
    }
  }

  public record Actions(List<Action> items, @Nullable String nextCursor) {}

  /** The changed object; {@code name} is the name of a user or of a wallet's owner. */
  public record Subject(String type, String id, @Nullable String name) {}

  /** An action of an admin, with names. */
  public record Action(
      String id,
      Instant at,
      ResponseMapper.Named admin,
      String action,
      Subject subject,
      @Nullable String reason,
      Map<String, Object> before,
      Map<String, Object> after) {

    static Action of(AdminActionView action, Map<String, Person> names) {
      Person admin = names.get(action.adminId());
      Person subject = ofUser(action) ? names.get(action.subjectId()) : null;
      return new Action(
          action.id(),
          action.at(),
          new ResponseMapper.Named(action.adminId(), admin == null ? "" : admin.name(), null),
          action.action(),
          new Subject(
              action.subjectType(), action.subjectId(), subject == null ? null : subject.name()),
          action.reason(),
          action.before(),
          action.after());
    }
  }

  private final ModuleClient ask;
  private final ProfileCache people;
  private final ResponseMapper shown;
  private final LedgerAudit audit;

  public AdminRoutes(
      ModuleClient ask, ProfileCache people, ResponseMapper shown, LedgerAudit audit) {
    this.ask = ask;
    this.people = people;
    this.shown = shown;
    this.audit = audit;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listReviews", this::reviews);
    routes.put("decideReview", this::decide);
    routes.put("listUsers", this::users);
    routes.put("getUser", this::user);
    routes.put("updateUser", this::updateUser);
    routes.put("previewDisabling", this::previewDisabling);
    routes.put("listAdminActions", this::adminActions);
    Call.Route auditLedger = call -> audit.run(call).map(Answer::ok);
    routes.put("auditLedger", auditLedger.within(LedgerAudit.TIME_LIMIT));
    routes.put("listDeadLetters", this::deadLetters);
    routes.put("replayDeadLetter", this::replay);
  }

  private Future<Answer> reviews(Call call) {
    Input in = call.input();
    return ask.of(MeetingApi.LIST_REVIEWS, new MeetingApi.ListReviews(call.cursor(), in.limit()))
        .compose(shown::page)
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private Future<Answer> decide(Call call) {
    return ask.of(
            MeetingApi.DECIDE_REVIEW,
            new MeetingApi.DecideReview(
                call.commandId(),
                call.caller(),
                call.input().id("meetingId"),
                call.body().getString("decision"),
                call.body().getInteger("studentPercent"),
                call.body().getString("note")))
        .compose(shown::meeting)
        .map(Answer::ok);
  }

  private Future<Answer> users(Call call) {
    Input in = call.input();
    return ask.of(
            AccountApi.LIST_USERS,
            new AccountApi.ListUsers(
                call.caller(),
                call.cursor(),
                in.limit(),
                in.text("q"),
                role(in.text("role")),
                in.text("status")))
        .map(
            page ->
                Answer.ok(new AccountApi.Users(page.items(), call.nextCursor(page.nextCursor()))));
  }

  private static @Nullable Role role(@Nullable String name) {
    return name == null ? null : Role.valueOf(name);
  }

  private Future<Answer> user(Call call) {
    String id = call.input().id("id");
    return account(call, id)
        .compose(
            user ->
                ask.of(WalletApi.BALANCE, new WalletApi.BalanceOf(id))
                    .map(balance -> Answer.ok(UserDetails.of(user, balance))));
  }

  /** Finds an account by its id, also a disabled one. */
  private Future<AccountApi.User> account(Call call, String id) {
    return ask.of(
            AccountApi.LIST_USERS, new AccountApi.ListUsers(call.caller(), null, 1, id, null, null))
        .map(
            found -> {
              if (found.items().isEmpty()) {
                throw AccountApi.NOT_FOUND.refused();
              }
              return found.items().getFirst();
            });
  }

  private Future<Answer> updateUser(Call call) {
    return ask.of(
            AccountApi.UPDATE_USER,
            new AccountApi.UpdateUser(
                call.caller(),
                call.input().id("id"),
                call.body().getBoolean("disabled"),
                role(call.text("role")),
                call.text("reason")))
        .map(Answer::ok);
  }

  private Future<Answer> previewDisabling(Call call) {
    return account(call, call.input().id("id"))
        .compose(
            user ->
                ask.of(
                    BookingApi.PREVIEW_DEPARTURE,
                    new BookingApi.PreviewDeparture(user.id(), user.role())))
        .map(Answer::ok);
  }

  private Future<Answer> adminActions(Call call) {
    Input in = call.input();
    return ask.of(
            AccountApi.LIST_ADMIN_ACTIONS,
            new AccountApi.ListAdminActions(
                call.caller(),
                in.text("adminId"),
                in.text("action"),
                in.text("subjectId"),
                in.instant("from"),
                in.instant("to"),
                call.cursor(),
                in.limit()))
        .compose(
            page ->
                people
                    .findByIds(namedIn(page.items()))
                    .map(
                        names ->
                            Answer.ok(
                                new Actions(
                                    page.items().stream()
                                        .map(action -> Action.of(action, names))
                                        .toList(),
                                    call.nextCursor(page.nextCursor())))));
  }

  private static Set<String> namedIn(List<AdminActionView> actions) {
    Set<String> ids = new HashSet<>();
    for (AdminActionView action : actions) {
      ids.add(action.adminId());
      if (ofUser(action)) {
        ids.add(action.subjectId());
      }
    }
    return ids;
  }

  private static boolean ofUser(AdminActionView action) {
    return action.subjectType().equals("user") || action.subjectType().equals("wallet");
  }

  private Future<Answer> deadLetters(Call call) {
    Input in = call.input();
    return ask.of(
            ScheduleApi.LIST_DEAD_LETTERS,
            new ScheduleApi.ListDeadLetters(call.cursor(), in.limit()))
        .map(
            page ->
                Answer.ok(
                    new ScheduleApi.DeadLetters(page.items(), call.nextCursor(page.nextCursor()))));
  }

  private Future<Answer> replay(Call call) {
    return ask.of(
            ScheduleApi.REPLAY_DEAD_LETTER,
            new ScheduleApi.ReplayDeadLetter(call.input().id("id"), call.userId()))
        .map(letter -> Answer.json(202, letter));
  }
}
