package io.classbell.http.routes;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.BookingApi.Split;
import io.classbell.booking.api.DisputeApi;
import io.classbell.booking.api.DisputeApi.DisputeView;
import io.classbell.http.routes.ResponseMapper.Meeting;
import io.classbell.http.routes.ResponseMapper.Named;
import io.classbell.http.routes.ResponseMapper.Refund;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Maps disputes to the API's JSON, adding names of users. */
public final class DisputeMapper {

  public record Answer(
      String reason, @Nullable Integer studentPercent, @Nullable Refund split, Instant at) {}

  public record Outcome(
      String how, int studentPercent, Refund split, @Nullable String note, Instant at) {}

  public record Dispute(
      String id,
      String bookingId,
      Meeting meeting,
      Named student,
      String openedBy,
      String status,
      String reason,
      int studentPercent,
      Refund split,
      long price,
      Instant openedAt,
      Instant answerUntil,
      @Nullable Answer answer,
      @Nullable Outcome outcome,
      boolean canAccept,
      boolean canAnswer) {}

  private final ResponseMapper shown;
  private final ProfileCache people;

  public DisputeMapper(ResponseMapper shown, ProfileCache people) {
    this.shown = shown;
    this.people = people;
  }

  public Future<Dispute> dispute(DisputeView dispute) {
    return disputes(List.of(dispute)).map(List::getFirst);
  }

  public Future<ResponseMapper.Page<Dispute>> page(DisputeApi.Disputes page) {
    return disputes(page.items()).map(items -> new ResponseMapper.Page<>(items, page.nextCursor()));
  }

  private Future<List<Dispute>> disputes(List<DisputeView> disputes) {
    Future<List<Meeting>> meetings =
        shown.meetings(disputes.stream().map(DisputeView::meeting).toList());
    return people
        .findByIds(disputes.stream().map(DisputeView::studentId).distinct().toList())
        .compose(
            names ->
                meetings.map(
                    known -> {
                      List<Dispute> all = new ArrayList<>(disputes.size());
                      for (int i = 0; i < disputes.size(); i++) {
                        all.add(dispute(disputes.get(i), known.get(i), names));
                      }
                      return all;
                    }));
  }

  private static Dispute dispute(DisputeView d, Meeting meeting, Map<String, Person> names) {
    Person student = names.get(d.studentId());
    DisputeApi.Answer answer = d.answer();
    DisputeApi.Outcome outcome = d.outcome();
    return new Dispute(
        d.id(),
        d.bookingId(),
        meeting,
        new Named(d.studentId(), student == null ? "" : student.name(), null),
        d.openedBy(),
        d.status(),
        d.reason(),
        d.studentPercent(),
        refund(d.split()),
        d.price(),
        d.openedAt(),
        d.answerUntil(),
        answer == null
            ? null
            : new Answer(
                answer.reason(),
                answer.studentPercent(),
                answer.split() == null ? null : refund(answer.split()),
                answer.at()),
        outcome == null
            ? null
            : new Outcome(
                outcome.how(),
                outcome.studentPercent(),
                refund(outcome.split()),
                outcome.note(),
                outcome.at()),
        d.canAccept(),
        d.canAnswer());
  }

  private static Refund refund(Split split) {
    return new Refund(split.student(), split.teacher(), split.fee(), split.rule(), split.posted());
  }
}
