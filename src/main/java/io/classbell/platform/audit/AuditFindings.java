package io.classbell.platform.audit;

import java.util.List;

/** What a check of invariants found. */
public record AuditFindings(List<Invariant> invariants) {

  /** One invariant; {@code violations} are sentences that name the offending rows, at most 100. */
  public record Invariant(String name, boolean ok, List<String> violations) {

    /** Holds exactly where nothing violates it. */
    public static Invariant of(String name, List<String> violations) {
      return new Invariant(name, violations.isEmpty(), violations);
    }
  }
}
