package io.classbell.wallet;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.wallet.api.WalletAnswer;
import io.classbell.wallet.api.WalletApi;
import io.classbell.wallet.api.WalletCommand;
import io.classbell.wallet.model.BookingHold;
import io.classbell.wallet.model.BookingHold.State;
import io.classbell.wallet.model.Entry;
import io.classbell.wallet.model.Ledger;
import io.classbell.wallet.model.LedgerDecision;
import io.classbell.wallet.model.LedgerDecision.Done;
import io.classbell.wallet.model.Posting;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** Whatever is asked of the ledger, in whatever order and however often, the books stay true. */
class LedgerPropertyTest {
  private static final List<String> BOOKINGS = List.of("b1", "b2", "b3", "b4");
  private static final List<String> MEETINGS = List.of(Commands.MEETING, Commands.OTHER_MEETING);

  @Property(tries = 2_000)
  void any_commands_in_any_order_keep_every_invariant(
      @ForAll("commands") @Size(max = 60) List<WalletCommand> commands) {
    LedgerBench bench = new LedgerBench();
    for (WalletCommand command : commands) {
      bench.decide(command);
      holds(bench);
    }
  }

  @Property(tries = 1_000)
  void asking_everything_twice_posts_nothing_more_and_answers_the_same(
      @ForAll("commands") @Size(max = 40) List<WalletCommand> commands) {
    LedgerBench bench = new LedgerBench();
    Map<WalletCommand, WalletAnswer> answers = new HashMap<>();
    for (WalletCommand command : commands) {
      if (bench.decide(command) instanceof Done done) {
        assertThat(answers.getOrDefault(command, done.answer())).isEqualTo(done.answer());
        answers.put(command, done.answer());
      }
    }
    int posted = bench.postings().size();
    answers.forEach(
        (command, answer) -> {
          LedgerDecision again = bench.decide(command);
          // A hold that was given up since is refused; all else is answered as it was.
          if (again instanceof Done done) {
            assertThat(done.answer()).isEqualTo(answer);
          } else {
            assertThat(again).isEqualTo(new LedgerDecision.Rejected(WalletApi.HOLD_VOIDED));
            assertThat(command).isInstanceOf(WalletApi.Hold.class);
          }
        });
    assertThat(bench.postings()).hasSize(posted);
  }

  @Property(tries = 1_000)
  void a_refused_command_changes_no_balance(
      @ForAll("commands") @Size(max = 40) List<WalletCommand> commands) {
    LedgerBench bench = new LedgerBench();
    for (WalletCommand command : commands) {
      List<Long> before = balances(bench);
      if (bench.decide(command) instanceof LedgerDecision.Rejected) {
        assertThat(balances(bench)).isEqualTo(before);
      }
    }
  }

  private static List<Long> balances(LedgerBench bench) {
    return List.of(
        bench.balance("wallet:" + Commands.STUDENT),
        bench.balance("wallet:" + Commands.TEACHER),
        bench.balance("escrow:" + Commands.MEETING),
        bench.balance("escrow:" + Commands.OTHER_MEETING),
        bench.balance("fees"),
        bench.balance("clearing:test"),
        bench.balance("opening"),
        bench.balance("payable"),
        bench.balance("clearing:manual"),
        bench.held(Commands.STUDENT),
        bench.held(Commands.TEACHER));
  }

