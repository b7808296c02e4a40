package io.classbell.http.auth;

import io.classbell.http.api.TokenRules;
import io.classbell.http.call.Identity;
import io.classbell.platform.bus.Caller;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Startup check of token verification: forged tokens must be rejected and a valid token accepted.
 */
public final class TokenProof {

  private static final long FAR_AWAY = 4_102_444_800L;

  private final TokenRules rules;

  public TokenProof(TokenRules rules) {
    this.rules = rules;
  }

  /**
   * @throws IllegalStateException naming the first token with the wrong result
   */
  void check(Vertx vertx, TokenVerifier tokens) {
    forgeries(vertx)
        .forEach((name, token) -> require(false, name, tokens.bearerOf("Bearer " + token)));
    require(
        true,
        "a good token",
        tokens.bearerOf("Bearer " + signed(vertx, rules.key().bytes(), claims())));
  }

  /** Invalid tokens, one for each defect, by a description of the defect. */
  public Map<String, String> forgeries(Vertx vertx) {
    byte[] key = rules.key().bytes();
    byte[] foreign = rules.key().bytes();
    foreign[0] ^= 1;
    Map<String, String> forged = new LinkedHashMap<>();
    forged.put("unsigned", unsigned("{\"alg\":\"none\"}") + ".");
    forged.put("unsigned, two parts", unsigned("{\"alg\":\"none\"}"));
    forged.put("unsigned, HS256 claimed", unsigned("{\"alg\":\"HS256\"}") + ".AAAA");
    forged.put("foreign key", signed(vertx, foreign, claims()));
    forged.put("no exp", signed(vertx, key, without("exp")));
    forged.put("exp as text", signed(vertx, key, claims().put("exp", "4102444800")));
    forged.put("expired", signed(vertx, key, claims().put("exp", 1)));
    forged.put("no issuer", signed(vertx, key, without("iss")));
    forged.put("other issuer", signed(vertx, key, claims().put("iss", rules.issuer() + "x")));
    forged.put("no audience", signed(vertx, key, without("aud")));
    forged.put(
        "other audience",
        signed(vertx, key, claims().put("aud", new JsonArray().add(rules.audience() + "x"))));
    forged.put("other use", signed(vertx, key, claims().put("use", "refresh")));
    forged.put("no use", signed(vertx, key, without("use")));
    forged.put("no subject", signed(vertx, key, without("sub")));
    forged.put("no session", signed(vertx, key, without("sid")));
    forged.put("no such role", signed(vertx, key, claims().put("role", "root")));
    return forged;
  }

  private JsonObject claims() {
    return new JsonObject()
        .put("sub", "nobody")
        .put("role", Caller.Role.student.name())
        .put("sid", "nothing")
        .put("use", "access")
        .put("iss", rules.issuer())
        .put("aud", new JsonArray().add(rules.audience()))
        .put("iat", 1)
        .put("exp", FAR_AWAY);
  }

  private JsonObject without(String claim) {
    JsonObject claims = claims();
    claims.remove(claim);
    return claims;
  }

  private String unsigned(String header) {
    return base64(header) + "." + base64(claims().encode());
  }

  private static String signed(Vertx vertx, byte[] key, JsonObject claims) {
    JWTAuthOptions options =
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm(TokenRules.ALGORITHM)
                    .setBuffer(Buffer.buffer(key)));
    return JWTAuth.create(vertx, options)
        .generateToken(
            claims, new JWTOptions().setAlgorithm(TokenRules.ALGORITHM).setNoTimestamp(true));
  }

  private static void require(boolean accepted, String name, Future<Identity> verdict) {
    if (!verdict.isComplete() || verdict.succeeded() != accepted) {
      throw new IllegalStateException(
          "Access tokens are not verified correctly: "
              + name
              + (accepted ? " is rejected" : " is accepted"));
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
