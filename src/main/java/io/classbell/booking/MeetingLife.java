package io.classbell.booking;

import io.classbell.booking.BookingApi.Milestone;
import io.classbell.platform.Node;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Refused;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.db.Tx;
import io.classbell.platform.outbox.Task.Due;
import io.classbell.platform.outbox.Task.Failed;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries milestones out, many meetings in one transaction: it locks the meetings and their
 * bookings, lets {@link Life} decide each, and writes what changed, what people must hear and the
 * next milestones with a handful of statements, however many meetings there are.
 */
final class MeetingLife {
  private static final Logger LOG = LoggerFactory.getLogger(MeetingLife.class);
  private static final String METER = "classbell.milestones";
  private static final int MOST_MEETINGS = 500;
  private static final int MOST_SEATS = 5_000;

  private final Node node;
  private final BookingSettings settings;
  private final MeetingStore meetings;
  private final ParticipantStore participants;
  private final AttendanceStore attendance = new AttendanceStore();

  MeetingLife(Node node, BookingSettings settings, Stores stores) {
    this.node = node;
    this.settings = settings;
    this.meetings = stores.meetings();
    this.participants = stores.bookings();
  }

  Future<Void> register(Bus bus) {
    return bus.serveTask(BookingApi.MILESTONE, this::carryOut);
  }

  /** In order of their times; of one meeting only one milestone goes into a transaction. */
  List<Failed> carryOut(List<Due<Milestone>> batch) {
    List<Failed> failed = new ArrayList<>();
    List<Due<Milestone>> left = new ArrayList<>(batch);
    left.sort(Comparator.comparing(Due::dueAt));
    while (!left.isEmpty()) {
      Map<String, Due<Milestone>> group = new TreeMap<>();
      List<Due<Milestone>> later = new ArrayList<>();
      for (Due<Milestone> due : left) {
        if (group.size() == MOST_MEETINGS
            || group.putIfAbsent(due.body().meetingId(), due) != null) {
          later.add(due);
        }
      }
      later.addAll(0, group(group, failed));
      left = later;
    }
    return failed;
  }

  /** Answers those of the group that did not fit into one transaction. */
  private List<Due<Milestone>> group(Map<String, Due<Milestone>> group, List<Failed> failed) {
    try {
      Set<String> done = node.database().inTransaction(tx -> together(tx, group));
      return group.values().stream().filter(d -> !done.contains(d.body().meetingId())).toList();
    } catch (Refused | CommitUnknown e) {
      group.values().forEach(d -> failed.add(new Failed(d.id(), String.valueOf(e.getMessage()))));
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        Due<Milestone> due = group.values().iterator().next();
        LOG.error(
            "milestone {} of meeting {} failed", due.body().name(), due.body().meetingId(), e);
        failed.add(new Failed(due.id(), e.toString()));
      } else {
        LOG.warn("{} milestones failed together ({}): one by one", group.size(), e.toString());
        group.forEach((id, due) -> group(Map.of(id, due), failed));
      }
    }
    return List.of();
  }

  private Set<String> together(Tx tx, Map<String, Due<Milestone>> group) {
    Instant now = node.clock().now();
    Map<String, MeetingRow> locked = meetings.lock(tx, group.keySet());
    List<MeetingRow> taken = firstThatFit(locked.values());
    Set<String> ids = new HashSet<>(taken.stream().map(MeetingRow::id).toList());
    Map<String, List<BookingRow>> live = live(tx, ids);
    Set<String> withTeacher = attendance.withTeacher(tx, ids(group, ids, Timeline.Name.close));

    Changes changes = new Changes();
    for (MeetingRow meeting : taken) {
      Due<Milestone> due = group.get(meeting.id());
      List<BookingRow> bookings = live.getOrDefault(meeting.id(), List.of());
      boolean teacherCame = withTeacher.contains(meeting.id());
      Timeline.Point point =
          new Timeline(meeting.startsAt(), meeting.endsAt(), settings).point(due.body());
      LifeStep step = new Life(meeting, bookings, teacherCame, settings, now).at(point);
      changes.add(due, point, step);
    }
    changes.write(tx, now);
    tx.afterCommit(
        () -> ids.forEach(id -> node.meters().counter(METER, "name", name(group, id)).increment()));

    Set<String> done = new HashSet<>(group.keySet());
    locked.keySet().stream().filter(id -> !ids.contains(id)).forEach(done::remove);
    return done;
  }

  private Map<String, List<BookingRow>> live(Tx tx, Set<String> meetingIds) {
    Map<String, List<BookingRow>> live = new HashMap<>();
    for (BookingRow booking : participants.lockLiveOf(tx, meetingIds).values()) {
      live.computeIfAbsent(booking.meetingId(), id -> new ArrayList<>()).add(booking);
    }
    return live;
  }

  /** A bound on what one transaction holds in memory, whatever the meetings' sizes. */
  private static List<MeetingRow> firstThatFit(Collection<MeetingRow> locked) {
    List<MeetingRow> taken = new ArrayList<>(locked.size());
    long seats = 0;
    for (MeetingRow meeting : locked) {
      seats += meeting.seatsTaken();
      if (!taken.isEmpty() && seats > MOST_SEATS) {
        break;
      }
      taken.add(meeting);
    }
    return taken;
  }

  private static String name(Map<String, Due<Milestone>> group, String meetingId) {
    return group.get(meetingId).body().name();
  }

  private static List<String> ids(
      Map<String, Due<Milestone>> group, Set<String> ids, Timeline.Name name) {
    return ids.stream().filter(id -> name(group, id).equals(name.name())).toList();
  }

  /** What all the steps of one transaction write. */
  private final class Changes {
    private final List<MeetingRow> changedMeetings = new ArrayList<>();
    private final List<BookingRow> changedBookings = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private final LifeMessages messages = new LifeMessages(node.outbox());

    void add(Due<Milestone> due, Timeline.Point point, LifeStep step) {
      MeetingRow changed = step.meeting();
      if (changed != null) {
        changedMeetings.add(changed);
        if (changed.status() == MeetingRow.Status.closed) {
          closed.add(changed.id());
        }
      }
      changedBookings.addAll(step.bookings());
      messages
          .tell(step.facts())
          .settle(
              step.bookings().stream()
                  .filter(b -> b.money() == BookingRow.Money.settling)
                  .map(BookingRow::id)
                  .toList())
          .follow(due, point, step);
    }

    void write(Tx tx, Instant now) {
      meetings.save(tx, changedMeetings, now);
      participants.save(tx, changedBookings, now);
      attendance.allLeave(tx, closed, now);
      messages.write(tx);
    }
  }
}
