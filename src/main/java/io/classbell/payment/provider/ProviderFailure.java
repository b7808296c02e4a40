package io.classbell.payment.provider;

/** A provider was not reached, did not answer, or refused a request. */
public final class ProviderFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is known about the effect of the request. */
  public enum Kind {
    /** The request had no effect, and may be sent again later. */
    UNAVAILABLE,
    /** The request may have had an effect; send it again under the same key, or look. */
    UNKNOWN,
    /** The provider answered with a server error, which it repeats under the same key. */
    BROKEN,
    /** The provider refused the request for good. */
    REFUSED
  }

  private final Kind kind;
  private final String code;

  /**
   * @param code the provider's code, or the reason in one word; never a message with data
   */
  public ProviderFailure(Kind kind, String code) {
    super(kind + ": " + code);
    this.kind = kind;
    this.code = code;
  }

  public Kind kind() {
    return kind;
  }

  public String code() {
    return code;
  }
}
