package io.classbell.booking.slot;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.SlotState;
import io.classbell.booking.api.MeetingApi.SlotsChanged;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.node.Node;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells all nodes which slots have changed. Changes within a quarter of a second are told together,
 * as the slots are in the database by then, so many bookings of one class cause few messages. What
 * is lost is not repeated: readers see it when they load the slot again.
 *
 * <p>{@link #changed} may be called on any thread after a commit.
 */
public final class SlotFeed {
  private static final Logger LOG = LoggerFactory.getLogger(SlotFeed.class);
  private static final Duration COALESCED = Duration.ofMillis(250);
  private static final int MOST_IN_MESSAGE = 200;

  /** More changes than this within the time are not told. */
  private static final int MOST_PENDING = 20_000;

  private final Vertx vertx;
  private final Context context;
  private final Node node;
  private final BookingStores stores;
  private final Set<String> pending = new LinkedHashSet<>();

  /** Reads and publishes on the current context, which must be that of a virtual thread. */
  public SlotFeed(Vertx vertx, Node node, BookingStores stores) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.node = node;
    this.stores = stores;
  }

  /** Tells of these slots soon. */
  public void changed(Collection<String> slotIds) {
    boolean isFirst;
    synchronized (pending) {
      isFirst = pending.isEmpty() && !slotIds.isEmpty();
      if (pending.size() < MOST_PENDING) {
        pending.addAll(slotIds);
      }
    }
    if (isFirst) {
      context.runOnContext(start -> vertx.setTimer(COALESCED.toMillis(), timer -> publish()));
    }
  }

  private void publish() {
    List<String> ids;
    synchronized (pending) {
      ids = new ArrayList<>(pending);
      pending.clear();
    }
    try {
      for (int from = 0; from < ids.size(); from += MOST_IN_MESSAGE) {
        List<String> some = ids.subList(from, Math.min(ids.size(), from + MOST_IN_MESSAGE));
        List<SlotState> states =
            stores.meetings().byIds(node.database().read(), some).values().stream()
                .map(SlotFeed::state)
                .toList();
        if (!states.isEmpty()) {
          node.bus().publish(MeetingApi.SLOTS_CHANGED, new SlotsChanged(states));
        }
      }
    } catch (Exception e) {
      // The errors of statements are not declared.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.debug("Changes of slots were not told: {}", e.getMessage());
    }
  }

  private static SlotState state(Meeting slot) {
    return new SlotState(
        slot.id(),
        slot.startsAt(),
        slot.status().live() ? slot.seatsTaken() : 0,
        slot.capacity(),
        slot.status().name(),
        slot.version());
  }
}
