package io.classbell.booking.lifecycle;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.Milestone;
import io.classbell.booking.command.BookingTransaction;
import io.classbell.booking.decision.BookingUnitOfWork;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.store.AttendanceStore;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.DisputeStore;
import io.classbell.booking.store.MeetingStore;
import io.classbell.booking.store.ParticipantStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.db.Database;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.micrometer.core.instrument.Counter;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries milestones out, many meetings in one transaction: it locks the meetings and their
 * bookings, lets {@link MeetingLifecycle} decide each, and writes what changed, what people must
 * hear and the next milestones with a handful of statements, however many meetings there are.
 */
public final class MilestoneHandler {
  private static final Logger LOG = LoggerFactory.getLogger(MilestoneHandler.class);
  private static final int MOST_MEETINGS = 500;
  private static final int MOST_SEATS = 5_000;

  private final Node node;
  private final BookingSettings settings;
  private final MeetingStore meetings;
  private final ParticipantStore participants;
  private final AttendanceStore attendance;
  private final DisputeStore disputes;
  private final BookingTransaction transaction;

  public MilestoneHandler(
      Node node, BookingSettings settings, BookingStores stores, BookingTransaction transaction) {
    this.node = node;
    this.settings = settings;
    this.meetings = stores.meetings();
    this.participants = stores.bookings();
    this.attendance = stores.attendance();
    this.disputes = stores.disputes();
    this.transaction = transaction;
  }

  public Future<Void> register(Bus bus) {
    return bus.serveTask(MeetingApi.MILESTONE, this::carryOut);
  }

