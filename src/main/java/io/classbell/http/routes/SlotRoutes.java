package io.classbell.http.routes;

import io.classbell.account.api.AccountApi;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.booking.api.MeetingApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.problem.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;

/** Routes of bookable slots and teachers. */
public final class SlotRoutes {

  /** Public profile of a teacher. */
  public record Teacher(String id, String name, String timezone) {
    static Teacher of(Person person) {
      return new Teacher(person.id(), person.name(), person.timezone());
    }
  }

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
                        teacher.timezone())))
        .compose(shown::meeting)
        .map(Answer::created);
  }

  /**
   * Creates a series. Loads the profile first, because local times are in the teacher's time zone.
   */
  private Future<Answer> createSeries(Call call) {
    JsonObject body = call.body();
    return ask.of(AccountApi.PROFILE, new AccountApi.ProfileOf(call.userId()))
        .compose(
            teacher ->
                ask.of(
                    MeetingApi.CREATE_SERIES,
                    new MeetingApi.CreateSeries(
                        call.commandId(),
                        call.userId(),
                        body.getString("title"),
                        body.getString("firstStartsAt"),
                        teacher.timezone(),
                        body.getString("rrule"),
                        body.getInteger("durationMinutes"),
                        body.getInteger("capacity"),
                        body.getLong("price"))))
        .compose(
            series ->
                shown
                    .meetings(series.created())
                    .map(
                        created ->
                            new ResponseMapper.Series(series.id(), created, series.conflicts())))
        .map(Answer::created);
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
                in.limit()))
        .compose(shown::page)
        .map(page -> Answer.ok(page.boundTo(call)));
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
