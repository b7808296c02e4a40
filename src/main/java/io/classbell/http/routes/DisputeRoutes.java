package io.classbell.http.routes;

import io.classbell.booking.api.DisputeApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.vertx.core.Future;
import java.util.Map;

/** Routes of disputes, for the two sides of a booking. */
public final class DisputeRoutes {

  private final ModuleClient ask;
  private final DisputeMapper shown;

  public DisputeRoutes(ModuleClient ask, DisputeMapper shown) {
    this.ask = ask;
    this.shown = shown;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("openDispute", this::open);
    routes.put("getDispute", this::get);
    routes.put("listDisputes", this::list);
    routes.put("acceptDispute", this::accept);
    routes.put("answerDispute", this::answer);
  }

  private Future<Answer> open(Call call) {
    return ask.of(
            DisputeApi.OPEN,
            new DisputeApi.OpenDispute(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getString("reason"),
                call.body().getInteger("studentPercent")))
        .compose(shown::dispute)
        .map(Answer::created);
  }

  private Future<Answer> get(Call call) {
    return ask.of(
            DisputeApi.OF_BOOKING,
            new DisputeApi.DisputeOfBooking(call.caller(), call.input().id("id")))
        .compose(shown::dispute)
        .map(Answer::ok);
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            DisputeApi.LIST,
            new DisputeApi.ListDisputes(
                call.caller(), in.text("status"), call.cursor(), in.limit()))
        .compose(shown::page)
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private Future<Answer> accept(Call call) {
    return ask.of(
            DisputeApi.ACCEPT,
            new DisputeApi.AcceptDispute(call.commandId(), call.caller(), call.input().id("id")))
        .compose(shown::dispute)
        .map(Answer::ok);
  }

  private Future<Answer> answer(Call call) {
    return ask.of(
            DisputeApi.ANSWER,
            new DisputeApi.AnswerDispute(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getString("reason"),
                call.body().getInteger("studentPercent")))
        .compose(shown::dispute)
        .map(Answer::ok);
  }
}
