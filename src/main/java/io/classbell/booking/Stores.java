package io.classbell.booking;

/** Where the module keeps things. Locks are taken in this order: agendas, meetings, bookings. */
record Stores(
    AgendaStore agendas, MeetingStore meetings, ParticipantStore bookings, OverlapStore overlaps) {

  Stores() {
    this(new AgendaStore(), new MeetingStore(), new ParticipantStore(), new OverlapStore());
  }
}
