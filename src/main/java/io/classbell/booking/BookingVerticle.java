package io.classbell.booking;

import io.classbell.platform.Node;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.zones.TimeZoneRules;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;

/** Slots, meetings and bookings on the bus. Runs on a virtual thread. */
public final class BookingVerticle extends VerticleBase {
  private final Node node;
  private final BookingSettings settings;

  public BookingVerticle(Node node, BookingSettings settings) {
    this.node = node;
    this.settings = settings;
  }

  @Override
  public Future<?> start() {
    Stores stores = new Stores();
    noteZoneRules();
    ListStore lists = new ListStore();
    Messages messages = new Messages(node.outbox(), node.clock(), settings.watchdogDelay());
    Groups groups = new Groups(vertx, node, settings);
    Saga saga = new Saga(groups, stores, messages);
    Slots slots = new Slots(node, settings, stores, lists);
    return Future.all(
        List.of(
            slots(slots),
            new SeriesCreation(node, settings, stores, slots::changed).register(node.bus()),
            bookings(new Bookings(groups, stores, messages, saga)),
            reads(new BookingReads(node, stores, lists)),
            meetings(new MeetingCancellation(node, stores, messages, saga, slots::changed)),
            life(stores),
            node.bus()
                .serveTask(BookingApi.RESUME, new Watchdog(node, stores, messages, saga)::resume)));
  }

  /**
   * Slots may have been computed by newer time zone rules, on another node or in another release.
   */
  private void noteZoneRules() {
    TimeZoneRules.noteUsed(new WallTimeStore().newestRules(node.database().read()));
  }

  private Future<?> slots(Slots slots) {
    Bus bus = node.bus();
    return Future.all(
        bus.serve(MeetingApi.CREATE_SLOT, slots::create),
        bus.serve(MeetingApi.TEACHER_SLOTS, slots::ofTeacher),
        bus.serveAsync(MeetingApi.SEARCH_SLOTS, slots::search),
        bus.serve(MeetingApi.MEETING, slots::meeting));
  }

  private Future<?> bookings(Bookings bookings) {
    Bus bus = node.bus();
    return Future.all(
        bus.serve(BookingApi.BOOK, bookings::book),
        bus.serve(BookingApi.CANCEL_BOOKING, bookings::cancel),
        bus.serve(BookingApi.MOVE_BOOKING, bookings::move));
  }

  private Future<?> reads(BookingReads reads) {
    Bus bus = node.bus();
    return Future.all(
        bus.serve(BookingApi.BOOKING, reads::booking),
        bus.serve(BookingApi.BOOKINGS, reads::list),
        bus.serve(BookingApi.PREVIEW_CANCELLATION, reads::preview));
  }

  private Future<?> meetings(MeetingCancellation cancellation) {
    return node.bus().serve(MeetingApi.CANCEL_MEETING, cancellation::cancel);
  }

  /** What time does to meetings, who comes to them, and what is decided where somebody did not. */
  private Future<?> life(Stores stores) {
    Bus bus = node.bus();
    return Future.all(
        new MeetingLife(node, settings, stores).register(bus),
        new Classroom(node, settings, stores).register(bus),
        new Reviews(node, stores).register(bus),
        new CalendarFeed(node).register(bus),
        bus.serve(BookingApi.AUDIT, audit -> node.database().inSnapshot(BookingAudit::findings)));
  }
}
