package io.classbell.http.api;

import io.classbell.platform.config.Secret;
import java.time.Duration;

/**
 * Rules that a valid access token satisfies: signed with HS256 and this key, for this audience, by
 * this issuer.
 *
 * @param life longest lifetime of a token; ended sessions are remembered for this time
 */
public record TokenRules(Secret key, String issuer, String audience, Duration life) {

  /** Tolerated difference between the clocks of nodes, in seconds. */
  public static final int LEEWAY_SECONDS = 30;

  public static final String ALGORITHM = "HS256";

  /** HS256 requires a key that is at least as long as its hash (RFC 7518, section 3.2). */
  private static final int MIN_KEY_BYTES = 32;

  public TokenRules {
    if (key.bytes().length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException("The token key must have 32 bytes or more.");
    }
  }
}
