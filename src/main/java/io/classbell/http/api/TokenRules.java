package io.classbell.http.api;

import io.classbell.platform.config.Secret;
import java.time.Duration;

/**
 * What an access token must be to be believed: signed with HS256 and this key, for this audience,
 * by this issuer.
 *
 * @param life how long a token lives at most; ended sessions are remembered for so long
 */
public record TokenRules(Secret key, String issuer, String audience, Duration life) {

  /** Clocks of nodes may differ by so much. */
  public static final int LEEWAY_SECONDS = 30;

  public static final String ALGORITHM = "HS256";

  /** An HMAC key shorter than its hash is weaker than it. */
  private static final int MIN_KEY_BYTES = 32;

  public TokenRules {
    if (key.bytes().length < MIN_KEY_BYTES) {
      throw new IllegalArgumentException("The token key must have 32 bytes or more.");
    }
  }
}