  private static void holds(LedgerBench bench) {
    List<Posting> postings = bench.postings();
    for (Posting posting : postings) {
      assertThat(posting.entries().stream().mapToLong(Entry::amount).sum()).isZero();
      assertThat(posting.entries()).allMatch(e -> e.amount() != 0);
    }
    assertThat(new HashSet<>(postings.stream().map(Posting::commandId).toList()))
        .hasSize(postings.size());
    for (String id : guarded()) {
      assertThat(bench.balance(id))
          .isNotNegative()
          .isEqualTo(bench.sum(e -> e.accountId().equals(id)));
    }
    List<BookingHold> unresolved =
        BOOKINGS.stream()
            .map(bench::hold)
            .filter(Objects::nonNull)
            .filter(h -> h.state() == State.held)
            .toList();
    assertThat(bench.held(Commands.STUDENT))
        .isEqualTo(unresolved.stream().mapToLong(BookingHold::amount).sum());
    for (String meeting : MEETINGS) {
      assertThat(bench.balance("escrow:" + meeting))
          .isEqualTo(
              unresolved.stream()
                  .filter(h -> h.meetingId().equals(meeting))
                  .mapToLong(BookingHold::amount)
                  .sum());
    }
    assertThat(bench.sum(e -> true)).isZero();
    assertThat(bench.balance("payable")).isNotNegative();
    assertThat(bench.balance("clearing:manual")).isNotNegative();
  }

  private static List<String> guarded() {
    return List.of(
        "wallet:" + Commands.STUDENT,
        "wallet:" + Commands.TEACHER,
        "escrow:" + Commands.MEETING,
        "escrow:" + Commands.OTHER_MEETING);
  }

  @Provide
  Arbitrary<List<WalletCommand>> commands() {
    Arbitrary<String> booking = Arbitraries.of(BOOKINGS);
    Arbitrary<String> meeting = Arbitraries.of(MEETINGS);
    Arbitrary<String> id =
        Arbitraries.of(IntStream.range(0, 8).mapToObj(i -> "c" + i).toArray(String[]::new));
    Arbitrary<Long> amount =
        Arbitraries.oneOf(
            Arbitraries.longs().between(0, 3_000),
            Arbitraries.of(-1L, Ledger.MOST, Ledger.MOST + 1, Long.MAX_VALUE, Long.MIN_VALUE));
    Arbitrary<Long> part = Arbitraries.of(0L, 250L, 500L, 1_000L);
    Arbitrary<WalletCommand> deposit = Combinators.combine(id, amount).as(Commands::deposit);
    Arbitrary<WalletCommand> adjust =
        Combinators.combine(id, amount, Arbitraries.of(1, -1))
            .as((i, a, sign) -> Commands.adjust(i, a * sign));
    Arbitrary<WalletCommand> hold =
        Combinators.combine(booking, meeting, Arbitraries.oneOf(amount, part))
            .as((b, m, a) -> new WalletApi.Hold(b, m, Commands.STUDENT, a, "Algebra"));
    Arbitrary<WalletCommand> move =
        Combinators.combine(id, booking, meeting, meeting, Arbitraries.oneOf(amount, part))
            .as((i, b, from, to, a) -> Commands.moveFrom(from, i, b, to, a));
    Arbitrary<WalletCommand> settle =
        Combinators.combine(meeting, booking, part, part, part).as(Commands::settleIn);
    Arbitrary<WalletCommand> giveUp =
        Combinators.combine(booking, meeting)
            .as((b, m) -> new WalletApi.VoidHold(b, m, Commands.STUDENT, "seat_lost", "Algebra"));
    Arbitrary<String> withdrawal = Arbitraries.of("w1", "w2", "w3");
    Arbitrary<WalletCommand> withdraw =
        Combinators.combine(withdrawal, part).as(Commands::withdraw);
    Arbitrary<WalletCommand> payOut = Combinators.combine(withdrawal, part).as(Commands::payOut);
    Arbitrary<WalletCommand> returned =
        Combinators.combine(withdrawal, part).as(Commands::returned);
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(3, deposit),
            net.jqwik.api.Tuple.of(1, adjust),
            net.jqwik.api.Tuple.of(4, hold),
            net.jqwik.api.Tuple.of(2, move),
            net.jqwik.api.Tuple.of(4, settle),
            net.jqwik.api.Tuple.of(2, giveUp),
            net.jqwik.api.Tuple.of(3, withdraw),
            net.jqwik.api.Tuple.of(2, payOut),
            net.jqwik.api.Tuple.of(2, returned))
        .list();
  }
}
