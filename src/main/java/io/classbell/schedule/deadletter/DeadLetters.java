package io.classbell.schedule.deadletter;

import io.classbell.notification.api.NotificationApi;
import io.classbell.platform.Ids;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.adminlog.AdminLog;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectionCode;
import io.classbell.platform.time.PlatformClock;
import io.classbell.schedule.api.ScheduleApi;
import io.classbell.schedule.store.DeadLetterStore;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lists dead letters for admins and replays them. */
public final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final Database database;
  private final DeadLetterStore store;
  private final PlatformClock clock;
  private final Bus bus;
  private final Runnable look;

  public DeadLetters(
      Database database, DeadLetterStore store, PlatformClock clock, Bus bus, Runnable look) {
    this.database = database;
    this.store = store;
    this.clock = clock;
    this.bus = bus;
    this.look = look;
  }

  public ScheduleApi.DeadLetters list(ScheduleApi.ListDeadLetters question) {
    int limit = Math.clamp(question.limit(), 1, 100);
    List<ScheduleApi.DeadLetter> found = page(question.cursor(), limit + 1);
    if (found.size() <= limit) {
      return new ScheduleApi.DeadLetters(found, null);
    }
    List<ScheduleApi.DeadLetter> items = found.subList(0, limit);
    ScheduleApi.DeadLetter last = items.getLast();
    return new ScheduleApi.DeadLetters(
        List.copyOf(items), last.parkedAt().toEpochMilli() + "." + last.id());
  }

  private List<ScheduleApi.DeadLetter> page(@Nullable String cursor, int limit) {
    if (cursor == null) {
      return store.newest(limit);
    }
    int dot = cursor.indexOf('.');
    if (!cursor.matches("\\d{1,15}\\.[0-9a-f-]{36}") || !Ids.isId(cursor.substring(dot + 1))) {
      throw RejectionCode.invalidCursor();
    }
    Instant parkedAt = Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, dot)));
    if (!Sql.isStorable(parkedAt)) {
      throw RejectionCode.invalidCursor();
    }
    return store.olderThan(parkedAt, cursor.substring(dot + 1), limit);
  }

  /** Returns a dead letter to its original queue; the module that parked it provides the queue. */
  public ScheduleApi.DeadLetter replay(ScheduleApi.ReplayDeadLetter command) {
    String id = command.id();
    ScheduleApi.DeadLetter letter = store.find(id);
    if (letter == null) {
      throw ScheduleApi.NO_DEAD_LETTER.refused();
    }
    if (letter.source().equals(ScheduleApi.SOURCE_SCHEDULE)) {
      putBack(letter, command.adminId());
    } else {
      bus.ask(NotificationApi.REDELIVER, new NotificationApi.Redeliver(id, command.adminId()))
          .await();
    }
    LOG.info("Dead letter {} to {} is replayed", id, letter.address());
    return letter;
  }

  private void putBack(ScheduleApi.DeadLetter letter, @Nullable String adminId) {
    String id = letter.id();
    database.inTransaction(
        tx -> {
          if (!store.lock(tx, id)) {
            throw ScheduleApi.NO_DEAD_LETTER.refused();
          }
          store.putBack(tx, id, clock.realNow());
          if (adminId != null) {
            AdminLog.record(
                tx,
                clock.now(),
                new AdminAction(
                    adminId,
                    "dead_letter_replayed",
                    "dead_letter",
                    id,
                    null,
                    Map.of("address", letter.address(), "attempts", letter.attempts()),
                    Map.of("attempts", 0)));
          }
          tx.afterCommit(look);
          return id;
        });
  }
}
