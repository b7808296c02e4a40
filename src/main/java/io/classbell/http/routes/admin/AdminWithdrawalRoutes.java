package io.classbell.http.routes.admin;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.Input;
import io.classbell.http.call.ModuleClient;
import io.classbell.http.routes.ResponseMapper.Named;
import io.classbell.http.routes.ResponseMapper.Page;
import io.classbell.payment.api.PayoutApi;
import io.classbell.payment.api.PayoutApi.WithdrawalView;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Routes by which admins approve, reject and pay withdrawals. */
public final class AdminWithdrawalRoutes {
  private static final String CSV = "text/csv; charset=utf-8";

  /** A withdrawal as admins see it. */
  public record Withdrawal(
      String id,
      Named user,
      long amount,
      String provider,
      String destination,
      String currency,
      String value,
      String status,
      long returned,
      @Nullable String reason,
      @Nullable String reference,
      @Nullable String providerStatus,
      List<Named> approvedBy,
      int approvalsMissing,
      Instant createdAt,
      Instant updatedAt) {}

  private final ModuleClient ask;
  private final ProfileCache people;

  public AdminWithdrawalRoutes(ModuleClient ask, ProfileCache people) {
    this.ask = ask;
    this.people = people;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("listAllWithdrawals", this::list);
    routes.put("exportWithdrawals", this::export);
    routes.put("approveWithdrawal", this::approve);
    routes.put("rejectWithdrawal", this::reject);
    routes.put("markWithdrawalPaid", this::markPaid);
  }

  private Future<Answer> list(Call call) {
    Input in = call.input();
    return ask.of(
            PayoutApi.LIST_ALL,
            new PayoutApi.ListWithdrawals(
                in.text("status"), in.text("provider"), call.cursor(), in.limit()))
        .compose(
            page ->
                named(page.items())
                    .map(
                        items -> Answer.ok(new Page<>(items, call.nextCursor(page.nextCursor())))));
  }

  private Future<Answer> export(Call call) {
    Input in = call.input();
    return ask.of(
            PayoutApi.EXPORT,
            new PayoutApi.ExportWithdrawals(
                in.text("status"), in.instant("from"), in.instant("to")))
        .map(
            export ->
                Answer.of(200, Buffer.buffer(export.csv()), CSV)
                    .withHeader("Content-Disposition", "attachment; filename=\"withdrawals.csv\""));
  }

  private Future<Answer> approve(Call call) {
    return ask.of(PayoutApi.APPROVE, new PayoutApi.Approve(call.caller(), call.input().id("id")))
        .compose(this::one);
  }

  private Future<Answer> reject(Call call) {
    return ask.of(
            PayoutApi.REJECT,
            new PayoutApi.Reject(
                call.caller(), call.input().id("id"), call.body().getString("reason")))
        .compose(this::one);
  }

  private Future<Answer> markPaid(Call call) {
    return ask.of(
            PayoutApi.MARK_PAID,
            new PayoutApi.MarkPaid(
                call.caller(), call.input().id("id"), call.body().getString("reference")))
        .compose(this::one);
  }

  private Future<Answer> one(WithdrawalView withdrawal) {
    return named(List.of(withdrawal)).map(items -> Answer.ok(items.getFirst()));
  }

  private Future<List<Withdrawal>> named(List<WithdrawalView> items) {
    List<String> ids =
        items.stream()
            .flatMap(w -> Stream.concat(Stream.of(w.userId()), w.approvers().stream()))
            .distinct()
            .toList();
    return people
        .findByIds(ids)
        .map(names -> items.stream().map(w -> withdrawal(w, names)).toList());
  }

  private static Withdrawal withdrawal(WithdrawalView w, Map<String, Person> names) {
    return new Withdrawal(
        w.id(),
        named(w.userId(), names),
        w.amount(),
        w.provider(),
        w.destination(),
        w.currency(),
        w.value(),
        w.status(),
        w.returned(),
        w.reason(),
        w.reference(),
        w.providerStatus(),
        w.approvers().stream().map(id -> named(id, names)).toList(),
        w.approvalsMissing(),
        w.createdAt(),
        w.updatedAt());
  }

  /** A user who no longer exists has an empty name. */
  private static Named named(String id, Map<String, Person> names) {
    Person person = names.get(id);
    return new Named(id, person == null ? "" : person.name(), null);
  }
}
