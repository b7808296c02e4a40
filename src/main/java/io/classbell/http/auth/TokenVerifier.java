package io.classbell.http.auth;

import io.classbell.http.api.TokenRules;
import io.classbell.http.call.Identity;
import io.classbell.http.problem.Problem;
import io.classbell.platform.bus.Caller;
import io.classbell.platform.failure.RejectedException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Verifies access tokens and returns the identity of the caller. Confined to one event loop. Caches
 * verified tokens, because clients send the same token many times.
 *
 * <p>The library accepts unsigned tokens if it has no usable key, and always accepts tokens without
 * {@code exp}. The constructor therefore verifies such tokens and throws if one is accepted.
 */
public final class TokenVerifier {

  private static final int REMEMBERED = 10_000;
  private static final int MAX_LENGTH = 4_096;
  private static final Pattern SHAPE =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  private final JWTAuth jwt;
  private final InstantSource realTime;
  private final Map<String, Identity> verified =
      new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Identity> eldest) {
          return size() > REMEMBERED;
        }
      };

  public TokenVerifier(Vertx vertx, TokenRules rules, InstantSource realTime) {
    this.realTime = realTime;
    this.jwt =
        JWTAuth.create(
            vertx,
            new JWTAuthOptions()
                .addPubSecKey(
                    new PubSecKeyOptions()
                        .setAlgorithm(TokenRules.ALGORITHM)
                        .setBuffer(Buffer.buffer(rules.key().bytes())))
                .setJWTOptions(
                    new JWTOptions()
                        .setAlgorithm(TokenRules.ALGORITHM)
                        .setIssuer(rules.issuer())
                        .setAudience(List.of(rules.audience()))
                        .setLeeway(TokenRules.LEEWAY_SECONDS)));
    new TokenProof(rules).check(vertx, this);
    verified.clear();
  }

  /**
   * Returns the bearer of an {@code Authorization} header.
   *
   * @return fails with a 401 {@link RejectedException}
   */
  public Future<Identity> bearerOf(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return Future.failedFuture(Problem.unauthorized());
    }
    return identityOf(authorization.substring(7).strip());
  }

  private Future<Identity> identityOf(String token) {
    Identity known = verified.get(token);
    if (known != null) {
      if (known.expiresAt() + TokenRules.LEEWAY_SECONDS > nowSeconds()) {
        return Future.succeededFuture(known);
      }
      verified.remove(token);
      return Future.failedFuture(Problem.unauthorized());
    }
    if (token.length() > MAX_LENGTH || !SHAPE.matcher(token).matches()) {
      return Future.failedFuture(Problem.unauthorized());
    }
    // In compose(), because the library throws on claims of unexpected types.
    return Future.succeededFuture(new TokenCredentials(token))
        .compose(jwt::authenticate)
        .map(user -> identity(user.attributes().getJsonObject("accessToken")))
        .onSuccess(identity -> verified.put(token, identity))
        .recover(e -> Future.failedFuture(Problem.unauthorized()));
  }

  private static Identity identity(JsonObject claims) {
    if (!"access".equals(text(claims, "use"))) {
      throw Problem.unauthorized();
    }
    return new Identity(
        new Caller(required(claims, "sub"), role(text(claims, "role"))),
        required(claims, "sid"),
        seconds(claims, "exp"));
  }

  private static Caller.Role role(String word) {
    for (Caller.Role role : Caller.Role.values()) {
      if (role.name().equals(word)) {
        return role;
      }
    }
    throw Problem.unauthorized();
  }

  private static String text(JsonObject claims, String name) {
    return claims.getValue(name) instanceof String text ? text : "";
  }

  private static String required(JsonObject claims, String name) {
    String text = text(claims, name);
    if (text.isEmpty()) {
      throw Problem.unauthorized();
    }
    return text;
  }

  private static long seconds(JsonObject claims, String name) {
    Object value = claims.getValue(name);
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    throw Problem.unauthorized();
  }

  private long nowSeconds() {
    return realTime.instant().getEpochSecond();
  }
}
