package io.classbell.http.routes.admin;

import io.classbell.account.api.AccountApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.routes.ResponseMapper;
import io.classbell.schedule.api.ScheduleApi;
import io.vertx.core.Future;
import java.util.Map;

/** Routes for admins: reviews, users, dead letters and the ledger audit. */
public final class AdminRoutes {

  private final ModuleClient ask;
  private final ResponseMapper shown;
  private final LedgerAudit audit;

  public AdminRoutes(ModuleClient ask, ResponseMapper shown, LedgerAudit audit) {
    this.ask = ask;
    this.shown = shown;
    this.audit = audit;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listReviews", this::reviews);
    routes.put("decideReview", this::decide);
    routes.put("listUsers", this::users);
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
            new AccountApi.ListUsers(call.caller(), call.cursor(), in.limit()))
        .map(
            page ->
                Answer.ok(new AccountApi.Users(page.items(), call.nextCursor(page.nextCursor()))));
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
            ScheduleApi.REPLAY_DEAD_LETTER, new ScheduleApi.ReplayDeadLetter(call.input().id("id")))
        .map(letter -> Answer.json(202, letter));
  }
}
