package io.classbell.wallet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.classbell.wallet.Commands;
import io.classbell.wallet.LedgerBench;
import io.classbell.wallet.api.AccountIds;
import io.classbell.wallet.model.Posting.Kind;
import io.classbell.wallet.model.Posting.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerUnitOfWorkTest {
  private static final Reference NOTHING = new Reference(null, null, null, null, null);

  /** Whatever was decided before: the last one to look is the one who writes. */
  @Test
  void no_wallet_or_escrow_is_written_below_zero() {
    String wallet = AccountIds.wallet(Commands.STUDENT);
    String escrow = AccountIds.escrow(Commands.MEETING);
    LedgerUnitOfWork books =
        new LedgerUnitOfWork(
            LedgerBench.AT,
            () -> "t",
            List.of(new LedgerAccount(wallet, 0, 0, 0), new LedgerAccount(escrow, 0, 0, 0)),
            List.of(),
            List.of());
    for (Transfer transfer :
        List.of(new Transfer(wallet, escrow, 1), new Transfer(escrow, AccountIds.FEES, 1))) {
      assertThatThrownBy(
              () ->
                  books.post(
                      Commands.hold("b1", 1), Kind.booking, NOTHING, 1, null, List.of(transfer)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(books.postings()).isEmpty();
    assertThat(books.changedAccounts()).isEmpty();
  }
}
