package io.classbell.booking.model;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi.Milestone;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When what happens in the life of one meeting: reminders → open → start → close → release, in the
 * order of their times. Each milestone, when it is carried out, writes the next one down; reminders
 * are written down with the slot as well.
 */
public record MeetingTimeline(Instant startsAt, Instant endsAt, BookingSettings settings) {

  /** A close that is later than this gives the dispute window from the close itself on. */
  private static final Duration PUNCTUAL = Duration.ofMinutes(1);

  /** The kinds of milestones, in the order in which those of one instant are carried out. */
  public enum Name {
    reminder,
    open,
    start,
    close,
    release
  }

  /** A milestone with its nominal time; {@code before} is there for reminders. */
  public record Point(Name name, @Nullable Duration before, Instant dueAt) {

    public Milestone of(String meetingId) {
      return new Milestone(meetingId, name.name(), before == null ? null : before.toString());
    }
  }

  private static final Comparator<Point> IN_ORDER =
      Comparator.comparing(Point::dueAt).thenComparing(Point::name);

  /** The milestone that a message stands for, whether or not today's settings still have it. */
  public Point point(Milestone milestone) {
    Name name = Name.valueOf(milestone.name());
    Duration before =
        name == Name.reminder && milestone.detail() != null
            ? Duration.parse(milestone.detail())
            : null;
    return new Point(name, before, due(name, before));
  }

  /**
   * The first milestones of a slot made at this instant: the reminders and the opening. Reminders
   * whose time has come are left out, and a slot that is made within its opening time opens at
   * once.
   */
  public List<Point> first(Instant madeAt) {
    return points().stream()
        .filter(p -> p.name == Name.open || (p.name == Name.reminder && p.dueAt.isAfter(madeAt)))
        .toList();
  }

  /**
   * What follows; null after the release. The chain from the opening on leads past reminders, which
   * are written down already: what hinders one must not hinder the class.
   */
  public @Nullable Point next(Point after) {
    return points().stream()
        .filter(p -> after.name == Name.reminder || p.name != Name.reminder)
        .filter(p -> IN_ORDER.compare(p, after) > 0)
        .findFirst()
        .orElse(null);
  }

  /** Whether a reminder is so late that what comes at a later time is due as well. */
  public boolean overtaken(Point reminder, Instant now) {
    return points().stream()
        .anyMatch(p -> p.dueAt.isAfter(reminder.dueAt) && !p.dueAt.isAfter(now));
  }

  /**
   * When the teacher is paid: the dispute window after the end; after a close that was late, the
   * whole window is left to those who may object.
   */
  public Point release(Instant closedAt) {
    boolean punctual = closedAt.isBefore(endsAt.plus(PUNCTUAL));
    Instant from = punctual ? endsAt : closedAt;
    return new Point(Name.release, null, from.plus(settings.disputeWindow()));
  }

  /** Every milestone, in order. */
  public List<Point> points() {
    List<Point> points = new ArrayList<>();
    settings.reminders().stream()
        .distinct()
        .forEach(r -> points.add(new Point(Name.reminder, r, due(Name.reminder, r))));
    for (Name name : List.of(Name.open, Name.start, Name.close, Name.release)) {
      points.add(new Point(name, null, due(name, null)));
    }
    points.sort(IN_ORDER);
    return points;
  }

  private Instant due(Name name, @Nullable Duration before) {
    return switch (name) {
      case reminder -> startsAt.minus(before == null ? Duration.ZERO : before);
      case open -> startsAt.minus(settings.openBefore());
      case start -> startsAt;
      case close -> endsAt;
      case release -> endsAt.plus(settings.disputeWindow());
    };
  }
}
