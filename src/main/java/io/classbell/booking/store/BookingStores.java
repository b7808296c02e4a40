package io.classbell.booking.store;

/** Where the module keeps things. Locks are taken in this order: agendas, meetings, bookings. */
public record BookingStores(
    AgendaStore agendas, MeetingStore meetings, ParticipantStore bookings, OverlapStore overlaps) {

  public BookingStores() {
    this(new AgendaStore(), new MeetingStore(), new ParticipantStore(), new OverlapStore());
  }
}
