package io.classbell.booking.decision;

import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.MeetingTimeline;
import io.classbell.booking.model.RejectedAttempt;
import io.classbell.notification.api.NotificationApi.Fact;
import io.classbell.platform.adminlog.AdminAction;
import io.classbell.platform.idempotency.KnownKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction decides about: the loaded meetings and bookings, and all changes to them.
 * Decisions read and change it one after another, each seeing those before it; afterwards the
 * changes are written once. Holds no connection and runs no statement.
 */
public final class BookingUnitOfWork {

  /** A milestone to be scheduled for a meeting. */
  public record NextMilestone(String meetingId, MeetingTimeline.Point point) {}

  private final Instant now;
  private final Map<String, Meeting> meetings = new HashMap<>();
  private final Map<String, Meeting> loadedMeetings = new HashMap<>();
  private final Map<String, Booking> bookings = new LinkedHashMap<>();
  private final Map<String, Booking> loadedBookings = new HashMap<>();
  private final Map<String, Map<String, Booking>> byStudent = new HashMap<>();
  private final Map<String, Dispute> disputes = new LinkedHashMap<>();
  private final Map<String, Dispute> loadedDisputes = new HashMap<>();
  private final Set<RejectedAttempt> rejectedAttempts = new HashSet<>();
  private final List<String> newBookings = new ArrayList<>();
  private final Set<String> changedBookings = new LinkedHashSet<>();
  private final Set<String> changedMeetings = new LinkedHashSet<>();
  private final Map<String, Integer> seatChanges = new LinkedHashMap<>();
  private final List<Fact> events = new ArrayList<>();
  private final List<AdminAction> adminActions = new ArrayList<>();
  private final Set<String> watched = new LinkedHashSet<>();
  private final Set<String> resumed = new LinkedHashSet<>();
  private final Map<String, KnownKey> keys = new HashMap<>();
  private final List<KnownKey> newKeys = new ArrayList<>();
  private final List<NextMilestone> milestones = new ArrayList<>();

  /** {@code now}: the platform's time at which everything in this unit is decided. */
  public BookingUnitOfWork(Instant now) {
    this.now = now;
  }

  public Instant now() {
    return now;
  }

  // What is loaded

  /** Adds a meeting as it is in the database. The first copy of a meeting counts. */
  public void load(Meeting meeting) {
    if (meetings.putIfAbsent(meeting.id(), meeting) == null) {
      loadedMeetings.put(meeting.id(), meeting);
    }
  }

  /** Adds a booking as it is in the database. The first copy of a booking counts. */
  public void load(Booking booking) {
    if (bookings.putIfAbsent(booking.id(), booking) == null) {
      loadedBookings.put(booking.id(), booking);
      index(booking);
    }
  }

  /** Adds a dispute as it is in the database. */
  public void load(Dispute dispute) {
    disputes.put(dispute.bookingId(), dispute);
    loadedDisputes.put(dispute.bookingId(), dispute);
  }

  /** Adds an attempt that was rejected before. */
  public void load(RejectedAttempt attempt) {
    rejectedAttempts.add(attempt);
  }

  /** Adds a key that is stored. */
  public void load(KnownKey key) {
    keys.put(key.id(), key);
  }

  /** Null where this key was not used before. */
  @Nullable KnownKey key(String id) {
    return keys.get(id);
  }

  /** Null where it does not exist or is not loaded. */
  public @Nullable Meeting meeting(String id) {
    return meetings.get(id);
  }

  /** Null where it does not exist or is not loaded. */
  public @Nullable Booking booking(String id) {
    return bookings.get(id);
  }

  /** The dispute about a booking; null where there is none or it is not loaded. */
  @Nullable Dispute dispute(String bookingId) {
    return disputes.get(bookingId);
  }

  public Collection<Booking> bookings() {
    return bookings.values();
  }

  /** All loaded bookings of a student. */
  Collection<Booking> bookingsOf(String studentId) {
    return byStudent.getOrDefault(studentId, Map.of()).values();
  }

  /** The loaded live bookings in a meeting, without those that are on their way into it. */
  List<Booking> liveBookingsIn(String meetingId) {
    return bookings.values().stream()
        .filter(b -> b.meetingId().equals(meetingId) && b.status().live())
        .toList();
  }

  /**
   * @throws IllegalStateException where the meeting is not loaded
   */
  Meeting existingMeeting(String id) {
    Meeting meeting = meetings.get(id);
    if (meeting == null) {
      throw new IllegalStateException("meeting " + id + " is not loaded");
    }
    return meeting;
  }

  /**
   * A loaded booking with the meeting that it is in.
   *
   * @throws IllegalStateException where one of both is not loaded
   */
  BookingWithMeeting withMeeting(Booking booking) {
    return new BookingWithMeeting(booking, existingMeeting(booking.meetingId()));
  }

  // What changes

  /** A key that is used for the first time. */
  void add(KnownKey key) {
    keys.put(key.id(), key);
    newKeys.add(key);
  }

  /** A new booking. */
  void add(Booking booking) {
    newBookings.add(booking.id());
    put(booking);
  }

  /** A new dispute. */
  void add(Dispute dispute) {
    disputes.put(dispute.bookingId(), dispute);
  }

  /** The new version of a dispute that is loaded. */
  void change(Dispute dispute) {
    disputes.put(dispute.bookingId(), dispute);
  }

  /** Notes a rejected attempt; false where the student was rejected there before. */
  boolean isFirst(RejectedAttempt attempt) {
    return rejectedAttempts.add(attempt);
  }

  /** The new version of a booking that is loaded. */
  public void change(Booking booking) {
    changedBookings.add(booking.id());
    put(booking);
  }

