package io.classbell.platform.failure;

/** Carries a {@link Rejection} up the stack; has no stack trace of its own, as it is no defect. */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial")
  private final Rejection failure;

  public RejectedException(Rejection failure) {
    super(failure.code() + ": " + failure.detail(), null, false, false);
    this.failure = failure;
  }

  /** What was refused, and why. */
  public Rejection failure() {
    return failure;
  }
}
