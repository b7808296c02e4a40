package io.classbell.booking.command;

import io.classbell.booking.api.MeetingApi.Absence;
import io.classbell.booking.api.MeetingApi.AbsentMeeting;
import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.api.MeetingApi.DeclareAbsence;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.CancellationDecisions;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.ListStore;
import io.classbell.platform.Failpoint;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels whole meetings for their teacher or an admin, then settles their bookings.
 *
 * <p>Failpoint: {@code cancel-meeting.decided}.
 */
public final class MeetingCancellation {
  private static final Logger LOG = LoggerFactory.getLogger(MeetingCancellation.class);

  /** The caller waits this long for the refunds; the watchdog finishes those that take longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration LONGEST_ABSENCE = Duration.ofDays(92);
  private static final int MOST_MEETINGS = 100;

  private final Node node;
  private final BookingTransaction transaction;
  private final BookingSaga saga;
  private final BookingStores stores;
  private final ListStore lists;
  private final Runnable changed;

  /** {@code changed} is told that a slot is no longer to be found. */
  public MeetingCancellation(
      Node node,
      BookingTransaction transaction,
      BookingSaga saga,
      BookingStores stores,
      ListStore lists,
      Runnable changed) {
    this.stores = stores;
    this.lists = lists;
    this.node = node;
    this.transaction = transaction;
    this.saga = saga;
    this.changed = changed;
  }

  public MeetingView cancel(CancelMeeting command) {
    Decision.MeetingDecided decided = decide(command);
    changed.run();
    Failpoint.reach("cancel-meeting.decided");
    awaitRefunds(List.of(decided));
    return decided.meeting().toApi();
  }

  private Decision.MeetingDecided decide(CancelMeeting command) {
    Decision decision =
        node.database()
            .inTransaction(tx -> transaction.run(tx, new BookingCommand.CancelMeeting(command)));
    if (decision instanceof Decision.MeetingDecided decided) {
      return decided;
    }
    throw new IllegalStateException("unexpected decision " + decision);
  }

  private void awaitRefunds(List<Decision.MeetingDecided> decided) {
    List<Future<BookingWithMeeting>> ends =
        decided.stream().flatMap(d -> d.cancelled().stream()).map(saga::drive).toList();
    try {
      Future.join(ends).timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).await();
    } catch (Exception t) {
      String why = t instanceof TimeoutException ? "timeout" : t.toString();
      LOG.warn("refunds of {} meetings are left to the watchdog: {}", decided.size(), why);
    }
  }

  /**
   * Cancels all classes of a teacher that start in a range, each in a transaction of its own: after
   * a failure in between, a repetition cancels the others. A class that can no longer be cancelled
   * is left out.
   */
  public Absence absence(DeclareAbsence command) {
    if (!command.from().isBefore(command.to())
        || command.from().plus(LONGEST_ABSENCE).isBefore(command.to())) {
      throw new RejectedException(
          Rejection.ofFields(
              List.of(
                  FieldRules.outOfRange(
                      "to",
                      "Must be after from, at most %d days.".formatted(LONGEST_ABSENCE.toDays()),
                      command.from().toString(),
                      command.from().plus(LONGEST_ABSENCE).toString()))));
    }
    Sql sql = node.database().read();
    List<Meeting> meetings =
        lists.liveOfTeacher(
            sql, command.caller().userId(), command.from(), command.to(), MOST_MEETINGS + 1);
    if (meetings.size() > MOST_MEETINGS) {
      Meeting first = meetings.getLast();
      throw new RejectedException(
          Rejection.ofFields(
              List.of(
                  FieldRules.outOfRange(
                      "to",
                      "At most %d classes can be cancelled at once; choose a shorter range."
                          .formatted(MOST_MEETINGS),
                      null,
                      first.startsAt().toString()))));
    }
    List<Meeting> cancellable =
        meetings.stream()
            .filter(m -> CancellationDecisions.isCancellable(m, node.clock().now()))
            .toList();
    return command.dryRun() ? preview(sql, cancellable) : cancelAll(command, cancellable);
  }

  private Absence preview(Sql sql, List<Meeting> meetings) {
    List<Booking> bookings =
        stores.bookings().liveOf(sql, meetings.stream().map(Meeting::id).toList());
    return absence(
        true,
        meetings.stream()
            .map(
                m ->
                    absent(
                        m,
                        bookings.stream()
                            .filter(b -> b.meetingId().equals(m.id()))
                            .filter(CancellationDecisions::endsWithMeeting)
                            .toList()))
            .toList());
  }

  private Absence cancelAll(DeclareAbsence command, List<Meeting> meetings) {
    List<Decision.MeetingDecided> decided = new ArrayList<>();
    for (Meeting meeting : meetings) {
      try {
        decided.add(
            decide(
                new CancelMeeting(
                    Ids.derived("absence", command.commandId(), meeting.id()),
                    command.caller(),
                    meeting.id(),
                    command.reason())));
      } catch (RejectedException overMeanwhile) {
        LOG.debug("meeting {} is not cancelled: {}", meeting.id(), overMeanwhile.getMessage());
      }
    }
    changed.run();
    awaitRefunds(decided);
    return absence(
        false,
        decided.stream()
            .map(
                d ->
                    absent(
                        d.meeting(),
                        d.cancelled().stream().map(BookingWithMeeting::booking).toList()))
            .toList());
  }

  private static Absence absence(boolean dryRun, List<AbsentMeeting> items) {
    return new Absence(
        dryRun,
        items.size(),
        items.stream().mapToInt(AbsentMeeting::bookings).sum(),
        items.stream().mapToLong(AbsentMeeting::refund).sum(),
        items);
  }

  private static AbsentMeeting absent(Meeting meeting, List<Booking> bookings) {
    long refund =
        bookings.stream()
            .mapToLong(b -> CancellationPolicy.meetingCancelled(b.policy(), b.price()).student())
            .sum();
    return new AbsentMeeting(
        meeting.id(), meeting.title(), meeting.startsAt(), bookings.size(), refund);
  }
}
