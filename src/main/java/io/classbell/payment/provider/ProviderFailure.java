package io.classbell.payment.provider;

import org.jspecify.annotations.Nullable;

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
  private final @Nullable String link;

  /**
   * @param code the provider's code, or the reason in one word; never a message with data
   */
  public ProviderFailure(Kind kind, String code) {
    this(kind, code, null);
  }

  /**
   * @param link the address of the object that prevents the request, if the provider names one
   */
  public ProviderFailure(Kind kind, String code, @Nullable String link) {
    super(kind + ": " + code);
    this.kind = kind;
    this.code = code;
    this.link = link;
  }

  public Kind kind() {
    return kind;
  }

  public String code() {
    return code;
  }

  public @Nullable String link() {
    return link;
  }
}
