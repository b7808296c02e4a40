package io.classbell.booking.review;

import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CountMeetings;
import io.classbell.booking.api.MeetingApi.DecideReview;
import io.classbell.booking.api.MeetingApi.ListReviews;
import io.classbell.booking.api.MeetingApi.MeetingCounts;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.command.BookingTransaction;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.decision.Verdict;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.ListCursor;
import io.classbell.booking.store.ReviewStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.util.List;

/** Meetings that somebody missed: an admin decides once who gets the money. */
public final class Reviews {
  private final Node node;
  private final BookingTransaction transaction;
  private final ReviewStore reviews = new ReviewStore();

  public Reviews(Node node, BookingTransaction transaction) {
    this.node = node;
    this.transaction = transaction;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.LIST_REVIEWS, this::list),
        bus.serve(MeetingApi.DECIDE_REVIEW, this::decide),
        bus.serve(MeetingApi.COUNTS, this::count));
  }

  /** Lists the meetings that wait for a decision, oldest first. */
  public Meetings list(ListReviews query) {
    ListCursor after = ListCursor.of(query.cursor());
    List<Meeting> found =
        reviews.waiting(node.database().read(), after == null ? "" : after.id(), query.limit() + 1);
    boolean more = found.size() > query.limit();
    List<Meeting> page = more ? found.subList(0, query.limit()) : found;
    String next =
        more ? new ListCursor(page.getLast().startsAt(), page.getLast().id()).text() : null;
    return new Meetings(page.stream().map(Meeting::toApi).toList(), next);
  }

  private MeetingCounts count(CountMeetings question) {
    Sql sql = node.database().read();
    return new MeetingCounts(reviews.countWaiting(sql), reviews.countOpen(sql, node.clock().now()));
  }

  /** Decides a review. A repeated decision gets the first answer; a different one is rejected. */
  public MeetingView decide(DecideReview command) {
    var review = new BookingCommand.Review(command, Verdict.of(command));
    Decision decision = node.database().inTransaction(tx -> transaction.run(tx, review));
    if (decision instanceof Decision.MeetingDecided decided) {
      return decided.meeting().toApi();
    }
    throw new IllegalStateException("unexpected decision " + decision);
  }
}
