package io.classbell.account.session;

import io.classbell.account.api.AccountSettings;
import io.classbell.account.model.UserAccount;
import io.classbell.platform.Ids;
import io.classbell.platform.config.Secret;
import io.classbell.platform.time.PlatformClock;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.util.List;

/**
 * Issues access tokens: JWTs (RFC 7519) signed with HS256, with the claims sub, role, sid, use =
 * access, iss, aud, iat, exp and jti. Times are real time as the database reports it, not the test
 * clock.
 */
public final class TokenIssuer {
  private static final int FEWEST_KEY_BYTES = 32;

  private final JWTAuth jwt;
  private final JWTOptions options;
  private final long lifeSeconds;
  private final PlatformClock clock;

  /**
   * @throws IllegalStateException if the key is shorter than HS256 requires (RFC 7518, section 3.2)
   */
  public TokenIssuer(Vertx vertx, AccountSettings settings, PlatformClock clock) {
    byte[] key = settings.jwtSecret().bytes();
    if (key.length < FEWEST_KEY_BYTES) {
      throw new IllegalStateException("account.jwtSecret must have 32 bytes or more");
    }
    this.clock = clock;
    this.lifeSeconds = settings.accessTokenLife().toSeconds();
    this.options =
        new JWTOptions()
            .setAlgorithm("HS256")
            .setNoTimestamp(true)
            .setIssuer(settings.issuer())
            .setAudience(List.of(settings.audience()));
    this.jwt =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(Buffer.buffer(key)))
                .setJWTOptions(new JWTOptions(options)));
  }

  /** Issues a token for a session of an active account. */
  Secret issue(UserAccount account, String sessionId) {
    long now = clock.realNow().getEpochSecond();
    JsonObject claims =
        new JsonObject()
            .put("sub", account.id())
            .put("role", account.role().name())
            .put("sid", sessionId)
            .put("use", "access")
            .put("iat", now)
            .put("exp", now + lifeSeconds)
            .put("jti", Ids.next());
    return Secret.of(jwt.generateToken(claims, options));
  }

  long lifeSeconds() {
    return lifeSeconds;
  }
}
