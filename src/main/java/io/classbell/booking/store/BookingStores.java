package io.classbell.booking.store;

/** The stores of the module. Locks are taken in this order: agendas, meetings, bookings. */
public record BookingStores(
    AgendaStore agendas,
    MeetingStore meetings,
    ParticipantStore bookings,
    OverlapStore overlaps,
    AttendanceStore attendance) {

  public BookingStores() {
    this(
        new AgendaStore(),
        new MeetingStore(),
        new ParticipantStore(),
        new OverlapStore(),
        new AttendanceStore());
  }
}