  /**
   * In order of their times; of one meeting only one milestone goes into a transaction. While the
   * database is away the rest is not even tried.
   */
  public List<Failed> carryOut(List<Due<Milestone>> batch) {
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
      try {
        later.addAll(0, group(group, failed));
      } catch (RejectedException away) {
        Stream.concat(group.values().stream(), later.stream())
            .forEach(due -> failed.add(Failed.of(due.id(), away)));
        return failed;
      }
      left = later;
    }
    return failed;
  }

  /** Answers those of the group that this transaction did not take. */
  private List<Due<Milestone>> group(Map<String, Due<Milestone>> group, List<Failed> failed) {
    try {
      Set<String> done = node.database().inTransaction(tx -> together(tx, group));
      if (!done.isEmpty()) {
        return group.values().stream().filter(d -> !done.contains(d.body().meetingId())).toList();
      }
      LOG.warn("{} meetings with a milestone are locked by others: one by one", group.size());
    } catch (RejectedException | CommitUnknown e) {
      if (e instanceof RejectedException refused && !contended(refused)) {
        throw refused;
      }
      LOG.warn("{} milestones have to wait: {}", group.size(), e.getMessage());
      if (group.size() == 1) {
        group.values().forEach(due -> failed.add(Failed.of(due.id(), e)));
        return List.of();
      }
    } catch (RuntimeException e) {
      if (group.size() == 1) {
        group.values().forEach(due -> failed.add(defect(due, e)));
        return List.of();
      }
      LOG.warn("{} milestones failed together ({}): one by one", group.size(), e.toString());
    }
    oneByOne(group, failed);
    return List.of();
  }

  /** One fails without the others; who comes after one whose locks are not to be had waits too. */
  private void oneByOne(Map<String, Due<Milestone>> group, List<Failed> failed) {
    Failed waiting = null;
    for (Map.Entry<String, Due<Milestone>> entry : group.entrySet()) {
      Due<Milestone> due = entry.getValue();
      if (waiting != null) {
        failed.add(new Failed(due.id(), waiting.error(), true));
        continue;
      }
      int before = failed.size();
      group(Map.of(entry.getKey(), due), failed);
      if (failed.size() > before && failed.getLast().canWait()) {
        waiting = failed.getLast();
      }
    }
  }

  private static Failed defect(Due<Milestone> due, RuntimeException e) {
    LOG.error("milestone {} of meeting {} failed", due.body().name(), due.body().meetingId(), e);
    return new Failed(due.id(), e.toString());
  }

  private static boolean contended(RejectedException refused) {
    return refused.failure().code().equals(Database.CONTENDED);
  }

  /** Answers the meetings whose milestone is done; many at once wait for nobody's lock. */
  private Set<String> together(Tx tx, Map<String, Due<Milestone>> group) {
    Instant now = node.clock().now();
    Map<String, Meeting> locked =
        group.size() == 1
            ? meetings.lock(tx, group.keySet())
            : meetings.lockFree(tx, group.keySet());
    Set<String> done = new HashSet<>(group.keySet());
    done.removeAll(locked.keySet());
    // Those that are there, and not to be had, are not done; those that are gone are.
    done.removeAll(meetings.byIds(tx, Set.copyOf(done)).keySet());

    List<Meeting> taken = firstThatFit(locked.values());
    taken.forEach(meeting -> done.add(meeting.id()));
    List<String> ids = taken.stream().map(Meeting::id).toList();
    Map<String, List<Booking>> live = live(tx, ids);
    Set<String> withTeacher =
        attendance.withTeacher(tx, at(MeetingTimeline.Name.close, group, taken));
    Set<String> disputed = disputes.undecidedIn(tx, at(MeetingTimeline.Name.release, group, taken));

    BookingUnitOfWork unit = new BookingUnitOfWork(now);
    taken.forEach(unit::load);
    live.values().forEach(bookings -> bookings.forEach(unit::load));
    for (Meeting meeting : taken) {
      List<Booking> bookings = live.getOrDefault(meeting.id(), List.of());
      boolean teacherCame = withTeacher.contains(meeting.id());
      MeetingTimeline timeline =
          new MeetingTimeline(meeting.startsAt(), meeting.endsAt(), settings);
      MeetingTimeline.Point point = timeline.point(of(group, meeting.id()).body());
      new MeetingLifecycle(meeting, bookings, teacherCame, disputed, settings, now)
          .at(point)
          .applyTo(unit, meeting.id());
    }
    transaction.write(tx, unit);
    tx.afterCommit(() -> ids.forEach(id -> carriedOut(name(group, id)).increment()));
    return done;
  }

  /** The meetings that are at this milestone. */
  private static Set<String> at(
      MeetingTimeline.Name name, Map<String, Due<Milestone>> group, List<Meeting> meetings) {
    return meetings.stream()
        .map(Meeting::id)
        .filter(id -> name(group, id).equals(name.name()))
        .collect(Collectors.toSet());
  }

  private Counter carriedOut(String milestone) {
    return Counter.builder("classbell.milestones")
        .description("Milestones in the life of meetings that were carried out")
        .tag("name", milestone)
        .register(node.meters());
  }

  private Map<String, List<Booking>> live(Tx tx, Collection<String> meetingIds) {
    Map<String, List<Booking>> live = new HashMap<>();
    for (Booking booking : participants.lockLiveOf(tx, meetingIds).values()) {
      live.computeIfAbsent(booking.meetingId(), id -> new ArrayList<>()).add(booking);
    }
    return live;
  }

  /** A bound on what one transaction holds in memory, whatever the meetings' sizes. */
  private static List<Meeting> firstThatFit(Collection<Meeting> locked) {
    List<Meeting> taken = new ArrayList<>(locked.size());
    long seats = 0;
    for (Meeting meeting : locked) {
      seats += meeting.seatsTaken();
      if (!taken.isEmpty() && seats > MOST_SEATS) {
        break;
      }
      taken.add(meeting);
    }
    return taken;
  }

  private static String name(Map<String, Due<Milestone>> group, String meetingId) {
    return of(group, meetingId).body().name();
  }

  private static Due<Milestone> of(Map<String, Due<Milestone>> group, String meetingId) {
    return Objects.requireNonNull(group.get(meetingId), "asked for another meeting");
  }
}
