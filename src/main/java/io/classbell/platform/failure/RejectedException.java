package io.classbell.platform.failure;

/**
 * Carries a {@link Rejection} up the call stack. It has no stack trace, because it is no defect.
 */
public final class RejectedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial")
  private final Rejection failure;

  public RejectedException(Rejection failure) {
    super(failure.code() + ": " + failure.detail(), null, false, false);
    this.failure = failure;
  }

  /** Returns the rejection. */
  public Rejection failure() {
    return failure;
  }
}
