package io.classbell.http.routes;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.EvidenceApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The evidence of meetings, with the names of people. */
public final class EvidenceRoutes {

  public record Participant(String id, String name, Caller.Role role) {
    static Participant of(Person person) {
      return new Participant(person.id(), person.name(), person.role());
    }
  }

  public record Entry(
      String id,
      Instant at,
      String kind,
      @Nullable Participant person,
      @Nullable String by,
      @Nullable String bookingId,
      @Nullable Integer minutes,
      @Nullable String notice,
      @Nullable String text,
      @Nullable String decision,
      @Nullable Integer studentPercent) {}

  private final ModuleClient ask;
  private final ProfileCache people;

  public EvidenceRoutes(ModuleClient ask, ProfileCache people) {
    this.ask = ask;
    this.people = people;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getEvidence", this::evidence);
  }

  private Future<Answer> evidence(Call call) {
    return ask.of(
            EvidenceApi.EVIDENCE,
            new EvidenceApi.EvidenceOf(
                call.caller(), call.input().id("id"), call.cursor(), call.input().limit()))
        .compose(this::named)
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  /** Adds names; the identity of a person who no longer exists is left out. */
  public Future<ResponseMapper.Page<Entry>> named(EvidenceApi.EvidencePage page) {
    List<String> ids =
        page.items().stream()
            .map(EvidenceApi.Entry::userId)
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    return people
        .findByIds(ids)
        .map(
            known ->
                new ResponseMapper.Page<>(
                    page.items().stream().map(e -> entry(e, known)).toList(), page.nextCursor()));
  }

  private static Entry entry(EvidenceApi.Entry e, Map<String, Person> known) {
    Person person = e.userId() == null ? null : known.get(e.userId());
    return new Entry(
        e.id(),
        e.at(),
        e.kind(),
        person == null ? null : Participant.of(person),
        e.actor(),
        e.bookingId(),
        e.minutes(),
        e.notice(),
        e.text(),
        e.decision(),
        e.studentPercent());
  }
}
