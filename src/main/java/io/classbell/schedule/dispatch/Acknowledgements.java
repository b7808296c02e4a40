package io.classbell.schedule.dispatch;

import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.schedule.store.ScheduleStore;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes delivered messages in groups: acknowledgements that arrive during a delete, or shortly
 * before one, share the next delete. Messages that a crash leaves undeleted are delivered again.
 */
public final class Acknowledgements {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);
  private static final int MOST_AT_ONCE = 512;

  /** Under load a delete waits this long for others to join it. */
  private static final long GATHER_MILLIS = 20;

  private final Vertx vertx;
  private final ScheduleStore store;
  private List<String> done = new ArrayList<>();
  private boolean deleting;

  public Acknowledgements(Vertx vertx, ScheduleStore store) {
    this.vertx = vertx;
    this.store = store;
  }

  /** {@code soon}: no other delivery is in progress that it could wait for. */
  void add(List<String> ids, boolean soon) {
    done.addAll(ids);
    if (!deleting && !done.isEmpty()) {
      deleting = true;
      if (soon) {
        delete();
      } else {
        vertx.setTimer(GATHER_MILLIS, t -> delete());
      }
    }
  }

  public boolean isIdle() {
    return !deleting && done.isEmpty();
  }

  private void delete() {
    while (!done.isEmpty()) {
      List<String> ids = done;
      if (ids.size() <= MOST_AT_ONCE) {
        done = new ArrayList<>();
      } else {
        done = new ArrayList<>(ids.subList(MOST_AT_ONCE, ids.size()));
        ids = ids.subList(0, MOST_AT_ONCE);
      }
      try {
        store.delete(ids);
      } catch (RejectedException | CommitUnknown e) {
        LOG.warn("{} delivered messages are not deleted yet: {}", ids.size(), e.getMessage());
      } catch (RuntimeException e) {
        LOG.error("{} delivered messages are not deleted", ids.size(), e);
      }
    }
    deleting = false;
  }
}
