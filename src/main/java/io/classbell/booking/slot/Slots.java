package io.classbell.booking.slot;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CountDays;
import io.classbell.booking.api.MeetingApi.CreateSlot;
import io.classbell.booking.api.MeetingApi.DayTotals;
import io.classbell.booking.api.MeetingApi.MeetingById;
import io.classbell.booking.api.MeetingApi.MeetingView;
import io.classbell.booking.api.MeetingApi.Meetings;
import io.classbell.booking.api.MeetingApi.SearchSlots;
import io.classbell.booking.api.MeetingApi.SlotById;
import io.classbell.booking.api.MeetingApi.TeacherSlots;
import io.classbell.booking.model.Booking;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.SlotDetails;
import io.classbell.booking.model.WallTime;
import io.classbell.booking.outbox.Milestones;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.ListCursor;
import io.classbell.booking.store.ListStore;
import io.classbell.booking.store.WallTimeStore;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates, searches and shows slots. */
public final class Slots {
  private final Node node;
  private final BookingSettings settings;
  private final BookingStores stores;
  private final ListStore lists;
  private final WallTimeStore wallTimes = new WallTimeStore();
  private final Teachers teachers;
  private final SlotSearch search;

  public Slots(
      Node node,
      BookingSettings settings,
      BookingStores stores,
      ListStore lists,
      Teachers teachers) {
    this.node = node;
    this.settings = settings;
    this.stores = stores;
    this.lists = lists;
    this.teachers = teachers;
    this.search = new SlotSearch(node, teachers);
  }

  /** Creates a slot, or returns the one that this command created before. */
  public MeetingView create(CreateSlot command) {
    Instant startsAt = PlatformClock.toMillis(command.startsAt());
    List<FieldError> errors =
        SlotRules.check(
            settings,
            command.title(),
            command.durationMinutes(),
            command.capacity(),
            command.price());
    SlotDetails details =
        SlotRules.details(command.description(), command.subject(), command.language(), errors);
    if (!errors.isEmpty()) {
      addStartError(errors, startsAt);
      SlotRules.refuse(errors);
    }
    MeetingView made =
        node.database().inTransaction(tx -> create(tx, command, startsAt, details)).toApi();
    search.changed();
    return made;
  }

  private Meeting create(Tx tx, CreateSlot command, Instant startsAt, SlotDetails details) {
    stores.agendas().lock(tx, List.of(command.teacherId()));
    Meeting known = stores.meetings().byId(tx, command.commandId());
    if (known != null) {
      if (!same(known, command, startsAt)) {
        throw MeetingApi.COMMAND_REUSED.refused();
      }
      return known;
    }
    List<FieldError> errors = new ArrayList<>();
    addStartError(errors, startsAt);
    SlotRules.refuse(errors);
    Instant now = node.clock().now();
    Meeting slot =
        Meeting.scheduled(
            command.commandId(),
            command.teacherId(),
            null,
            command.title(),
            startsAt,
            command.durationMinutes(),
            command.capacity(),
            command.price(),
            details,
            now);
    List<Meeting> overlapping =
        stores.meetings().overlapping(tx, command.teacherId(), slot.startsAt(), slot.endsAt());
    if (!overlapping.isEmpty()) {
      throw MeetingApi.OVERLAPPING_SLOT.refused(Map.of("meetingId", overlapping.getFirst().id()));
    }
    stores.meetings().insert(tx, List.of(slot));
    wallTimes.insert(tx, wallTime(command, slot));
    node.outbox().write(tx, Milestones.first(node.outbox(), slot, settings, now));
    return slot;
  }

  private static List<WallTime> wallTime(CreateSlot command, Meeting slot) {
    String timezone = command.timezone();
    try {
      return timezone == null
          ? List.of()
          : List.of(WallTime.ofInstant(slot.id(), ZoneId.of(timezone), slot.startsAt()));
    } catch (DateTimeException zoneOfOtherRules) {
      return List.of();
    }
  }

  private void addStartError(List<FieldError> errors, Instant startsAt) {
    if (!SlotRules.startable(startsAt, node.clock().now())) {
      errors.add(SlotRules.notStartable("startsAt", node.clock().now()));
    }
  }

  private static boolean same(Meeting known, CreateSlot command, Instant startsAt) {
    return known.teacherId().equals(command.teacherId())
        && known.title().equals(command.title())
        && known.startsAt().equals(startsAt)
        && known.durationMinutes() == command.durationMinutes()
        && known.capacity() == command.capacity()
        && known.price() == command.price();
  }

  public Meetings ofTeacher(TeacherSlots query) {
    var span =
        new ListStore.Span(
            query.teacherId(),
            query.from(),
            query.to(),
            ListCursor.of(query.cursor()),
            query.limit() + 1);
    return page(lists.ofTeacher(node.database().read(), span), query.limit());
  }

  public Future<Meetings> search(SearchSlots query) {
    return search.find(query);
  }

  public Future<DayTotals> countDays(CountDays query) {
    return search.count(query);
  }

  /** Clears the search cache after slots changed on this node. */
  public void changed() {
    search.changed();
  }

  /**
   * Returns a meeting. Scheduled and open meetings are public; those of teachers whose accounts are
   * disabled are visible to students who hold a seat. Ended ones are visible to their teacher,
   * admins and students with a confirmed booking; attendance is shown only to participants and
   * admins.
   */
  public MeetingView meeting(MeetingById query) {
    MeetingView seen = seenBy(query.caller(), query.meetingId());
    if (seen == null) {
      throw MeetingApi.NO_MEETING.refused();
    }
    return seen;
  }

  /** Like {@link #meeting}, for readers without login too. */
  public MeetingView slot(SlotById query) {
    MeetingView seen = seenBy(query.caller(), query.slotId());
    if (seen == null) {
      throw MeetingApi.NO_SLOT.refused();
    }
    return seen;
  }

  private @Nullable MeetingView seenBy(@Nullable Caller caller, String meetingId) {
    Sql sql = node.database().read();
    Meeting meeting = stores.meetings().byId(sql, meetingId);
    if (meeting == null) {
      return null;
    }
    boolean live = meeting.status().live();
    if ((caller != null && meeting.isRunBy(caller))
        || (live && !teachers.isBarred(meeting.teacherId()))) {
      return meeting.toApi();
    }
    if (caller == null) {
      return null;
    }
    List<Booking> bookings = stores.bookings().of(sql, meeting.id(), caller.userId());
    if (live && bookings.stream().anyMatch(b -> b.status().live())) {
      return meeting.toApi();
    }
    if (bookings.stream().noneMatch(Booking::wasConfirmed)) {
      return null;
    }
    boolean inClass = bookings.stream().anyMatch(Booking::isInClass);
    return meeting.seenBy(caller, inClass).toApi();
  }

  private static Meetings page(List<Meeting> found, int limit) {
    boolean more = found.size() > limit;
    List<Meeting> page = more ? found.subList(0, limit) : found;
    String next =
        more ? new ListCursor(page.getLast().startsAt(), page.getLast().id()).text() : null;
    return new Meetings(page.stream().map(Meeting::toApi).toList(), next);
  }
}
