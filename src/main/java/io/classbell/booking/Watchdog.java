package io.classbell.booking;

import io.classbell.booking.BookingApi.Resume;
import io.classbell.platform.Node;
import io.classbell.platform.outbox.Task;
import io.classbell.platform.outbox.Task.Due;
import io.classbell.platform.outbox.Task.Failed;
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
final class Watchdog {
  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  /** Bookings of one look: a statement takes no more than 65,535 parameters. */
  private static final int MOST_AT_ONCE = 1_000;

  private final Node node;
  private final Stores stores;
  private final Messages messages;
  private final Saga saga;

  Watchdog(Node node, Stores stores, Messages messages, Saga saga) {
    this.node = node;
    this.stores = stores;
    this.messages = messages;
    this.saga = saga;
  }

  List<Failed> resume(List<Due<Resume>> batch) {
    Set<String> ids = new HashSet<>();
    batch.forEach(due -> ids.addAll(due.body().bookingIds()));
    Map<String, Throwable> unended = new HashMap<>();
    Messages.chunks(List.copyOf(ids), MOST_AT_ONCE).forEach(some -> unended.putAll(drive(some)));
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
                messages.write(tx, List.of(), again);
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
    List<BookingRow> underWay =
        stores.bookings().underWay(sql, ids).values().stream()
            .filter(b -> Step.of(b) != Step.NONE)
            .toList();
    Map<String, Future<Seat>> ends = new HashMap<>();
    Seats.with(stores, sql, underWay).forEach((id, seat) -> ends.put(id, saga.drive(seat)));
    Map<String, Throwable> unended = new HashMap<>();
    ends.forEach(
        (id, end) -> {
          try {
            end.await();
          } catch (Throwable t) {
            unended.put(id, t);
          }
        });
    return unended;
  }
}
