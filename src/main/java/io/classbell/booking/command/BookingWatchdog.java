package io.classbell.booking.command;

import io.classbell.booking.api.BookingApi.Resume;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.PendingAction;
import io.classbell.booking.outbox.BookingOutbox;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.bus.Task;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at bookings some seconds after something was begun with them; nearly always it has ended
 * and there is nothing to do. What has not is driven on. While the wallet cannot be reached the
 * watch is set anew, at the same pace for as long as it takes; a defect is answered as failed, so
 * that it ends as a dead letter that people see.
 */
public final class BookingWatchdog {
  private static final Logger LOG = LoggerFactory.getLogger(BookingWatchdog.class);

  /** Bookings of one look: a statement takes no more than 65,535 parameters. */
  private static final int MOST_AT_ONCE = 1_000;

  private final Node node;
  private final BookingStores stores;
  private final BookingOutbox outbox;
  private final BookingSaga saga;

  public BookingWatchdog(Node node, BookingStores stores, BookingOutbox outbox, BookingSaga saga) {
    this.node = node;
    this.stores = stores;
    this.outbox = outbox;
    this.saga = saga;
  }

  public List<Failed> resume(List<Due<Resume>> batch) {
    Set<String> ids = new HashSet<>();
    batch.forEach(due -> ids.addAll(due.body().bookingIds()));
    Map<String, Throwable> unended = new HashMap<>();
    BookingOutbox.chunks(List.copyOf(ids), MOST_AT_ONCE)
        .forEach(some -> unended.putAll(drive(some)));
    List<String> again =
        unended.entrySet().stream()
            .filter(e -> Task.isNotNow(e.getValue()))
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!again.isEmpty()) {
      LOG.warn("{} bookings are not ended yet, the wallet does not answer", again.size());
      node.database()
          .inTransaction(
              tx -> {
                outbox.watch(tx, again);
                return again.size();
              });
    }
    List<Failed> failed = new ArrayList<>();
    for (Due<Resume> due : batch) {
      for (String id : due.body().bookingIds()) {
        Throwable cause = unended.get(id);
        if (cause != null && !Task.isNotNow(cause)) {
          failed.add(new Failed(due.id(), id + ": " + cause));
          break;
        }
      }
    }
    return failed;
  }

  /** Drives what is under way; answers what did not come to its end, and why. */
  private Map<String, Throwable> drive(List<String> ids) {
    var sql = node.database().read();
    List<Booking> underWay =
        stores.bookings().underWay(sql, ids).values().stream()
            .filter(b -> PendingAction.of(b) != PendingAction.NONE)
            .toList();
    Map<String, Future<BookingWithMeeting>> ends = new HashMap<>();
    Seats.with(stores, sql, underWay).forEach((id, seat) -> ends.put(id, saga.drive(seat)));
    Map<String, Throwable> unended = new HashMap<>();
    ends.forEach(
        (id, end) -> {
          try {
            end.await();
          } catch (Exception t) {
            unended.put(id, t);
          }
        });
    return unended;
  }
}
