package io.classbell.http.routes;

import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.payment.api.PayoutApi;
import io.classbell.payment.api.PayoutApi.WithdrawalView;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes of a user's own withdrawals and payout accounts. */
public final class WithdrawalRoutes {

  /** A withdrawal as its owner sees it. */
  public record Withdrawal(
      String id,
      long amount,
      String provider,
      String destination,
      String currency,
      String value,
      String status,
      long returned,
      @Nullable String reason,
      @Nullable String reference,
      Instant createdAt,
      Instant updatedAt) {

    static Withdrawal of(WithdrawalView w) {
      return new Withdrawal(
          w.id(),
          w.amount(),
          w.provider(),
          w.destination(),
          w.currency(),
          w.value(),
          w.status(),
          w.returned(),
          w.reason(),
          w.reference(),
          w.createdAt(),
          w.updatedAt());
    }
  }

  private final ModuleClient ask;

  public WithdrawalRoutes(ModuleClient ask) {
    this.ask = ask;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listPayoutAccounts", this::accounts);
    routes.put("setPayoutAccount", this::setAccount);
    routes.put("requestWithdrawal", this::request);
    routes.put("listWithdrawals", this::list);
    routes.put("cancelWithdrawal", this::cancel);
  }

  private Future<Answer> accounts(Call call) {
    return ask.of(PayoutApi.ACCOUNTS, new PayoutApi.AccountsOf(call.userId())).map(Answer::ok);
  }

  private Future<Answer> setAccount(Call call) {
    return ask.of(
            PayoutApi.SET_ACCOUNT,
            new PayoutApi.SetAccount(
                call.userId(), call.input().id("provider"), call.body().getString("destination")))
        .map(Answer::ok);
  }

  private Future<Answer> request(Call call) {
    return ask.of(
            PayoutApi.REQUEST,
            new PayoutApi.RequestWithdrawal(
                call.commandId(),
                call.userId(),
                call.body().getLong("amount"),
                call.body().getString("provider"),
                call.text("destination")))
        .map(requested -> Answer.created(Withdrawal.of(requested)));
  }

  private Future<Answer> list(Call call) {
    return ask.of(
            PayoutApi.LIST,
            new PayoutApi.WithdrawalsOf(call.userId(), call.cursor(), call.input().limit()))
        .map(
            page ->
                Answer.ok(
                    new ResponseMapper.Page<>(
                        page.items().stream().map(Withdrawal::of).toList(),
                        call.nextCursor(page.nextCursor()))));
  }

  private Future<Answer> cancel(Call call) {
    return ask.of(
            PayoutApi.CANCEL, new PayoutApi.CancelWithdrawal(call.userId(), call.input().id("id")))
        .map(cancelled -> Answer.ok(Withdrawal.of(cancelled)));
  }
}
