package io.classbell.booking.departure;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Departed;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingApi.CancelBooking;
import io.classbell.booking.api.BookingApi.DepartingBooking;
import io.classbell.booking.api.BookingApi.DepartingClass;
import io.classbell.booking.api.BookingApi.Departure;
import io.classbell.booking.api.BookingApi.PreviewDeparture;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.MeetingApi.CancelMeeting;
import io.classbell.booking.command.BookingCommands;
import io.classbell.booking.command.MeetingCancellation;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.UpcomingStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Caller.Role;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cancels what a user still has to do when the account is disabled or gets another role: a
 * teacher's classes as an admin would, with full refunds, and a student's bookings as the student
 * would, by the cancellation policy of each booking.
 */
public final class Departures {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);
  private static final int PAGE = 100;
  private static final int MOST_BOOKINGS = 1_000;

  private final Node node;
  private final BookingStores stores;
  private final MeetingCancellation meetings;
  private final BookingCommands bookings;
  private final UpcomingStore upcoming = new UpcomingStore();

  public Departures(
      Node node, BookingStores stores, MeetingCancellation meetings, BookingCommands bookings) {
    this.node = node;
    this.stores = stores;
    this.meetings = meetings;
    this.bookings = bookings;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(BookingApi.PREVIEW_DEPARTURE, this::preview),
        bus.serveTask(AccountApi.DEPARTED, this::handle));
  }

  /** Returns what would be cancelled if the user left the role now. */
  Departure preview(PreviewDeparture query) {
    Instant now = node.clock().now();
    List<DepartingClass> classes =
        query.role() == Role.teacher ? allClasses(query.userId(), now) : List.of();
    List<DepartingBooking> seats =
        query.role() == Role.student ? allBookings(query.userId(), now) : List.of();
    return new Departure(
        classes.size(),
        classes.stream().mapToInt(DepartingClass::bookings).sum(),
        classes.stream().mapToLong(DepartingClass::refund).sum(),
        classes.subList(0, Math.min(PAGE, classes.size())),
        seats.size(),
        seats.stream().mapToLong(DepartingBooking::refund).sum(),
        seats.subList(0, Math.min(PAGE, seats.size())));
  }

  private List<DepartingClass> allClasses(String teacherId, Instant now) {
    List<DepartingClass> all = new ArrayList<>();
    Instant after = Instant.EPOCH;
    String afterId = "";
    while (true) {
      List<DepartingClass> page =
          upcoming.classesOf(node.database().read(), teacherId, now, after, afterId, PAGE);
      all.addAll(page);
      if (page.size() < PAGE) {
        return all;
      }
      after = page.getLast().startsAt();
      afterId = page.getLast().id();
    }
  }

  private List<DepartingBooking> allBookings(String studentId, Instant now) {
    List<Booking> found =
        upcoming.bookingsOf(node.database().read(), studentId, now, MOST_BOOKINGS);
    Set<String> ids = found.stream().map(Booking::meetingId).collect(Collectors.toSet());
    Map<String, Meeting> of = stores.meetings().byIds(node.database().read(), ids);
    return found.stream().map(booking -> departing(booking, of, now)).toList();
  }

  private static DepartingBooking departing(
      Booking booking, Map<String, Meeting> meetings, Instant now) {
    Meeting meeting = meetings.get(booking.meetingId());
    Split split =
        CancellationPolicy.byStudent(booking.policy(), booking.price(), booking.startsAt(), now);
    return new DepartingBooking(
        booking.id(),
        booking.meetingId(),
        meeting == null ? "" : meeting.title(),
        booking.startsAt(),
        booking.price(),
        split == null ? 0 : split.student());
  }

  private List<Failed> handle(List<Due<Departed>> batch) {
    List<Failed> failed = new ArrayList<>();
    for (Due<Departed> due : batch) {
      try {
        depart(due.body());
      } catch (RuntimeException e) {
        failed.add(Failed.of(due.id(), e));
      }
    }
    return failed;
  }

  private void depart(Departed departed) {
    // Enabled again, or back in the role, before this message was delivered.
    if (isStillThere(departed)) {
      return;
    }
    Instant now = node.clock().now();
    if (departed.role() == Role.teacher) {
      cancelClasses(departed, now);
    } else if (departed.role() == Role.student) {
      cancelBookings(departed, now);
    }
  }

  private boolean isStillThere(Departed departed) {
    return node
        .bus()
        .ask(AccountApi.PEOPLE, new AccountApi.PeopleByIds(List.of(departed.userId())))
        .await()
        .people()
        .stream()
        .anyMatch((Person p) -> p.active() && p.role() == departed.role());
  }

  /** The admin's reason for disabling the account is not passed on: students would read it. */
  private void cancelClasses(Departed departed, Instant now) {
    Caller admin = new Caller(departed.adminId(), Role.admin);
    int cancelled = 0;
    for (DepartingClass slot : allClasses(departed.userId(), now)) {
      String commandId = Ids.derived("departure", slot.id());
      if (isDone(() -> meetings.cancel(new CancelMeeting(commandId, admin, slot.id(), null)))) {
        cancelled++;
      }
    }
    LOG.info("{} classes of the departed teacher {} are cancelled", cancelled, departed.userId());
  }

  private void cancelBookings(Departed departed, Instant now) {
    Caller student = new Caller(departed.userId(), Role.student);
    int cancelled = 0;
    for (Booking booking :
        upcoming.bookingsOf(node.database().read(), departed.userId(), now, MOST_BOOKINGS)) {
      String commandId = Ids.derived("departure", booking.id());
      if (isDone(
          () -> bookings.cancel(new CancelBooking(commandId, student, booking.id(), null)))) {
        cancelled++;
      }
    }
    LOG.info("{} bookings of the departed student {} are cancelled", cancelled, departed.userId());
  }

  /** Returns false if it can no longer be cancelled, for example because it has just begun. */
  private static boolean isDone(Runnable cancellation) {
    try {
      cancellation.run();
      return true;
    } catch (RejectedException e) {
      if (e.failure().status() >= 500) {
        throw e;
      }
      return false;
    }
  }
}
