package io.classbell.platform.bus;

/** Carries a {@link Failure} up the stack; has no stack trace of its own, as it is no defect. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial")
  private final Failure failure;

  public Refused(Failure failure) {
    super(failure.code() + ": " + failure.detail(), null, false, false);
    this.failure = failure;
  }

  /** What was refused, and why. */
  public Failure failure() {
    return failure;
  }
}
