package io.classbell.booking.store;

import io.classbell.platform.idempotency.CommandKeys;

/** The stores of the module. Locks are taken in this order: agendas, meetings, bookings. */
public record BookingStores(
    AgendaStore agendas,
    MeetingStore meetings,
    ParticipantStore bookings,
    OverlapStore overlaps,
    AttendanceStore attendance,
    CommandKeys keys,
    EvidenceStore evidence,
    DisputeStore disputes) {

  public BookingStores() {
    this(
        new AgendaStore(),
        new MeetingStore(),
        new ParticipantStore(),
        new OverlapStore(),
        new AttendanceStore(),
        new CommandKeys(),
        new EvidenceStore(),
        new DisputeStore());
  }
}
