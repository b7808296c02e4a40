package io.classbell.booking.decision;

import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Meeting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a group of commands needs loaded and locked. The loader takes locks in one order, whatever
 * the commands: agendas, meetings, bookings.
 */
public final class LoadPlan {

  /** A time that a student wants to be free: that of a slot. */
  public record WantedTime(String studentId, String slotId) {}

  /** What a student can pay for a slot, in minor units. */
  public record Credits(String studentId, String slotId, long amount) {}

  private final Instant now;
  private final Set<String> agendas = new LinkedHashSet<>();
  private final Set<String> meetings = new LinkedHashSet<>();
  private final Map<String, Meeting> meetingsAsKnown = new LinkedHashMap<>();
  private final Set<String> meetingsOf = new LinkedHashSet<>();
  private final Set<String> bookings = new LinkedHashSet<>();
  private final Set<String> knownBookings = new LinkedHashSet<>();
  private final Map<String, BookingWithMeeting> pendingBookings = new LinkedHashMap<>();
  private final Set<String> disputesOf = new LinkedHashSet<>();
  private final Set<String> liveBookingsOf = new LinkedHashSet<>();
  private final List<WantedTime> wantedTimes = new ArrayList<>();
  private final List<Credits> credits = new ArrayList<>();

  /** {@code now}: the platform's time at which the group is decided. */
  public LoadPlan(Instant now) {
    this.now = now;
  }

  public Instant now() {
    return now;
  }

  /** Locks what a person does in time, so that nobody else decides about overlaps. */
  LoadPlan agenda(String userId) {
    agendas.add(userId);
    return this;
  }

  /** Locks a meeting. */
  LoadPlan meeting(String id) {
    meetings.add(id);
    return this;
  }

  /** Takes a meeting as the caller knows it, without reading it again. */
  LoadPlan meetingAsKnown(Meeting meeting) {
    meetingsAsKnown.put(meeting.id(), meeting);
    return this;
  }

  /** Locks a booking. */
  LoadPlan booking(String id) {
    bookings.add(id);
    return this;
  }

  /** Locks a booking after the meeting that it is in. */
  LoadPlan bookingAndItsMeeting(String id) {
    meetingsOf.add(id);
    return booking(id);
  }

  /** Reads a booking without a lock, where there is one with this id. */
  LoadPlan knownBooking(String id) {
    knownBookings.add(id);
    return this;
  }

  /** Locks a booking where it still is pending; otherwise it is read without a lock. */
  LoadPlan pendingBooking(BookingWithMeeting pending) {
    pendingBookings.put(pending.booking().id(), pending);
    return this;
  }

  /** Reads the dispute about a booking that is locked. */
  LoadPlan disputeOf(String bookingId) {
    disputesOf.add(bookingId);
    return this;
  }

  /** Locks the live bookings of a meeting. */
  LoadPlan liveBookingsOf(String meetingId) {
    liveBookingsOf.add(meetingId);
    return this;
  }

  /** Reads the bookings of a student that could overlap with a slot. */
  LoadPlan timesOf(String studentId, String slotId) {
    wantedTimes.add(new WantedTime(studentId, slotId));
    return this;
  }

  /** Reads whether a student who cannot pay for a slot was rejected there before. */
  LoadPlan credits(String studentId, String slotId, long amount) {
    credits.add(new Credits(studentId, slotId, amount));
    return this;
  }

  public Set<String> agendas() {
    return agendas;
  }

  public Set<String> meetings() {
    return meetings;
  }

  public Map<String, Meeting> meetingsAsKnown() {
    return meetingsAsKnown;
  }

  /** Bookings whose meetings are locked too. */
  public Set<String> meetingsOf() {
    return meetingsOf;
  }

  public Set<String> bookings() {
    return bookings;
  }

  public Set<String> knownBookings() {
    return knownBookings;
  }

  public Map<String, BookingWithMeeting> pendingBookings() {
    return pendingBookings;
  }

  /** Bookings whose disputes are read. */
  public Set<String> disputesOf() {
    return disputesOf;
  }

  public Set<String> liveBookingsOf() {
    return liveBookingsOf;
  }

  public List<WantedTime> wantedTimes() {
    return wantedTimes;
  }

  public List<Credits> credits() {
    return credits;
  }
}
