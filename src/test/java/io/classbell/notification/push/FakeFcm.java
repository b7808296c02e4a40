package io.classbell.notification.push;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Firebase Cloud Messaging with its token endpoint, as its documentation describes both: assertions
 * are verified, access tokens can be revoked, and the test chooses the answers to messages.
 */
public final class FakeFcm implements AutoCloseable {
  /** An answer to a message. */
  public record Reply(int status, String retryAfter, JsonObject body) {}

  public final List<JsonObject> messages = new CopyOnWriteArrayList<>();
  public final List<Integer> sizes = new CopyOnWriteArrayList<>();
  public final AtomicInteger tokensIssued = new AtomicInteger();
  public final Set<String> valid = ConcurrentHashMap.newKeySet();
  public volatile Function<JsonObject, Reply> answer = message -> ok();
  public volatile int tokenStatus = 200;
  private final KeyPair keys;
  private final Vertx vertx;
  private final HttpServer server;

  public FakeFcm(Vertx vertx) {
    this.vertx = vertx;
    keys = rsa();
    server =
        vertx
            .createHttpServer()
            .requestHandler(this::serve)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public String tokenUrl() {
    return url() + "/token";
  }

  public String serviceAccount() {
    return serviceAccount(keys, tokenUrl());
  }

  public static KeyPair rsa() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A key file of Google Cloud. */
  public static String serviceAccount(KeyPair keys, String tokenUrl) {
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(keys.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    return new JsonObject()
        .put("type", "service_account")
        .put("project_id", "demo-project")
        .put("client_email", "push@demo-project.iam.gserviceaccount.com")
        .put("private_key", pem)
        .put("token_uri", tokenUrl)
        .encode();
  }

  public static Reply ok() {
    return new Reply(200, null, new JsonObject().put("name", "projects/demo-project/messages/1"));
  }

  /** An error with an FCM error code; no code where it is null. */
  public static Reply error(int status, String code) {
    return error(status, code, null, null, "Something is wrong.");
  }

  public static Reply error(
      int status, String code, String retryAfter, String violatedField, String message) {
    JsonArray details = new JsonArray();
    if (code != null) {
      details.add(
          new JsonObject()
              .put("@type", "type.googleapis.com/google.firebase.fcm.v1.FcmError")
              .put("errorCode", code));
    }
    if (violatedField != null) {
      details.add(
          new JsonObject()
              .put("@type", "type.googleapis.com/google.rpc.BadRequest")
              .put(
                  "fieldViolations",
                  new JsonArray().add(new JsonObject().put("field", violatedField))));
    }
    return new Reply(
        status,
        retryAfter,
        new JsonObject()
            .put(
                "error",
                new JsonObject()
                    .put("code", status)
                    .put("message", message)
                    .put("status", "X")
                    .put("details", details)));
  }

  private void serve(HttpServerRequest request) {
    request.body().onSuccess(body -> route(request, body.toString(), body.length()));
  }

  private void route(HttpServerRequest request, String body, int size) {
    if (request.path().equals("/token")) {
      issue(request, body);
    } else if (!request.path().equals("/v1/projects/demo-project/messages:send")) {
      answer(request, new Reply(404, null, new JsonObject()));
    } else {
      String header = String.valueOf(request.getHeader("Authorization"));
      if (!header.startsWith("Bearer ") || !valid.contains(header.substring(7))) {
        answer(request, error(401, null));
      } else {
        JsonObject message = new JsonObject(body).getJsonObject("message");
        messages.add(message);
        sizes.add(size);
        Reply reply = answer.apply(message);
        if (reply != null) {
          answer(request, reply);
        }
      }
    }
  }

  private void issue(HttpServerRequest request, String form) {
    if (tokenStatus != 200 || !isAssertion(form)) {
      answer(
          request,
          new Reply(
              tokenStatus == 200 ? 400 : tokenStatus,
              null,
              new JsonObject().put("error", "invalid_grant")));
      return;
    }
    String token = "ya29.token-" + tokensIssued.incrementAndGet();
    valid.add(token);
    // A slow answer, so that a second request for a token would be seen.
    vertx
        .timer(100, TimeUnit.MILLISECONDS)
        .onSuccess(
            v ->
                answer(
                    request,
                    new Reply(
                        200,
                        null,
                        new JsonObject()
                            .put("access_token", token)
                            .put("expires_in", 3599)
                            .put("token_type", "Bearer"))));
  }

  private boolean isAssertion(String form) {
    String[] pairs = form.split("&");
    if (!pairs[0].equals("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")) {
      return false;
    }
    String jwt =
        URLDecoder.decode(pairs[1].substring("assertion=".length()), StandardCharsets.UTF_8);
    String[] parts = jwt.split("\\.");
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initVerify(keys.getPublic());
      signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
      JsonObject claims =
          new JsonObject(
              new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
      long now = Instant.now().getEpochSecond();
      return signature.verify(Base64.getUrlDecoder().decode(parts[2]))
          && claims.getString("aud").equals(tokenUrl())
          && claims.getString("iss").endsWith("gserviceaccount.com")
          && claims.getString("scope").endsWith("/auth/firebase.messaging")
          && claims.getLong("exp") > now
          && claims.getLong("exp") - claims.getLong("iat") <= 3600;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static void answer(HttpServerRequest request, Reply reply) {
    if (reply.retryAfter != null) {
      request.response().putHeader("Retry-After", reply.retryAfter);
    }
    request.response().setStatusCode(reply.status).end(reply.body.encode());
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
