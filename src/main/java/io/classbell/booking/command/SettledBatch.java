package io.classbell.booking.command;

import io.classbell.booking.event.BookingEvents;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Booking.Money;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Settlement;
import io.classbell.booking.model.SettlementRule;
import io.classbell.booking.store.BookingStores;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.db.GroupCommit;
import io.classbell.platform.db.GroupCommit.Outcome;
import io.classbell.platform.db.Tx;
import io.classbell.platform.time.PlatformClock;
import io.classbell.wallet.api.WalletApi.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Last step of everything that gives credits back or pays them out: the ledger has posted it. */
public final class SettledBatch
    implements GroupCommit.Batch<SettledBatch.Posted, BookingWithMeeting> {

  record Posted(BookingWithMeeting seat, Settled answer) {

    String id() {
      return seat.booking().id();
    }
  }

  private final BookingStores stores;
  private final BookingOutbox messages;
  private final PlatformClock clock;

  SettledBatch(BookingStores stores, BookingOutbox messages, PlatformClock clock) {
    this.stores = stores;
    this.messages = messages;
    this.clock = clock;
  }

  @Override
  public List<Outcome<BookingWithMeeting>> run(Tx tx, List<Posted> commands) {
    Instant now = clock.now();
    Map<String, Booking> rows =
        stores.bookings().lock(tx, commands.stream().map(Posted::id).distinct().toList());
    List<String> settled = new ArrayList<>();
    List<Booking> voided = new ArrayList<>();
    List<Fact> facts = new ArrayList<>(commands.size());
    List<Outcome<BookingWithMeeting>> outcomes = new ArrayList<>(commands.size());
    for (Posted command : commands) {
      Booking row = rows.get(command.id());
      if (row == null) {
        throw new IllegalStateException("booking " + command.id() + " is gone");
      }
      Booking ended = ended(row, command.answer);
      BookingWithMeeting seat = command.seat.with(ended);
      if (ended != row) {
        rows.put(row.id(), ended);
        if (row.money() == Money.settling) {
          settled.add(row.id());
        } else {
          voided.add(ended);
        }
        Settlement settlement = ended.settlement();
        if (settlement != null) {
          facts.addAll(BookingEvents.settled(seat, settlement, now));
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
  public static Booking ended(Booking row, Settled answer) {
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
  private static @Nullable Settlement givenBack(Booking row, Settled answer) {
    return answer.student() == 0
        ? null
        : new Settlement(answer.student(), 0, 0, "refund", voidRule(row).code(), null);
  }

  /** Why a hold is given up. */
  static SettlementRule voidRule(Booking row) {
    String by = row.cancelledBy();
    return by == null || by.equals("student")
        ? SettlementRule.BOOKING_NOT_CONFIRMED
        : SettlementRule.MEETING_CANCELLED;
  }
}
