package io.classbell.http.routes;

import static java.util.Comparator.naturalOrder;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.booking.api.BookingApi;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.problem.Problem;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.bus.FieldRules;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** Routes of bookable slots and teachers. */
public final class SlotRoutes {

  /** Public profile of a teacher. */
  public record Teacher(String id, String name, String timezone) {
    static Teacher of(Person person) {
      return new Teacher(person.id(), person.name(), person.timezone());
    }
  }

  private static final int DATE_LENGTH = 10;

  private final ModuleClient ask;
  private final ResponseMapper shown;

  public SlotRoutes(ModuleClient ask, ResponseMapper shown) {
    this.ask = ask;
    this.shown = shown;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("createSlot", this::create);
    routes.put("createSlotSeries", this::createSeries);
    routes.put("listMySlots", this::mine);
    routes.put("searchSlots", this::search);
    routes.put("getSlot", this::get);
    routes.put("updateSlot", this::update);
    routes.put("deleteSlot", this::delete);
    routes.put("declareAbsence", this::absence);
    routes.put("countSlotDays", this::countDays);
    routes.put("listTeachers", this::teachers);
    routes.put("getTeacher", this::teacher);
  }

  /** Creates a slot. Loads the profile first, because the slot stores the teacher's time zone. */
  private Future<Answer> create(Call call) {
    JsonObject body = call.body();
    Instant startsAt = call.input().bodyInstant("startsAt");
    return ask.of(AccountApi.PROFILE, new AccountApi.ProfileOf(call.userId()))
        .compose(
            teacher ->
                ask.of(
                    MeetingApi.CREATE_SLOT,
                    new MeetingApi.CreateSlot(
                        call.commandId(),
                        call.userId(),
                        body.getString("title"),
                        startsAt,
                        body.getInteger("durationMinutes"),
                        body.getInteger("capacity"),
                        body.getLong("price"),
                        teacher.timezone(),
                        body.getString("description"),
                        body.getString("subject"),
                        body.getString("language"))))
        .compose(shown::meeting)
        .map(Answer::created);
  }

  /**
   * Creates a series. Loads the profile first, because local times are in the teacher's time zone.
   */
  private Future<Answer> createSeries(Call call) {
    JsonObject body = call.body();
    return ask.of(AccountApi.PROFILE, new AccountApi.ProfileOf(call.userId()))
        .map(
            teacher ->
                new MeetingApi.CreateSeries(
                    call.commandId(),
                    call.userId(),
                    body.getString("title"),
                    body.getString("firstStartsAt"),
                    teacher.timezone(),
                    body.getString("rrule"),
                    body.getInteger("durationMinutes"),
                    body.getInteger("capacity"),
                    body.getLong("price"),
                    body.getString("description"),
                    body.getString("subject"),
                    body.getString("language")))
        .compose(
            series ->
                body.getBoolean("dryRun", false)
                    ? ask.of(MeetingApi.PREVIEW_SERIES, series)
                        .map(plan -> planned(series.commandId(), plan))
                    : ask.of(MeetingApi.CREATE_SERIES, series).compose(this::created));
  }

  private static Answer planned(String id, MeetingApi.SeriesPreview plan) {
    return Answer.ok(new ResponseMapper.Series(id, List.of(), plan.conflicts(), plan.slots()));
  }

  private Future<Answer> created(MeetingApi.Series series) {
    return shown
        .meetings(series.created())
        .map(
            created ->
                Answer.created(
                    new ResponseMapper.Series(series.id(), created, series.conflicts(), null)));
  }

  private Future<Answer> update(Call call) {
    JsonObject body = call.body();
    return ask.of(
            MeetingApi.UPDATE_SLOT,
            new MeetingApi.UpdateSlot(
                call.userId(),
                call.input().id("id"),
                body.getString("title"),
                body.getInteger("capacity"),
                body.getLong("price"),
                body.getString("description"),
                body.getString("subject"),
                body.getString("language")))
        .compose(shown::meeting)
        .map(Answer::ok);
  }

  private Future<Answer> delete(Call call) {
    return ask.of(
            MeetingApi.DELETE_SLOT, new MeetingApi.DeleteSlot(call.userId(), call.input().id("id")))
        .map(done -> Answer.empty(204));
  }

  private Future<Answer> absence(Call call) {
    return ask.of(
            MeetingApi.ABSENCE,
            new MeetingApi.DeclareAbsence(
                call.commandId(),
                call.caller(),
                call.input().bodyInstant("from"),
                call.input().bodyInstant("to"),
                call.text("reason"),
                call.body().getBoolean("dryRun", false)))
        .map(Answer::ok);
  }

