package io.classbell.booking.slot;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.DeleteSlot;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.UpdateSlot;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.SlotDetails;
import io.classbell.booking.store.BookingStores;
import io.classbell.platform.bus.Ack;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes and withdraws slots that nobody has booked. Decided under the slot's lock, which every
 * booking takes as well: a student never books what the teacher is changing.
 */
public final class SlotChanges {
  private final Node node;
  private final BookingSettings settings;
  private final BookingStores stores;
  private final Consumer<Collection<String>> changed;

  /** {@code changed} is told the ids of slots that were changed. */
  public SlotChanges(
      Node node,
      BookingSettings settings,
      BookingStores stores,
      Consumer<Collection<String>> changed) {
    this.node = node;
    this.settings = settings;
    this.stores = stores;
    this.changed = changed;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.UPDATE_SLOT, this::update),
        bus.serve(MeetingApi.DELETE_SLOT, this::delete));
  }

  private MeetingView update(UpdateSlot command) {
    return node.database().inTransaction(tx -> update(tx, command)).toApi();
  }

  private Meeting update(Tx tx, UpdateSlot command) {
    Meeting slot = own(tx, command.teacherId(), command.slotId());
    requireUnbooked(tx, slot);
    SlotDetails before = slot.details();
    String title = Objects.requireNonNullElse(command.title(), slot.title());
    int capacity = Objects.requireNonNullElse(command.capacity(), slot.capacity());
    long price = Objects.requireNonNullElse(command.price(), slot.price());
    List<FieldError> errors =
        SlotRules.check(settings, title, slot.durationMinutes(), capacity, price);
    SlotDetails details =
        SlotRules.details(
            or(command.description(), before.description()),
            or(command.subject(), before.subject()),
            or(command.language(), before.language()),
            errors);
    SlotRules.refuse(errors);
    Meeting described = slot.described(title, capacity, price, details);
    stores.meetings().describe(tx, described, node.clock().now());
    tx.afterCommit(() -> changed.accept(List.of(slot.id())));
    return described;
  }

  private static @Nullable String or(@Nullable String given, @Nullable String before) {
    return given == null ? before : given;
  }

  private Ack delete(DeleteSlot command) {
    node.database()
        .inTransaction(
            tx -> {
              Meeting slot = own(tx, command.teacherId(), command.slotId());
              if (slot.status() != Meeting.Status.cancelled) {
                requireUnbooked(tx, slot);
                Meeting cancelled = slot.cancelled(node.clock().now(), "teacher", null);
                stores.meetings().save(tx, List.of(cancelled), node.clock().now());
                tx.afterCommit(() -> changed.accept(List.of(slot.id())));
              }
              return slot;
            });
    return Ack.DONE;
  }

  private Meeting own(Tx tx, String teacherId, String slotId) {
    Meeting slot = stores.meetings().lock(tx, slotId);
    if (slot == null || !slot.teacherId().equals(teacherId)) {
      throw MeetingApi.NO_SLOT.refused();
    }
    return slot;
  }

  private void requireUnbooked(Tx tx, Meeting slot) {
    if (!slot.status().live() || !node.clock().now().isBefore(slot.startsAt())) {
      throw MeetingApi.SLOT_OVER.refused();
    }
    // A booking that moves in holds a seat, but is not in the slot yet.
    if (slot.seatsTaken() > 0 || !stores.bookings().liveOf(tx, List.of(slot.id())).isEmpty()) {
      throw MeetingApi.SLOT_BOOKED.refused();
    }
  }
}