  /**
   * The new version of a meeting that is loaded. Its seats are not the caller's to change: they
   * follow from the bookings.
   */
  public void change(Meeting meeting) {
    changedMeetings.add(meeting.id());
    meetings.put(meeting.id(), meeting);
  }

  /** The only place where seats are taken and become free. */
  private void put(Booking booking) {
    Booking before = bookings.put(booking.id(), booking);
    index(booking);
    Set<String> held = before == null ? Set.of() : before.seats();
    Set<String> holds = booking.seats();
    held.stream().filter(id -> !holds.contains(id)).forEach(id -> addSeats(id, -1));
    holds.stream().filter(id -> !held.contains(id)).forEach(id -> addSeats(id, 1));
  }

  private void addSeats(String meetingId, int difference) {
    Meeting meeting = meetings.get(meetingId);
    if (meeting != null) {
      meetings.put(meetingId, meeting.withSeats(difference));
    }
    seatChanges.merge(meetingId, difference, Integer::sum);
  }

  /** Somebody must be notified of this. The only place where an event is recorded. */
  public void record(Fact event) {
    events.add(event);
  }

  public void recordAll(Collection<Fact> some) {
    some.forEach(this::record);
  }

  /** An admin did this: it is written to the audit log. */
  public void record(AdminAction action) {
    adminActions.add(action);
  }

  /** The caller goes on with this booking; if the caller fails, the watchdog does. */
  void watch(String bookingId) {
    watched.add(bookingId);
  }

  /** Nobody waits for this booking: the watchdog goes on with it at once. */
  public void resume(String bookingId) {
    resumed.add(bookingId);
  }

  public void schedule(String meetingId, MeetingTimeline.Point point) {
    milestones.add(new NextMilestone(meetingId, point));
  }

  private void index(Booking booking) {
    byStudent
        .computeIfAbsent(booking.studentId(), s -> new LinkedHashMap<>())
        .put(booking.id(), booking);
  }

  // What is to be written

  public List<KnownKey> newKeys() {
    return newKeys;
  }

  public List<Booking> newBookings() {
    return newBookings.stream().map(this::existingBooking).toList();
  }

  /** Bookings of which nothing changed but that the price is held now: they need a small update. */
  public List<String> confirmedBookings() {
    return changedBookings.stream().filter(this::isConfirmation).toList();
  }

  /** Bookings of which nothing changed but that the settlement is posted now. */
  public List<String> settledBookings() {
    return changedBookings.stream().filter(this::isPosting).toList();
  }

  /** All other changed bookings. */
  public List<Booking> changedBookings() {
    return changedBookings.stream()
        .filter(id -> loadedBookings.containsKey(id) && !isConfirmation(id) && !isPosting(id))
        .map(this::existingBooking)
        .toList();
  }

  /** Meetings of which more changed than their seats; the seats are included. */
  public List<Meeting> changedMeetings() {
    return changedMeetings.stream().map(this::existingMeeting).toList();
  }

  /**
   * Meeting → seats taken (positive) or freed (negative), of meetings that change in nothing else.
   */
  public Map<String, Integer> seatChanges() {
    Map<String, Integer> changes = new LinkedHashMap<>(seatChanges);
    changes.keySet().removeAll(changedMeetings);
    changes.values().removeIf(difference -> difference == 0);
    return changes;
  }

  public List<Dispute> newDisputes() {
    return disputes.values().stream()
        .filter(d -> !loadedDisputes.containsKey(d.bookingId()))
        .toList();
  }

  public List<Dispute> changedDisputes() {
    return disputes.values().stream()
        .filter(
            d -> {
              Dispute before = loadedDisputes.get(d.bookingId());
              return before != null && !before.equals(d);
            })
        .toList();
  }

  /** The dispute about a booking as it was loaded; null where there was none. */
  @Nullable Dispute disputeBefore(String bookingId) {
    return loadedDisputes.get(bookingId);
  }

  /** The meeting as it was loaded; null where it was not. */
  @Nullable Meeting meetingBefore(String id) {
    return loadedMeetings.get(id);
  }

  /** The booking as it was loaded; null where it was not. */
  @Nullable Booking bookingBefore(String id) {
    return loadedBookings.get(id);
  }

  /** Meetings that this unit closes. */
  public List<String> closedMeetings() {
    return changedMeetings.stream()
        .filter(id -> existingMeeting(id).status() == Meeting.Status.closed)
        .filter(
            id -> {
              Meeting before = loadedMeetings.get(id);
              return before != null && before.status() != Meeting.Status.closed;
            })
        .toList();
  }

  public List<Fact> events() {
    return events;
  }

  public List<AdminAction> adminActions() {
    return adminActions;
  }

  public List<String> watched() {
    return List.copyOf(watched);
  }

  public List<String> resumed() {
    return List.copyOf(resumed);
  }

  public List<NextMilestone> milestones() {
    return milestones;
  }

  private boolean isConfirmation(String id) {
    Booking before = loadedBookings.get(id);
    return before != null
        && before.status() == Booking.Status.pending
        && existingBooking(id).equals(before.confirmed());
  }

  private boolean isPosting(String id) {
    Booking before = loadedBookings.get(id);
    return before != null
        && before.money() == Booking.Money.settling
        && existingBooking(id).equals(before.withMoney(Booking.Money.settled, before.settlement()));
  }

  private Booking existingBooking(String id) {
    Booking booking = bookings.get(id);
    if (booking == null) {
      throw new IllegalStateException("booking " + id + " is not loaded");
    }
    return booking;
  }
}
