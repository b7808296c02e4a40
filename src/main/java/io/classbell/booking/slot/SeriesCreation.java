package io.classbell.booking.slot;

import io.classbell.booking.api.BookingSettings;
import io.classbell.booking.api.MeetingApi;
import io.classbell.booking.api.MeetingApi.CreateSeries;
import io.classbell.booking.api.MeetingApi.PlannedSlot;
import io.classbell.booking.api.MeetingApi.Series;
import io.classbell.booking.api.MeetingApi.SeriesPreview;
import io.classbell.booking.model.Meeting;
import io.classbell.booking.model.SlotDetails;
import io.classbell.booking.model.WallTime;
import io.classbell.booking.outbox.Milestones;
import io.classbell.booking.slot.Recurrence.Occurrence;
import io.classbell.booking.store.BookingStores;
import io.classbell.booking.store.SeriesStore;
import io.classbell.booking.store.WallTimeStore;
import io.classbell.platform.Ids;
import io.classbell.platform.bus.Bus;
import io.classbell.platform.bus.FieldRules;
import io.classbell.platform.db.Sql;
import io.classbell.platform.db.Tx;
import io.classbell.platform.failure.RejectedException;
import io.classbell.platform.failure.Rejection.FieldError;
import io.classbell.platform.node.Node;
import io.vertx.core.Future;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Creates the slots of a recurrence rule, in the teacher's time zone and in one transaction. */
public final class SeriesCreation {
  private final Node node;
  private final BookingSettings settings;
  private final BookingStores stores;
  private final Runnable changed;
  private final WallTimeStore wallTimes = new WallTimeStore();
  private final SeriesStore series = new SeriesStore();

  /** A valid command. */
  private record Checked(
      CreateSeries command, SlotDetails details, ZoneId zone, List<Occurrence> occurrences) {}

  /**
   * @param changed called when slots were created
   */
  public SeriesCreation(
      Node node, BookingSettings settings, BookingStores stores, Runnable changed) {
    this.node = node;
    this.settings = settings;
    this.stores = stores;
    this.changed = changed;
  }

  public Future<?> register(Bus bus) {
    return Future.all(
        bus.serve(MeetingApi.CREATE_SERIES, this::create),
        bus.serve(MeetingApi.PREVIEW_SERIES, this::preview));
  }

  /** Creates the slots; returns them and the conflicts of the other occurrences. */
  public Series create(CreateSeries command) {
    Checked checked = check(command);
    Series made = node.database().inTransaction(tx -> create(tx, checked));
    changed.run();
    return made;
  }

  /** Plans the slots without creating them; the plan may change until they are created. */
  public SeriesPreview preview(CreateSeries command) {
    Checked checked = check(command);
    Instant now = node.clock().now();
    if (!SlotRules.startable(checked.occurrences.getFirst().startsAt(), now)) {
      SlotRules.refuse(List.of(SlotRules.notStartable("firstStartsAt", now)));
    }
    SeriesPlan plan = plan(node.database().read(), checked, now);
    Duration length = Duration.ofMinutes(command.durationMinutes());
    return new SeriesPreview(
        plan.made().stream()
            .map(
                o -> new PlannedSlot(o.local().toString(), o.startsAt(), o.startsAt().plus(length)))
            .toList(),
        plan.conflicts());
  }

  private Series create(Tx tx, Checked checked) {
    CreateSeries command = checked.command;
    stores.agendas().lock(tx, List.of(command.teacherId()));
    SeriesStore.Answered known = series.byId(tx, command.commandId());
    if (known != null) {
      if (!known.command().equals(command)) {
        throw MeetingApi.COMMAND_REUSED.refused();
      }
      return known.answer();
    }
    Instant now = node.clock().now();
    if (!SlotRules.startable(checked.occurrences.getFirst().startsAt(), now)) {
      SlotRules.refuse(List.of(SlotRules.notStartable("firstStartsAt", now)));
    }
    SeriesPlan plan = plan(tx, checked, now);
    if (plan.made().isEmpty()) {
      throw nothingMade(plan);
    }
    List<Meeting> slots = plan.made().stream().map(o -> slot(checked, o, now)).toList();
    Series answer =
        new Series(
            command.commandId(), slots.stream().map(Meeting::toApi).toList(), plan.conflicts());
    series.insert(tx, new SeriesStore.Answered(command, answer), now);
    stores.meetings().insert(tx, slots);
    wallTimes.insert(tx, wallTimes(slots, plan, checked.zone));
    node.outbox()
        .write(
            tx,
            slots.stream()
                .flatMap(slot -> Milestones.first(node.outbox(), slot, settings, now).stream())
                .toList());
    return answer;
  }

