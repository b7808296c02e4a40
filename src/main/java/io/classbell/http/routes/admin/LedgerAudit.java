package io.classbell.http.routes.admin;

import io.classbell.booking.api.BookingApi;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.audit.AuditFindings;
import io.classbell.platform.audit.AuditFindings.Invariant;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Every invariant that a module can prove, in one answer. */
public final class LedgerAudit {

  /** Whole tables are read. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** {@code checkedAt} is when the last part was done. */
  public record Result(boolean ok, Instant checkedAt, List<Invariant> invariants) {}

  private final ModuleClient ask;
  private final InstantSource clock;

  public LedgerAudit(ModuleClient ask, InstantSource clock) {
    this.ask = ask;
    this.clock = clock;
  }

  Future<Result> run() {
    Future<AuditFindings> books =
        ask.patiently(WalletApi.AUDIT, new WalletApi.AuditBooks(), PATIENCE);
    Future<AuditFindings> seats =
        ask.patiently(BookingApi.AUDIT, new BookingApi.AuditSeats(), PATIENCE);
    return Future.all(books, seats)
        .map(
            done -> {
              List<Invariant> all =
                  Stream.of(books, seats)
                      .flatMap(part -> part.result().invariants().stream())
                      .toList();
              return new Result(all.stream().allMatch(Invariant::ok), clock.instant(), all);
            });
  }
}
