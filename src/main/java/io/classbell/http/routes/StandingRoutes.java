package io.classbell.http.routes;

import io.classbell.account.api.AccountApi.Person;
import io.classbell.account.api.ProfileCache;
import io.classbell.booking.api.StandingApi;
import io.classbell.booking.api.StandingApi.Line;
import io.classbell.http.call.Answer;
import io.classbell.http.call.Call;
import io.classbell.http.call.ModuleClient;
import io.classbell.payment.api.PayoutApi;
import io.classbell.wallet.api.WalletApi;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The history of a wallet, and where its user's credits are: in the wallet, in escrow for classes,
 * or on their way out.
 */
public final class StandingRoutes {
  /** Lines of each state in a response; the totals count all. */
  private static final int MOST_LINES = 200;

  /** Withdrawals that are counted; users have a few at most. */
  private static final int MOST_WITHDRAWALS = 1_000;

  /** Credits move between the two reads; the second attempt nearly always sees the same. */
  private static final int MOST_READS = 3;

  public record Totals(
      long available, long held, long maturing, long disputed, long inPayout, long receivable) {}

  /** {@code complete}: whether all lines of every state are listed. */
  public record Standing(
      long available,
      List<Line> held,
      List<Line> maturing,
      List<Line> disputed,
      List<PayoutLine> inPayout,
      List<ReceivableLine> receivable,
      Totals totals,
      boolean complete) {}

  /** A withdrawal that is not decided yet. */
  public record PayoutLine(
      String withdrawalId, long amount, String provider, String status, Instant createdAt) {}

  /** What the user owes; credits that arrive settle it first. */
  public record ReceivableLine(long amount, String rule) {}

  /** A line of the history; the counterpart is the other person of the booking. */
  public record WalletLine(
      String id,
      Instant at,
      String kind,
      long amount,
      long balanceAfter,
      String description,
      @Nullable String rule,
      @Nullable String meetingId,
      @Nullable String bookingId,
      @Nullable String title,
      ResponseMapper.@Nullable Named counterpart) {}

  private final ModuleClient ask;
  private final ProfileCache people;

  public StandingRoutes(ModuleClient ask, ProfileCache people) {
    this.ask = ask;
    this.people = people;
  }

  public void addTo(Map<String, Call.Route> routes) {
    routes.put("getStanding", call -> read(call.userId(), MOST_READS).map(Answer::ok));
    routes.put("listTransactions", this::history);
  }

  private Future<Answer> history(Call call) {
    return ask.of(
            WalletApi.HISTORY,
            new WalletApi.HistoryOf(call.userId(), call.cursor(), call.input().limit()))
        .compose(
            page ->
                lines(page.items(), call.userId())
                    .map(
                        lines ->
                            Answer.ok(
                                new ResponseMapper.Page<>(lines, page.nextCursor())
                                    .boundTo(call))));
  }

  /** The wallet knows the student of a booking; the booking module knows the teacher. */
  private Future<List<WalletLine>> lines(List<WalletApi.Line> lines, String userId) {
    List<String> meetings =
        lines.stream()
            .filter(line -> userId.equals(line.studentId()) && line.meetingId() != null)
            .map(WalletApi.Line::meetingId)
            .distinct()
            .toList();
    Future<StandingApi.Teachers> teachers =
        meetings.isEmpty()
            ? Future.succeededFuture(new StandingApi.Teachers(Map.of()))
            : ask.of(StandingApi.TEACHERS, new StandingApi.TeachersOf(meetings));
    return teachers.compose(
        known -> {
          Map<String, String> others = new HashMap<>();
          for (WalletApi.Line line : lines) {
            String other =
                userId.equals(line.studentId())
                    ? known.ids().get(String.valueOf(line.meetingId()))
                    : line.studentId();
            if (other != null) {
              others.put(line.id(), other);
            }
          }
          return people
              .findByIds(others.values().stream().distinct().toList())
              .map(
                  names ->
                      lines.stream()
                          .map(line -> line(line, names.get(others.getOrDefault(line.id(), ""))))
                          .toList());
        });
  }

  private static WalletLine line(WalletApi.Line line, @Nullable Person other) {
    return new WalletLine(
        line.id(),
        line.at(),
        line.kind(),
        line.amount(),
        line.balanceAfter(),
        line.description(),
        line.rule(),
        line.meetingId(),
        line.bookingId(),
        line.title(),
        other == null ? null : new ResponseMapper.Named(other.id(), other.name(), null));
  }

  /** Reads again if the ledger holds another amount for the user than the classes account for. */
  private Future<Standing> read(String userId, int left) {
    return ask.of(WalletApi.BALANCE, new WalletApi.BalanceOf(userId))
        .compose(
            wallet ->
                ask.of(StandingApi.STANDING, new StandingApi.StandingOf(userId))
                    .compose(
                        classes ->
                            wallet.held() == classes.studentHeld() || left == 1
                                ? withPayouts(userId, wallet, classes)
                                : read(userId, left - 1)));
  }

  private Future<Standing> withPayouts(
      String userId, WalletApi.Balance wallet, StandingApi.Standing classes) {
    return ask.of(PayoutApi.OPEN, new PayoutApi.WithdrawalsOf(userId, null, MOST_WITHDRAWALS))
        .map(open -> standing(wallet, classes, open.items()));
  }

  private static Standing standing(
      WalletApi.Balance wallet,
      StandingApi.Standing classes,
      List<PayoutApi.WithdrawalView> withdrawals) {
    List<PayoutLine> inPayout =
        withdrawals.stream()
            .map(
                one ->
                    new PayoutLine(
                        one.id(), one.amount(), one.provider(), one.status(), one.createdAt()))
            .toList();
    List<ReceivableLine> receivable =
        wallet.receivable() == null
            ? List.of()
            : List.of(new ReceivableLine(wallet.receivable(), "payment_reversed"));
    return new Standing(
        wallet.balance(),
        first(classes.held()),
        first(classes.maturing()),
        first(classes.disputed()),
        first(inPayout),
        receivable,
        new Totals(
            wallet.balance(),
            sum(classes.held()),
            sum(classes.maturing()),
            sum(classes.disputed()),
            inPayout.stream().mapToLong(PayoutLine::amount).sum(),
            receivable.stream().mapToLong(ReceivableLine::amount).sum()),
        Stream.of(classes.held(), classes.maturing(), classes.disputed(), inPayout)
            .allMatch(StandingRoutes::isShort));
  }

  private static boolean isShort(List<?> lines) {
    return lines.size() <= MOST_LINES;
  }

  private static <L> List<L> first(List<L> lines) {
    return lines.subList(0, Math.min(lines.size(), MOST_LINES));
  }

  private static long sum(List<Line> lines) {
    return lines.stream().mapToLong(Line::amount).sum();
  }
}
