package io.classbell.platform.audit;

import java.util.List;

/** The result of checking invariants. */
public record AuditFindings(List<Invariant> invariants) {

  /** One invariant; {@code violations} holds at most 100 sentences that name the offending rows. */
  public record Invariant(String name, boolean ok, List<String> violations) {

    /** Returns a result that is ok if and only if there are no violations. */
    public static Invariant of(String name, List<String> violations) {
      return new Invariant(name, violations.isEmpty(), violations);
    }
  }
}
