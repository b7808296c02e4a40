package io.classbell.http.routes;

import io.classbell.account.api.AccountApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.problem.Problem;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Map;

/** Routes of wallets: balance, deposits and adjustments. */
public final class WalletRoutes {

  public static final String TEST_PROVIDER = "test";

  /** A posting to a wallet and the balance after it. */
  public record Posted(String transactionId, String userId, long amount, long balance, Instant at) {
    static Posted of(WalletApi.Posted posted) {
      return new Posted(
          posted.transactionId(),
          posted.userId(),
          posted.amount(),
          posted.balanceAfter(),
          posted.at());
    }
  }

  private final ModuleClient ask;
  private final boolean testMode;

  public WalletRoutes(ModuleClient ask, boolean testMode) {
    this.ask = ask;
    this.testMode = testMode;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getWallet", this::balance);
    routes.put("deposit", this::deposit);
    routes.put("adjustWallet", this::adjust);
  }

  private Future<Answer> balance(Call call) {
    return ask.of(WalletApi.BALANCE, new WalletApi.BalanceOf(call.userId())).map(Answer::ok);
  }

  private Future<Answer> deposit(Call call) {
    if (!testMode) {
      return Future.failedFuture(Problem.notFound());
    }
    return ask.of(
            WalletApi.DEPOSIT,
            new WalletApi.Deposit(
                call.commandId(),
                call.userId(),
                call.body().getLong("amount"),
                TEST_PROVIDER,
                null))
        .map(posted -> Answer.created(Posted.of(posted)));
  }

  /**
   * Adjusts a balance. Checks with the account module that the user exists, because the wallet
   * module has no users.
   */
  private Future<Answer> adjust(Call call) {
    String userId = call.input().id("userId");
    return ask.of(AccountApi.PROFILE, new AccountApi.ProfileOf(userId))
        .compose(
            user ->
                ask.of(
                    WalletApi.ADJUST,
                    new WalletApi.Adjust(
                        call.commandId(),
                        call.caller(),
                        userId,
                        call.body().getLong("amount"),
                        call.body().getString("reason"))))
        .map(posted -> Answer.created(Posted.of(posted)));
  }
}
