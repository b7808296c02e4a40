package io.classbell.booking;

import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.attendance.Classroom;
import io.classbell.booking.audit.BookingAudit;
import io.classbell.booking.calendar.CalendarFeed;
import io.classbell.booking.command.BookingCommands;
import io.classbell.booking.command.BookingSaga;
import io.classbell.booking.command.BookingTransaction;
import io.classbell.booking.command.BookingWatchdog;
import io.classbell.booking.command.CommandGroups;
import io.classbell.booking.command.MeetingCancellation;
import io.classbell.booking.decision.BookingDecider;
import io.classbell.booking.departure.Departures;
import io.classbell.booking.dispute.Cases;
import io.classbell.booking.dispute.Disputes;
import io.classbell.booking.evidence.EvidenceQueries;
import io.classbell.booking.lifecycle.MilestoneHandler;
import io.classbell.booking.model.CancellationPolicy;
import io.classbell.booking.outbox.BookingOutbox;
import io.classbell.booking.query.BookingQueries;
import io.classbell.booking.query.StandingQueries;
import io.classbell.booking.review.Reviews;
import io.classbell.booking.slot.SeriesCreation;
import io.classbell.booking.slot.SlotChanges;
import io.classbell.booking.slot.SlotFeed;
import io.classbell.booking.slot.Slots;
import io.classbell.booking.slot.Teachers;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.ListStore;
import io.classbell.booking.store.WallTimeStore;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.node.Node;
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
    BookingStores stores = new BookingStores();
    noteZoneRules();
    ListStore lists = new ListStore();
    BookingOutbox outbox = new BookingOutbox(node.outbox(), node.clock(), settings.watchdogDelay());
    SlotFeed feed = new SlotFeed(vertx, node, stores);
    BookingTransaction transaction =
        new BookingTransaction(
            stores,
            outbox,
            new BookingDecider(CancellationPolicy.frozen(settings)),
            node.clock(),
            feed::changed);
    CommandGroups groups = new CommandGroups(vertx, node, settings);
    BookingSaga saga = new BookingSaga(groups, transaction);
    Teachers teachers = new Teachers(node.bus(), stores);
    Slots slots = new Slots(node, settings, stores, lists, teachers);
    BookingCommands bookings = new BookingCommands(groups, stores, transaction, saga, teachers);
    MeetingCancellation cancellation =
        new MeetingCancellation(node, transaction, saga, stores, lists, slots::changed);
    return Future.all(
        List.of(
            teachers.start(),
            slots(slots),
            new SeriesCreation(node, settings, stores, slots::changed).register(node.bus()),
            bookings(bookings),
            reads(new BookingQueries(node, stores, lists, teachers)),
            meetings(cancellation),
            new Departures(node, stores, cancellation, bookings).register(node.bus()),
            new SlotChanges(
                    node,
                    settings,
                    stores,
                    slotIds -> {
                      slots.changed();
                      feed.changed(slotIds);
                    })
                .register(node.bus()),
            life(stores, transaction, saga),
            node.bus()
                .serveTask(
                    BookingApi.RESUME, new BookingWatchdog(node, stores, outbox, saga)::resume)));
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
        bus.serveAsync(MeetingApi.COUNT_DAYS, slots::countDays),
        bus.serve(MeetingApi.MEETING, slots::meeting),
        bus.serve(MeetingApi.SLOT, slots::slot));
  }

  private Future<?> bookings(BookingCommands bookings) {
    Bus bus = node.bus();
    return Future.all(
        bus.serve(BookingApi.BOOK, bookings::book),
        bus.serve(BookingApi.CANCEL_BOOKING, bookings::cancel),
        bus.serve(BookingApi.MOVE_BOOKING, bookings::move));
  }

  private Future<?> reads(BookingQueries reads) {
    Bus bus = node.bus();
    return Future.all(
        bus.serve(BookingApi.BOOKING, reads::booking),
        bus.serve(BookingApi.BOOKINGS, reads::list),
        bus.serve(BookingApi.AGENDA, reads::agenda),
        bus.serve(BookingApi.PREVIEW_CANCELLATION, reads::preview),
        bus.serve(BookingApi.PREVIEW_MOVE, reads::previewMove),
        bus.serve(BookingApi.PREVIEW_MEETING_CANCELLATION, reads::previewMeetingCancellation));
  }

  private Future<?> meetings(MeetingCancellation cancellation) {
    return Future.all(
        node.bus().serve(MeetingApi.CANCEL_MEETING, cancellation::cancel),
        node.bus().serve(MeetingApi.ABSENCE, cancellation::absence));
  }

  /** What time does to meetings, who comes to them, and what is decided where somebody did not. */
  private Future<?> life(BookingStores stores, BookingTransaction transaction, BookingSaga saga) {
    Bus bus = node.bus();
    return Future.all(
        List.of(
            new MilestoneHandler(node, settings, stores, transaction).register(bus),
            new Classroom(node, settings, stores).register(bus),
            new Reviews(node, transaction).register(bus),
            new CalendarFeed(node).register(bus),
            new EvidenceQueries(node, stores).register(bus),
            new Disputes(node, settings, stores, transaction, saga).register(bus),
            new Cases(node, stores).register(bus),
            new StandingQueries(node, settings).register(bus),
            bus.serve(
                BookingApi.AUDIT, audit -> node.database().inSnapshot(BookingAudit::findings))));
  }
}
