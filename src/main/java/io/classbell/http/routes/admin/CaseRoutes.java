package io.classbell.http.routes.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.DisputeApi.CaseView;
import io.classbell.booking.api.DisputeApi.Option;
import io.classbell.booking.api.DisputeApi.ProposalView;
import io.classbell.booking.api.EvidenceApi;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.routes.DisputeMapper;
import io.classbell.http.routes.EvidenceRoutes;
import io.classbell.http.routes.ResponseMapper;
import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reviews and disputes as admins see them: with the timeline, the people and a proposal. */
public final class CaseRoutes {
  private static final int TIMELINE = 100;

  public record Presence(
      ResponseMapper.Named person,
      String role,
      @Nullable String bookingId,
      String attendance,
      int minutes,
      @Nullable Instant joinedAt,
      @Nullable Instant leftAt,
      @Nullable Long price) {}

  /** How many bookings are decided about, and the credits that are held for them. */
  public record Money(long bookings, long held) {}

  /** What is common to reviews and disputes; the timeline holds the first entries. */
  public record Basis(
      List<EvidenceRoutes.Entry> timeline,
      boolean timelineComplete,
      List<Presence> people,
      Money money,
      ProposalView proposal,
      List<Option> options) {}

  public record ReviewCase(ResponseMapper.Meeting meeting, @JsonUnwrapped Basis basis) {}

  public record DisputeCase(
      @JsonUnwrapped DisputeMapper.Dispute dispute, @JsonUnwrapped Basis basis) {}

  private final ModuleClient ask;
  private final ResponseMapper shown;
  private final DisputeMapper disputes;
  private final EvidenceRoutes evidence;
  private final ProfileCache people;

  public CaseRoutes(
      ModuleClient ask,
      ResponseMapper shown,
      DisputeMapper disputes,
      EvidenceRoutes evidence,
      ProfileCache people) {
    this.ask = ask;
    this.shown = shown;
    this.disputes = disputes;
    this.evidence = evidence;
    this.people = people;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getReview", this::review);
    routes.put("listAllDisputes", this::list);
    routes.put("getDisputeCase", this::dispute);
    routes.put("decideDispute", this::decide);
  }

  private Future<Answer> review(Call call) {
    String meetingId = call.input().id("meetingId");
    return ask.of(DisputeApi.REVIEW, new DisputeApi.ReviewOf(call.caller(), meetingId))
        .compose(
            found ->
                basis(found, call.caller())
                    .compose(
                        basis ->
                            shown
                                .meeting(found.meeting())
                                .map(meeting -> Answer.ok(new ReviewCase(meeting, basis)))));
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            DisputeApi.LIST,
            new DisputeApi.ListDisputes(
                call.caller(), in.text("status"), call.cursor(), in.limit()))
        .compose(disputes::page)
        .map(page -> Answer.ok(page.boundTo(call)));
  }

  private Future<Answer> dispute(Call call) {
    return ask.of(DisputeApi.CASE, new DisputeApi.DisputeById(call.caller(), call.input().id("id")))
        .compose(
            found -> {
              DisputeApi.DisputeView dispute = found.dispute();
              if (dispute == null) {
                return Future.failedFuture(new IllegalStateException("A case has no dispute."));
              }
              // What the student may see is what concerns this booking, notices included.
              Caller student = new Caller(dispute.studentId(), Caller.Role.student);
              return basis(found, student)
                  .compose(
                      basis ->
                          disputes
                              .dispute(dispute)
                              .map(mapped -> Answer.ok(new DisputeCase(mapped, basis))));
            });
  }

  private Future<Answer> decide(Call call) {
    return ask.of(
            DisputeApi.DECIDE,
            new DisputeApi.DecideDispute(
                call.commandId(),
                call.caller(),
                call.input().id("id"),
                call.body().getInteger("studentPercent"),
                call.body().getString("note")))
        .compose(disputes::dispute)
        .map(Answer::ok);
  }

  private Future<Basis> basis(CaseView found, Caller reader) {
    Future<ResponseMapper.Page<EvidenceRoutes.Entry>> timeline =
        ask.of(
                EvidenceApi.EVIDENCE,
                new EvidenceApi.EvidenceOf(reader, found.meeting().id(), null, TIMELINE))
            .compose(evidence::named);
    List<String> ids = found.people().stream().map(DisputeApi.Presence::userId).toList();
    return people
        .findByIds(ids)
        .compose(
            names ->
                timeline.map(
                    page ->
                        new Basis(
                            page.items(),
                            page.nextCursor() == null,
                            found.people().stream().map(p -> presence(p, names)).toList(),
                            new Money(found.bookings(), found.held()),
                            found.proposal(),
                            found.options())));
  }

  private static Presence presence(DisputeApi.Presence p, Map<String, Person> names) {
    Person person = names.get(p.userId());
    return new Presence(
        new ResponseMapper.Named(p.userId(), person == null ? "" : person.name(), null),
        p.role(),
        p.bookingId(),
        p.attendance(),
        p.minutes(),
        p.joinedAt(),
        p.leftAt(),
        p.price());
  }
}
