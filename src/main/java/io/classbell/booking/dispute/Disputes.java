package io.classbell.booking.dispute;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.DisputeApi.AcceptDispute;
import io.classbell.booking.api.DisputeApi.AnswerDispute;
import io.classbell.booking.api.DisputeApi.AnswerDue;
import io.classbell.booking.api.DisputeApi.DecideDispute;
import io.classbell.booking.api.DisputeApi.DisputeOfBooking;
import io.classbell.booking.api.DisputeApi.DisputeView;
import io.classbell.booking.api.DisputeApi.ListDisputes;
import io.classbell.booking.api.DisputeApi.OpenDispute;
import io.classbell.booking.command.BookingSaga;
import io.classbell.booking.command.BookingTransaction;
import io.classbell.booking.command.Seats;
import io.classbell.booking.decision.BookingCommand;
import io.classbell.booking.decision.Decision;
import io.classbell.booking.decision.DisputeCommand;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.BookingWithMeeting;
import io.classbell.booking.model.Dispute;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.DisputeStore;
import io.classbell.booking.store.ListCursor;
import io.classbell.platform.Failpoint;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.Task.Due;
import io.classbell.platform.bus.Task.Failed;
import io.classbell.platform.db.CommitUnknown;
import io.classbell.platform.db.Sql;
import io.classbell.platform.failure.OutcomeUnknown;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disputes: opened by one side of a booking, answered or accepted by the other, decided by an
 * admin. Each command is one transaction; a dispute that ends is settled with the wallet at once,
 * and by the watchdog if that fails.
 *
 * <p>Failpoints: {@code dispute.opened}, {@code dispute.ended}.
 */
public final class Disputes {
  private static final Logger LOG = LoggerFactory.getLogger(Disputes.class);
  private static final List<Dispute.Status> UNDECIDED =
      Stream.of(Dispute.Status.values()).filter(Dispute.Status::isUndecided).toList();

  private final Node node;
  private final BookingSettings settings;
  private final BookingStores stores;
  private final BookingTransaction transaction;
  private final BookingSaga saga;