  private Future<Answer> mine(Call call) {
    Input in = call.input();
    return ask.of(
            MeetingApi.TEACHER_SLOTS,
            new MeetingApi.TeacherSlots(
                call.userId(), in.instant("from"), in.instant("to"), call.cursor(), in.limit()))
        .compose(shown::page)
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private Future<Answer> search(Call call) {
    Input in = call.input();
    return ask.of(
            MeetingApi.SEARCH_SLOTS,
            new MeetingApi.SearchSlots(
                in.text("teacherId"),
                in.instant("from"),
                in.instant("to"),
                call.cursor(),
                in.limit(),
                filter(in)))
        .compose(shown::page)
        .compose(
            page ->
                asViewed(call, page.items())
                    .map(items -> new ResponseMapper.Page<>(items, page.nextCursor())))
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private static MeetingApi.SlotFilter filter(Input in) {
    Long maxDuration = in.number("maxDuration");
    return new MeetingApi.SlotFilter(
        in.text("q"),
        in.number("minPrice"),
        in.number("maxPrice"),
        Boolean.TRUE.equals(in.flag("free")),
        maxDuration == null ? null : maxDuration.intValue(),
        in.text("subject"),
        in.text("language"));
  }

  /** Dates are those of the zone; the last one is included. */
  private Future<Answer> countDays(Call call) {
    Input in = call.input();
    String name = in.text("zone") == null ? "UTC" : in.id("zone");
    ZoneId zone;
    try {
      zone = ZoneId.of(name);
    } catch (DateTimeException unknown) {
      throw Problem.field(
          "zone",
          FieldRules.WRONG_FORMAT,
          "Must be the name of an IANA time zone such as Europe/Berlin.");
    }
    Instant from = bound(in, "from", zone, 0);
    Instant to = bound(in, "to", zone, 1);
    return ask.of(
            MeetingApi.COUNT_DAYS,
            new MeetingApi.CountDays(in.text("teacherId"), from, to, name, filter(in)))
        .map(Answer::ok);
  }

  /** {@code days}: how many days behind its beginning a date ends. */
  private static Instant bound(Input in, String name, ZoneId zone, int days) {
    String text = in.id(name);
    try {
      return text.length() == DATE_LENGTH
          ? LocalDate.parse(text).plusDays(days).atStartOfDay(zone).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException noDate) {
      throw Problem.field(
          name,
          FieldRules.WRONG_FORMAT,
          "Must be a date such as 2031-03-04, or an instant with offset.");
    }
  }

  private Future<Answer> get(Call call) {
    return ask.of(
            MeetingApi.SLOT, new MeetingApi.SlotById(call.callerIfKnown(), call.input().id("id")))
        .compose(shown::meeting)
        .compose(slot -> asViewed(call, List.of(slot)))
        .map(slots -> Answer.ok(slots.getFirst()));
  }

  /** Adds the student's own bookings, if a student reads the slots. */
  private Future<List<ResponseMapper.Meeting>> asViewed(
      Call call, List<ResponseMapper.Meeting> slots) {
    Caller caller = call.callerIfKnown();
    if (caller == null || caller.role() != Caller.Role.student || slots.isEmpty()) {
      return Future.succeededFuture(slots);
    }
    Instant from =
        slots.stream().map(ResponseMapper.Meeting::startsAt).min(naturalOrder()).orElseThrow();
    Instant to =
        slots.stream().map(ResponseMapper.Meeting::endsAt).max(naturalOrder()).orElseThrow();
    return ask.of(BookingApi.AGENDA, new BookingApi.AgendaOf(caller.userId(), from, to))
        .map(
            agenda ->
                slots.stream()
                    .map(slot -> slot.with(ResponseMapper.Viewer.of(slot, agenda.entries())))
                    .toList());
  }

  private Future<Answer> teachers(Call call) {
    Input in = call.input();
    return ask.of(
            AccountApi.LIST_TEACHERS, new AccountApi.ListTeachers(null, call.cursor(), in.limit()))
        .map(
            page ->
                Answer.ok(
                    new ResponseMapper.Page<>(
                        page.items().stream().map(Teacher::of).toList(),
                        call.nextCursor(page.nextCursor()))));
  }

  private Future<Answer> teacher(Call call) {
    return ask.of(
            AccountApi.LIST_TEACHERS, new AccountApi.ListTeachers(call.input().id("id"), null, 1))
        .map(
            page ->
                page.items().stream()
                    .findFirst()
                    .map(person -> Answer.ok(Teacher.of(person)))
                    .orElseThrow(Problem::notFound));
  }
}
