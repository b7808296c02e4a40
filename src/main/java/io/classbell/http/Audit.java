package io.classbell.http;

import io.classbell.booking.BookingApi;
import io.classbell.platform.audit.Findings;
import io.classbell.platform.audit.Findings.Invariant;
import io.classbell.wallet.WalletApi;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/** Every invariant that a module can prove, in one answer. */
final class Audit {

  /** Whole tables are read. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** {@code checkedAt} is when the last part was done. */
  record Result(boolean ok, Instant checkedAt, List<Invariant> invariants) {}

  private final Ask ask;
  private final InstantSource clock;

  Audit(Ask ask, InstantSource clock) {
    this.ask = ask;
    this.clock = clock;
  }

  Future<Result> run() {
    Future<Findings> books = ask.patiently(WalletApi.AUDIT, new WalletApi.AuditBooks(), PATIENCE);
    Future<Findings> seats = ask.patiently(BookingApi.AUDIT, new BookingApi.AuditSeats(), PATIENCE);
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