  /**
   * Returns the rejection of a series that creates no slot, for example because it was created
   * before.
   */
  private static RejectedException nothingMade(SeriesPlan plan) {
    String detail =
        "None of the %d classes was created, as each overlaps another of your classes."
            .formatted(plan.conflicts().size());
    return new RejectedException(
        MeetingApi.OVERLAPPING_SLOT
            .failure(detail)
            .with(Map.of("occurrences", plan.conflicts().size(), "conflicts", plan.conflicts())));
  }

  private static List<WallTime> wallTimes(List<Meeting> slots, SeriesPlan plan, ZoneId zone) {
    List<WallTime> times = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      times.add(WallTime.ofLocal(slots.get(i).id(), zone, plan.made().get(i).local()));
    }
    return times;
  }

  private SeriesPlan plan(Sql sql, Checked checked, Instant now) {
    Duration length = Duration.ofMinutes(checked.command.durationMinutes());
    List<Instant> starts = checked.occurrences.stream().map(Occurrence::startsAt).sorted().toList();
    List<Meeting> existing =
        stores
            .meetings()
            .overlapping(
                sql, checked.command.teacherId(), starts.getFirst(), starts.getLast().plus(length));
    return SeriesPlan.of(checked.occurrences, length, existing, checked.zone, now);
  }

  private static Meeting slot(Checked checked, Occurrence occurrence, Instant now) {
    CreateSeries command = checked.command;
    return Meeting.scheduled(
        Ids.next(),
        command.teacherId(),
        command.commandId(),
        command.title(),
        occurrence.startsAt(),
        command.durationMinutes(),
        command.capacity(),
        command.price(),
        checked.details,
        now);
  }

  /** Validates all fields and reports all errors at once. */
  private Checked check(CreateSeries command) {
    List<FieldError> errors =
        new ArrayList<>(
            SlotRules.check(
                settings,
                command.title(),
                command.durationMinutes(),
                command.capacity(),
                command.price()));
    SlotDetails details =
        SlotRules.details(command.description(), command.subject(), command.language(), errors);
    ZoneId zone = zone(command.timezone(), errors);
    LocalDateTime first = local(command.firstStartsAt(), errors);
    List<Occurrence> occurrences = List.of();
    if (zone != null && first != null) {
      occurrences = occurrences(first, zone, command.rrule(), errors);
    }
    SlotRules.refuse(errors);
    if (zone == null) {
      throw new IllegalStateException("a command without a zone is refused above");
    }
    return new Checked(command, details, zone, occurrences);
  }

  private List<Occurrence> occurrences(
      LocalDateTime first, ZoneId zone, String rrule, List<FieldError> errors) {
    try {
      return Recurrence.expand(first, zone, rrule, settings.maxSeriesSlots());
    } catch (Recurrence.Invalid invalid) {
      errors.add(invalid.error());
      return List.of();
    }
  }

  private static @Nullable ZoneId zone(String name, List<FieldError> errors) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      errors.add(
          new FieldError(
              "timezone",
              FieldRules.WRONG_FORMAT,
              "Must be the name of an IANA time zone such as Europe/Berlin."));
      return null;
    }
  }

  private static @Nullable LocalDateTime local(String text, List<FieldError> errors) {
    try {
      LocalDateTime local = LocalDateTime.parse(text);
      if (local.equals(local.truncatedTo(ChronoUnit.SECONDS)) && local.getYear() < 10_000) {
        return local;
      }
    } catch (DateTimeException notLocal) {
      errors.add(notLocalTime());
      return null;
    }
    errors.add(notLocalTime());
    return null;
  }

  private static FieldError notLocalTime() {
    return new FieldError(
        "firstStartsAt",
        FieldRules.WRONG_FORMAT,
        "Must be a local time without offset such as 2030-03-01T10:00.");
  }
}