  public Disputes(
      Node node,
      BookingSettings settings,
      BookingStores stores,
      BookingTransaction transaction,
      BookingSaga saga) {
    this.node = node;
    this.settings = settings;
    this.stores = stores;
    this.transaction = transaction;
    this.saga = saga;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        List.of(
            bus.serve(DisputeApi.OPEN, this::open),
            bus.serve(DisputeApi.OF_BOOKING, this::ofBooking),
            bus.serve(DisputeApi.ACCEPT, this::accept),
            bus.serve(DisputeApi.ANSWER, this::answer),
            bus.serve(DisputeApi.LIST, this::list),
            bus.serve(DisputeApi.DECIDE, this::decide),
            bus.serveTask(DisputeApi.ANSWER_DUE, this::escalate)));
  }

  public DisputeView open(OpenDispute command) {
    DisputeFields.check("reason", command.reason(), command.studentPercent());
    var decided = run(new DisputeCommand.Open(command, settings));
    Failpoint.reach("dispute.opened");
    return DisputeViews.of(decided.dispute(), decided.booking(), command.caller());
  }

  public DisputeView accept(AcceptDispute command) {
    String bookingId = bookingOf(command.disputeId(), command.caller());
    return ended(run(new DisputeCommand.Accept(command, bookingId)), command.caller());
  }

  public DisputeView answer(AnswerDispute command) {
    DisputeFields.check("reason", command.reason(), command.studentPercent());
    String bookingId = bookingOf(command.disputeId(), command.caller());
    return ended(run(new DisputeCommand.Answer(command, bookingId)), command.caller());
  }

  public DisputeView decide(DecideDispute command) {
    DisputeFields.check("note", command.note(), command.studentPercent());
    String bookingId = bookingOf(command.disputeId(), command.admin());
    return ended(run(new DisputeCommand.Decide(command, bookingId)), command.admin());
  }

  /** Sends disputes whose time for an answer is over to an admin. */
  public List<Failed> escalate(List<Due<AnswerDue>> batch) {
    List<Failed> failed = new ArrayList<>();
    for (Due<AnswerDue> due : batch) {
      AnswerDue body = due.body();
      try {
        run(new DisputeCommand.Escalate(body.disputeId(), body.bookingId()));
      } catch (RejectedException | CommitUnknown e) {
        failed.add(Failed.of(due.id(), e));
      }
    }
    return failed;
  }

  public DisputeView ofBooking(DisputeOfBooking query) {
    Sql sql = node.database().read();
    Dispute dispute =
        stores.disputes().ofBookings(sql, List.of(query.bookingId())).get(query.bookingId());
    if (dispute == null || !isVisible(dispute, query.caller())) {
      throw DisputeApi.NO_DISPUTE.refused();
    }
    return views(sql, List.of(dispute), query.caller()).getFirst();
  }

  public DisputeApi.Disputes list(ListDisputes query) {
    Sql sql = node.database().read();
    Caller caller = query.caller();
    Collection<Dispute.Status> all =
        caller.isAdmin() ? UNDECIDED : List.of(Dispute.Status.values());
    DisputeStore.Filter filter =
        new DisputeStore.Filter(
            caller.isAdmin() ? null : caller.userId(),
            caller.role() == Caller.Role.teacher,
            query.status() == null ? all : Set.of(Dispute.Status.valueOf(query.status())));
    ListCursor after = ListCursor.of(query.cursor());
    List<Dispute> found =
        stores.disputes().list(sql, filter, after == null ? null : after.id(), query.limit() + 1);
    boolean more = found.size() > query.limit();
    List<Dispute> page = more ? found.subList(0, query.limit()) : found;
    String next =
        more ? new ListCursor(page.getLast().openedAt(), page.getLast().id()).text() : null;
    return new DisputeApi.Disputes(views(sql, page, caller), next);
  }

  private List<DisputeView> views(Sql sql, List<Dispute> disputes, Caller caller) {
    if (disputes.isEmpty()) {
      return List.of();
    }
    Set<String> ids = disputes.stream().map(Dispute::bookingId).collect(Collectors.toSet());
    Map<String, BookingWithMeeting> seats =
        Seats.with(stores, sql, stores.bookings().byIds(sql, ids).values());
    return disputes.stream()
        .map(d -> DisputeViews.of(d, Objects.requireNonNull(seats.get(d.bookingId())), caller))
        .toList();
  }

  private static boolean isVisible(Dispute dispute, Caller caller) {
    return caller.isAdmin() || dispute.sideOf(caller.userId()) != null;
  }

  private String bookingOf(String disputeId, Caller caller) {
    Dispute dispute = stores.disputes().byId(node.database().read(), disputeId);
    if (dispute == null || !isVisible(dispute, caller)) {
      throw DisputeApi.NO_DISPUTE.refused();
    }
    return dispute.bookingId();
  }

  private Decision.DisputeDecided run(DisputeCommand command) {
    Decision decision =
        node.database()
            .inTransaction(tx -> transaction.run(tx, new BookingCommand.OnDispute(command)));
    if (decision instanceof Decision.DisputeDecided decided) {
      return decided;
    }
    throw new IllegalStateException("unexpected decision " + decision);
  }

  /** Settles with the wallet if the dispute has ended; the watchdog goes on if that fails. */
  private DisputeView ended(Decision.DisputeDecided decided, Caller caller) {
    BookingWithMeeting seat = decided.booking();
    if (seat.booking().money() == Booking.Money.settling) {
      Failpoint.reach("dispute.ended");
      try {
        seat = saga.drive(seat).await();
      } catch (OutcomeUnknown | RejectedException | CommitUnknown unknown) {
        LOG.warn(
            "The settlement of dispute {} is left to the watchdog: {}",
            decided.dispute().id(),
            unknown.getMessage());
      }
    }
    return DisputeViews.of(decided.dispute(), seat, caller);
  }
}
