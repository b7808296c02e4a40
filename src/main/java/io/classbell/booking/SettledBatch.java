package io.classbell.booking;

import io.classbell.booking.BookingRow.Money;
import io.classbell.notification.NotificationApi.Fact;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import io.classbell.wallet.WalletApi.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Last step of everything that gives credits back or pays them out: the ledger has posted it. */
final class SettledBatch implements GroupCommit.Batch<SettledBatch.Posted, Seat> {

  record Posted(Seat seat, Settled answer) {

    String id() {
      return seat.booking().id();
    }
  }

  private final Stores stores;
  private final Messages messages;
  private final PlatformClock clock;

  SettledBatch(Stores stores, Messages messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<Seat>> run(Tx tx, List<Posted> commands) {
    Instant now = clock.now();
    Map<String, BookingRow> rows =
        stores.bookings().lock(tx, commands.stream().map(Posted::id).distinct().toList());
    List<String> settled = new ArrayList<>();
    List<BookingRow> voided = new ArrayList<>();
    List<Fact> facts = new ArrayList<>(commands.size());
    List<Outcome<Seat>> outcomes = new ArrayList<>(commands.size());
    for (Posted command : commands) {
      BookingRow row = rows.get(command.id());
      if (row == null) {
        throw new IllegalStateException("booking " + command.id() + " is gone");
      }
      BookingRow ended = ended(row, command.answer);
      Seat seat = command.seat.with(ended);
      if (ended != row) {
        rows.put(row.id(), ended);
        if (row.money() == Money.settling) {
          settled.add(row.id());
        } else {
          voided.add(ended);
        }
        Settlement settlement = ended.settlement();
        if (settlement != null) {
          facts.addAll(Facts.settled(seat, settlement, now));
        }
      }
      outcomes.add(Outcomes.done(seat));
    }
    stores.bookings().settled(tx, settled, now);
    stores.bookings().save(tx, voided, now);
    messages.write(tx, facts, List.of());
    return outcomes;
  }

  /** The same row where there was nothing left to end. */
  static BookingRow ended(BookingRow row, Settled answer) {
    return switch (row.money()) {
      case settling -> row.withMoney(Money.settled, row.settlement());
      case voiding -> {
        Settlement back = givenBack(row, answer);
        yield row.withMoney(back == null ? Money.none : Money.settled, back);
      }
      case asked, held, settled, none -> row;
    };
  }

  /** What a given-up hold had taken; null where it had taken nothing yet. */
  private static @Nullable Settlement givenBack(BookingRow row, Settled answer) {
    return answer.student() == 0
        ? null
        : new Settlement(answer.student(), 0, 0, "refund", voidRule(row).code(), null);
  }

  /** Why a hold is given up. */
  static SettlementRule voidRule(BookingRow row) {
    String by = row.cancelledBy();
    return by == null || by.equals("student")
        ? SettlementRule.BOOKING_NOT_CONFIRMED
        : SettlementRule.MEETING_CANCELLED;
  }
}
