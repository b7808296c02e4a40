package io.classbell.wallet.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The stored outcome of a command, sufficient to repeat its first answer. */
public record RecordedOutcome(
    String commandId,
    String transactionId,
    Posting.Kind kind,
    Instant at,
    String inputHash,
    @Nullable Long balanceAfter) {

  static RecordedOutcome of(Posting posting) {
    return new RecordedOutcome(
        posting.commandId(),
        posting.id(),
        posting.kind(),
        posting.at(),
        posting.inputHash(),
        posting.balanceAfter());
  }
}
