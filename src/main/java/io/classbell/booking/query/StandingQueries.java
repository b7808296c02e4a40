package io.classbell.booking.query;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.StandingApi;
import io.classbell.booking.api.StandingApi.Line;
import io.classbell.booking.api.StandingApi.Standing;
import io.classbell.booking.api.StandingApi.StandingOf;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.store.MeetingStore;
import io.classbell.booking.store.StandingStore;
import io.classbell.booking.store.StandingStore.InEscrow;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Sql;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells users where the credits of their classes are, until when and by which rule. */
public final class StandingQueries {
  private static final String STUDENT = "student";
  private static final String TEACHER = "teacher";

  private final Node node;
  private final BookingSettings settings;
  private final StandingStore store = new StandingStore();
  private final MeetingStore meetings = new MeetingStore();

  public StandingQueries(Node node, BookingSettings settings) {
    this.node = node;
    this.settings = settings;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(StandingApi.STANDING, this::standing),
        bus.serve(StandingApi.TEACHERS, this::teachers));
  }

  private StandingApi.Teachers teachers(StandingApi.TeachersOf query) {
    return new StandingApi.Teachers(
        meetings.byIds(node.database().read(), query.meetingIds()).values().stream()
            .collect(Collectors.toMap(Meeting::id, Meeting::teacherId)));
  }

  public Standing standing(StandingOf query) {
    Sql sql = node.database().read();
    List<Line> held = new ArrayList<>();
    List<Line> maturing = new ArrayList<>();
    List<Line> disputed = new ArrayList<>();
    long studentHeld = 0;
    for (InEscrow row : store.ofStudent(sql, query.userId())) {
      studentHeld += row.price();
      (row.isDisputed() ? disputed : held).add(line(STUDENT, row));
    }
    for (InEscrow row : store.ofTeacher(sql, query.userId())) {
      boolean isEarned = row.status().equals("closed") && !isInReview(row);
      (row.isDisputed() ? disputed : isEarned ? maturing : held).add(line(TEACHER, row));
    }
    return new Standing(held, maturing, disputed, studentHeld);
  }

  private Line line(String side, InEscrow row) {
    return new Line(
        side,
        row.meetingId(),
        row.bookingId(),
        row.title(),
        row.amount(),
        row.price(),
        row.bookings(),
        until(row),
        rule(row));
  }

  private static String rule(InEscrow row) {
    if (row.isDisputed()) {
      return "in_dispute";
    }
    if (!row.money().equals("held")) {
      return "settling";
    }
    if (isInReview(row)) {
      return "in_review";
    }
    return row.status().equals("closed") ? "dispute_window" : "class_scheduled";
  }

  /** The deadline of the answer, or when the credits are released if nobody objects. */
  private @Nullable Instant until(InEscrow row) {
    if (row.isDisputed()) {
      return row.answerUntil();
    }
    if (!row.money().equals("held") || isInReview(row)) {
      return null;
    }
    Instant closedAt = row.closedAt() == null ? row.endsAt() : row.closedAt();
    return new MeetingTimeline(row.startsAt(), row.endsAt(), settings).release(closedAt).dueAt();
  }

  private static boolean isInReview(InEscrow row) {
    return row.reviewState().equals("needed");
  }
}
