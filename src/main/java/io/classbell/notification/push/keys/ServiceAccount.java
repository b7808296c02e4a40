package io.classbell.notification.push.keys;

import com.fasterxml.jackson.databind.JsonNode;
import io.classbell.platform.config.Secret;
import io.classbell.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A service account of Google Cloud, which signs assertions that are exchanged for access tokens
 * (OAuth 2.0 JWT bearer grant, RFC 7523).
 */
public final class ServiceAccount {
  private static final String SCOPE = "https://www.googleapis.com/auth/firebase.messaging";
  private static final Duration LIFE = Duration.ofMinutes(30);
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final String clientEmail;
  private final PrivateKey key;
  private final String projectId;
  private final String tokenUrl;

  private ServiceAccount(String clientEmail, PrivateKey key, String projectId, String tokenUrl) {
    this.clientEmail = clientEmail;
    this.key = key;
    this.projectId = projectId;
    this.tokenUrl = tokenUrl;
  }

  /**
   * Reads a key file of Google Cloud.
   *
   * @param setting the file's JSON, or its path
   * @throws IllegalArgumentException if it can't be used; the message contains nothing of the key
   */
  public static ServiceAccount of(Secret setting) {
    String text = setting.reveal().strip();
    try {
      JsonNode json = Json.mapper().readTree(text.startsWith("{") ? text : file(text));
      PrivateKey key = key(field(json, "private_key"));
      return new ServiceAccount(
          field(json, "client_email"),
          key,
          json.path("project_id").asText(""),
          json.path("token_uri").asText("https://oauth2.googleapis.com/token"));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "is neither the JSON of a service account nor the path of a file with it", e);
    }
  }

  private static String file(String path) throws IOException {
    try {
      return Files.readString(Path.of(path));
    } catch (InvalidPathException e) {
      throw new IOException(e);
    }
  }

  private static String field(JsonNode json, String name) {
    String value = json.path(name).asText("");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("has no " + name);
    }
    return value;
  }

  private static PrivateKey key(String pem) {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("RSA")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException("has no private_key in PKCS #8 PEM", e);
    }
  }

  /** The project of the account; empty if the file names none. */
  public String projectId() {
    return projectId;
  }

  public String tokenUrl() {
    return tokenUrl;
  }

  /** A signed assertion for the token endpoint {@code audience}. */
  public String assertion(String audience, Instant now) {
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", clientEmail);
    claims.put("scope", SCOPE);
    claims.put("aud", audience);
    claims.put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(LIFE).getEpochSecond());
    String signed =
        BASE64.encodeToString(Json.writeBytes(Map.of("alg", "RS256", "typ", "JWT")))
            + "."
            + BASE64.encodeToString(Json.writeBytes(claims));
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(StandardCharsets.US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The assertion can't be signed.", e);
    }
  }
}
