package io.classbell.http.routes.admin;

import io.classbell.booking.api.BookingApi;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.payment.api.PaymentApi;
import io.classbell.payment.api.PayoutApi;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects the invariants that each module checks into one result. */
public final class LedgerAudit {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerAudit.class);

  /** Whole tables are read. */
  static final Duration TIME_LIMIT = Duration.ofMinutes(2);

  /** Result of all checks; {@code checkedAt} is when the last one finished. */
  public record Result(boolean ok, Instant checkedAt, List<Invariant> invariants) {}

  private final ModuleClient ask;
  private final InstantSource clock;

  public LedgerAudit(ModuleClient ask, InstantSource clock) {
    this.ask = ask;
    this.clock = clock;
  }

  /** For the operations board. A failure is logged only: the result itself is not affected. */
  private void record(Result result) {
    int violations = result.invariants().stream().mapToInt(i -> i.violations().size()).sum();
    ask.of(WalletApi.RECORD_PROOF, new WalletApi.Proof(result.ok(), result.checkedAt(), violations))
        .onFailure(e -> LOG.warn("The result of the audit is not recorded: {}", e.getMessage()));
  }

  Future<Result> run(Call call) {
    Future<AuditFindings> books = ask.within(call, WalletApi.AUDIT, new WalletApi.AuditBooks());
    Future<AuditFindings> seats = ask.within(call, BookingApi.AUDIT, new BookingApi.AuditSeats());
    Future<AuditFindings> payouts =
        ask.within(call, PayoutApi.AUDIT, new PayoutApi.AuditWithdrawals());
    Future<AuditFindings> payments =
        ask.within(call, PaymentApi.AUDIT, new PaymentApi.AuditPayments());
    return Future.all(books, seats, payouts, payments)
        .map(
            done -> {
              List<Invariant> all =
                  Stream.of(books, seats, payouts, payments)
                      .flatMap(part -> part.result().invariants().stream())
                      .toList();
              Result result =
                  new Result(all.stream().allMatch(Invariant::ok), clock.instant(), all);
              record(result);
              return result;
            });
  }
}
