package io.classbell.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.classbell.RealNode;
import io.classbell.testing.TestNode;
import io.classbell.testing.Visitor;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** "Tokens: none, tampered, expired, wrong use, foreign key, header tricks: 401." */
class ForgedTokensIT {
  private static RealNode node;
  private static Visitor student;
  private static String userId;

  @BeforeAll
  static void open() {
    node = RealNode.inTestMode();
    student = Visitor.register(node.port(), "student");
    userId = student.id();
  }

  @AfterAll
  static void close() {
    node.close();
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hmac(String algorithm, byte[] key, String header, String claims) {
    try {
      String signed = base64(header) + "." + base64(claims);
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(key, algorithm));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the platform would sign it. */
  private static String ours(String header, String claims) {
    return hmac("HmacSHA256", key(), header, claims);
  }

  private static byte[] key() {
    return RealNode.JWT_SECRET.getBytes(StandardCharsets.UTF_8);
  }

  private static String claims(String more) {
    long now = Instant.now().getEpochSecond();
    return ("{\"sub\":\"%s\",\"role\":\"student\",\"sid\":\"01970000-0000-7000-8000-0000000000aa\","
            + "\"use\":\"access\",\"iss\":\"classbell\",\"aud\":[\"classbell\"],\"iat\":%d,\"exp\":%d%s}")
        .formatted(userId, now, now + 600, more);
  }

  private static String claimsWithExp(String exp) {
    return claims("").replaceAll("\"exp\":\\d+", exp);
  }

  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";

  private static Map<String, String> forgeries() throws GeneralSecurityException {
    Map<String, String> forged = new LinkedHashMap<>();
    for (String none : List.of("none", "None", "NONE", "nOnE", "")) {
      String head = base64("{\"alg\":\"" + none + "\"}") + "." + base64(claims(""));
      forged.put("alg " + none, head + ".");
      forged.put("alg " + none + " with a signature", head + ".AAAA");
    }
    forged.put("no alg", ours("{\"typ\":\"JWT\"}", claims("")));
    forged.put(
        "HS512 by the same key", hmac("HmacSHA512", key(), "{\"alg\":\"HS512\"}", claims("")));
    forged.put(
        "HS384 by the same key", hmac("HmacSHA384", key(), "{\"alg\":\"HS384\"}", claims("")));
    forged.put("an empty key", hmac("HmacSHA256", new byte[1], HEADER, claims("")));
    forged.put("alg as a list", ours("{\"alg\":[\"HS256\"]}", claims("")));
    KeyPair pair = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    String publicKey = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    for (String header :
        List.of(
            "{\"alg\":\"RS256\"}",
            "{\"alg\":\"RS256\",\"x5c\":[\"" + publicKey + "\"]}",
            "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\"}}",
            "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/keys\",\"kid\":\"a\"}",
            "{\"alg\":\"RS256\",\"kid\":\"../../../../dev/null\"}")) {
      String signed = base64(header) + "." + base64(claims(""));
      Signature rsa = Signature.getInstance("SHA256withRSA");
      rsa.initSign(pair.getPrivate());
      rsa.update(signed.getBytes(StandardCharsets.US_ASCII));
      forged.put(
          "their own key: " + header.replace(publicKey, "…"), signed + "." + base64(rsa.sign()));
      forged.put(
          "their public key as ours: " + header.replace(publicKey, "…"),
          hmac("HmacSHA256", pair.getPublic().getEncoded(), header, claims("")));
    }
    forged.put("kid of nowhere, empty key", hmac("HmacSHA256", new byte[] {0}, kid(), claims("")));
    forged.put("expired", ours(HEADER, claimsWithExp("\"exp\":1000000000")));
    forged.put("no exp", ours(HEADER, claimsWithExp("\"x\":1")));
    forged.put("exp as text", ours(HEADER, claimsWithExp("\"exp\":\"4102444800\"")));
    forged.put("exp beyond all numbers", ours(HEADER, claimsWithExp("\"exp\":1e400")));
    forged.put("exp past the largest", ours(HEADER, claimsWithExp("\"exp\":9223372036854775808")));
    forged.put("exp null", ours(HEADER, claimsWithExp("\"exp\":null")));
    long later = Instant.now().getEpochSecond() + 300;
    forged.put("not before later", ours(HEADER, claims(",\"nbf\":" + later)));
    forged.put(
        "foreign issuer",
        ours(HEADER, claims("").replace("\"iss\":\"classbell\"", "\"iss\":\"x\"")));
    forged.put("foreign audience", ours(HEADER, claims("").replace("[\"classbell\"]", "[\"x\"]")));
    forged.put("no issuer", ours(HEADER, claims("").replace("\"iss\"", "\"x\"")));
    forged.put("no audience", ours(HEADER, claims("").replace("\"aud\"", "\"x\"")));
    forged.put(
        "for another use",
        ours(HEADER, claims("").replace("\"use\":\"access\"", "\"use\":\"reset\"")));
    forged.put(
        "no such role",
        ours(HEADER, claims("").replace("\"role\":\"student\"", "\"role\":\"root\"")));
    forged.put(
        "roles as a list",
        ours(HEADER, claims("").replace("\"role\":\"student\"", "\"role\":[\"admin\"]")));
    forged.put("claims that are a list", ours(HEADER, "[]"));
    forged.put("claims that are nothing", ours(HEADER, ""));
    String good = student.token();
    String[] parts = good.split("\\.");
    forged.put(
        "another's claims under a good signature",
        parts[0] + "." + base64(claims("").replace("student", "admin")) + "." + parts[2]);
    forged.put("five parts", good + ".a.b");
    forged.put("no signature", parts[0] + "." + parts[1] + ".");
    return forged;
  }

  private static String kid() {
    return "{\"alg\":\"HS256\",\"kid\":\"/dev/null\"}";
  }

  /** Else nothing that is refused here would say much. */
  @Test
  void a_token_made_here_as_the_platform_makes_them_is_let_in() {
    student.with(ours(HEADER, claims(""))).get("/me").mustBe(200);
  }

  @Test
  void forged_tokens_open_no_route() throws GeneralSecurityException {
    List<String> letIn = new ArrayList<>();
    forgeries()
        .forEach(
            (name, token) -> {
              for (String path : List.of("/me", "/admin/users")) {
                int status = student.with(token).get(path).status();
                if (status != 401) {
                  letIn.add(name + " at " + path + ": " + status);
                }
              }
            });
    assertThat(letIn).isEmpty();
  }

  @Test
  void forged_tokens_open_no_socket() throws GeneralSecurityException {
    for (Map.Entry<String, String> forged : forgeries().entrySet()) {
      Tab tab = Tab.open(node).register("notifications." + userId, forged.getValue());
      TestNode.until(forged.getKey() + " is refused", () -> tab.refusals() == 1);
    }
  }

  @Test
  void a_refresh_token_opens_nothing_and_an_access_token_is_no_refresh_token() {
    String refresh =
        Visitor.nobody(node.port())
            .session("student@classbell.test", "classbell-demo")
            .text("refreshToken");
    student.with(refresh).get("/me").mustBe(401);
    Visitor.nobody(node.port())
        .post("/auth/refresh", "{\"refreshToken\":\"" + student.token() + "\"}")
        .mustBe(401);
    Visitor.nobody(node.port())
        .post(
            "/auth/password-reset/confirm",
            "{\"token\":\"" + refresh + "\",\"password\":\"another-one-1\"}")
        .mustBe(422);
  }

  @Test
  void tokens_elsewhere_than_in_the_header_are_no_tokens() {
    Visitor nobody = Visitor.nobody(node.port());
    String token = student.token();
    nobody.get("/me?access_token=" + token).mustBe(401);
    nobody.get("/me?authorization=Bearer%20" + token).mustBe(401);
    nobody.send("GET", "/me", null, "Cookie", "authorization=Bearer " + token).mustBe(401);
    nobody.send("GET", "/me", null, "Authorization", "Basic " + token).mustBe(401);
    nobody.send("GET", "/me", null, "Authorization", token).mustBe(401);
    nobody.send("GET", "/me", null, "X-User-Id", userId, "X-Role", "admin").mustBe(401);
  }
}
