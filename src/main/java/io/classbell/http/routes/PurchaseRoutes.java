package io.classbell.http.routes;

import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.payment.api.PaymentApi;
import io.vertx.core.Future;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of purchases: buying credits, and refunds by admins. */
public final class PurchaseRoutes {

  private final ModuleClient ask;

  public PurchaseRoutes(ModuleClient ask) {
    this.ask = ask;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listRates", this::rates);
    routes.put("startPurchase", this::start);
    routes.put("listPurchases", call -> list(call, call.userId()));
    routes.put("getPurchase", this::purchase);
    routes.put("listAllPurchases", call -> list(call, null));
    routes.put("refundPurchase", this::refund);
  }

  private Future<Answer> rates(Call call) {
    return ask.of(PaymentApi.RATES, new PaymentApi.ListRates()).map(Answer::ok);
  }

  private Future<Answer> start(Call call) {
    return ask.of(
            PaymentApi.START_PURCHASE,
            new PaymentApi.StartPurchase(
                call.commandId(),
                call.userId(),
                call.body().getString("provider"),
                call.body().getLong("amount"),
                call.text("currency")))
        .map(Answer::created);
  }

  private Future<Answer> purchase(Call call) {
    return ask.of(
            PaymentApi.PURCHASE, new PaymentApi.PurchaseOf(call.userId(), call.input().id("id")))
        .map(Answer::ok);
  }

  private Future<Answer> list(Call call, @Nullable String userId) {
    return ask.of(
            PaymentApi.LIST_PURCHASES,
            new PaymentApi.ListPurchases(userId, call.cursor(), call.input().limit()))
        .map(
            page ->
                Answer.ok(
                    new PaymentApi.Purchases(page.items(), call.nextCursor(page.nextCursor()))));
  }

  private Future<Answer> refund(Call call) {
    return ask.of(
            PaymentApi.REFUND_PURCHASE,
            new PaymentApi.RefundPurchase(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getLong("amount"),
                call.body().getString("reason")))
        .map(Answer::created);
  }
}
