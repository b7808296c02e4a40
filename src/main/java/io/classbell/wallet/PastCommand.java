package io.classbell.wallet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A command that was decided before: enough to give its first answer again. */
record PastCommand(
    String commandId,
    String transactionId,
    Posting.Kind kind,
    Instant at,
    String inputHash,
    @Nullable Long balanceAfter) {

  static PastCommand of(Posting posting) {
    return new PastCommand(
        posting.commandId(),
        posting.id(),
        posting.kind(),
        posting.at(),
        posting.inputHash(),
        posting.balanceAfter());
  }
}
