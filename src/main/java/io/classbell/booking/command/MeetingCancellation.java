package io.classbell.booking.command;

import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import io.classbell.platform.Failpoint;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels a whole meeting for its teacher or an admin, then settles its bookings.
 *
 * <p>Failpoint: {@code cancel-meeting.decided}.
 */
public final class MeetingCancellation {
  private static final Logger LOG = LoggerFactory.getLogger(MeetingCancellation.class);

  /** The caller waits this long for the refunds; the watchdog finishes those that take longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Node node;
  private final BookingTransaction transaction;
  private final BookingSaga saga;
  private final Runnable changed;

  /** {@code changed} is told that a slot is no longer to be found. */
  public MeetingCancellation(
      Node node, BookingTransaction transaction, BookingSaga saga, Runnable changed) {
    this.node = node;
    this.transaction = transaction;
    this.saga = saga;
    this.changed = changed;
  }

  public MeetingView cancel(CancelMeeting command) {
    Decision decision =
        node.database()
            .inTransaction(tx -> transaction.run(tx, new BookingCommand.CancelMeeting(command)));
    if (!(decision instanceof Decision.MeetingDecided(Meeting meeting, var cancelled))) {
      throw new IllegalStateException("unexpected decision " + decision);
    }
    changed.run();
    Failpoint.reach("cancel-meeting.decided");
    List<Future<BookingWithMeeting>> ends = cancelled.stream().map(saga::drive).toList();
    try {
      Future.join(ends).timeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).await();
    } catch (Exception t) {
      String why = t instanceof TimeoutException ? "timeout" : t.toString();
      LOG.warn("refunds of meeting {} are left to the watchdog: {}", command.meetingId(), why);
    }
    return meeting.toApi();
  }
}
