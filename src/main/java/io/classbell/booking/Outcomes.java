package io.classbell.booking;

import io.classbell.platform.bus.Refusal;
import io.classbell.platform.db.GroupCommit.Outcome;

/** Short words for what a group answers. */
final class Outcomes {

  static <R> Outcome<R> done(R result) {
    return new Outcome.Done<>(result);
  }

  static <R> Outcome<R> no(Refusal refusal) {
    return new Outcome.No<>(refusal.failure());
  }

  private Outcomes() {}
}
