package io.classbell.notification.push;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntFunction;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A push service (RFC 8030) and the browser behind it: it verifies the VAPID token (RFC 8292) and
 * decrypts messages with the keys of its one subscription (RFC 8291).
 */
public final class FakePushService implements AutoCloseable {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** A message as the browser sees it, and the token of its sender. */
  public record Received(
      JsonObject message, JsonObject token, String topic, String ttl, int encryptedBytes) {}

  public final List<Received> received = new CopyOnWriteArrayList<>();
  public final List<String> faults = new CopyOnWriteArrayList<>();

  /** Status of the n-th response; a negative value stands for no response. */
  public volatile IntFunction<Integer> status = n -> 201;

  public volatile String retryAfter;
  public volatile String location;
  private final KeyPair browser = pair();
  private final byte[] auth = new byte[16];
  private final HttpServer server;
  private int count;

  public FakePushService(Vertx vertx) {
    Arrays.fill(auth, (byte) 7);
    server =
        vertx
            .createHttpServer()
            .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  public static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String publicKey(KeyPair pair) {
    return BASE64.encodeToString(point((ECPublicKey) pair.getPublic()));
  }

  public static String privateKey(KeyPair pair) {
    return BASE64.encodeToString(bytes32(((ECPrivateKey) pair.getPrivate()).getS()));
  }

  public String endpoint() {
    return "http://127.0.0.1:" + server.actualPort() + "/subscription/abc";
  }

  public String p256dh() {
    return publicKey(browser);
  }

  public String auth() {
    return BASE64.encodeToString(auth);
  }

  private void serve(HttpServerRequest request, Buffer body) {
    int answer = status.apply(++count);
    try {
      received.add(
          new Received(
              new JsonObject(decrypt(body.getBytes())),
              token(request.getHeader("Authorization")),
              request.getHeader("Topic"),
              request.getHeader("TTL"),
              body.length()));
      if (!"aes128gcm".equals(request.getHeader("Content-Encoding"))) {
        faults.add("Content-Encoding");
      }
    } catch (GeneralSecurityException | RuntimeException e) {
      faults.add(e.toString());
    }
    if (answer < 0) {
      return;
    }
    if (retryAfter != null) {
      request.response().putHeader("Retry-After", retryAfter);
    }
    if (location != null) {
      request.response().putHeader("Location", location);
    }
    request.response().setStatusCode(answer).end();
  }

  private JsonObject token(String authorization) throws GeneralSecurityException {
    if (!authorization.startsWith("vapid t=")) {
      throw new IllegalArgumentException("no VAPID token");
    }
    String jwt = authorization.substring(8, authorization.indexOf(','));
    String key = authorization.substring(authorization.indexOf("k=") + 2);
    String[] parts = jwt.split("\\.");
    Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
    signature.initVerify(publicKey(Base64.getUrlDecoder().decode(key)));
    signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
    if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
      throw new GeneralSecurityException("wrong signature");
    }
    return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(parts[1])));
  }

  private String decrypt(byte[] body) throws GeneralSecurityException {
    ByteBuffer in = ByteBuffer.wrap(body);
    byte[] salt = new byte[16];
    in.get(salt);
    in.getInt();
    byte[] sender = new byte[in.get()];
    in.get(sender);
    byte[] sealed = new byte[in.remaining()];
    in.get(sealed);
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(browser.getPrivate());
    agreement.doPhase(publicKey(sender), true);
    byte[] info =
        join(
            "WebPush: info\0".getBytes(StandardCharsets.US_ASCII),
            point((ECPublicKey) browser.getPublic()),
            sender);
    byte[] key = hkdf(auth, agreement.generateSecret(), info, 32);
    byte[] content =
        hkdf(salt, key, "Content-Encoding: aes128gcm\0".getBytes(StandardCharsets.US_ASCII), 16);
    byte[] nonce =
        hkdf(salt, key, "Content-Encoding: nonce\0".getBytes(StandardCharsets.US_ASCII), 12);
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        Cipher.DECRYPT_MODE, new SecretKeySpec(content, "AES"), new GCMParameterSpec(128, nonce));
    byte[] clear = cipher.doFinal(sealed);
    int end = clear.length - 1;
    while (clear[end] == 0) {
      end--;
    }
    return new String(clear, 0, end, StandardCharsets.UTF_8);
  }

  private static byte[] hkdf(byte[] salt, byte[] input, byte[] info, int length)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(salt, "HmacSHA256"));
    byte[] extracted = mac.doFinal(input);
    mac.init(new SecretKeySpec(extracted, "HmacSHA256"));
    return Arrays.copyOf(mac.doFinal(join(info, new byte[] {1})), length);
  }

  private static byte[] join(byte[]... parts) {
    Buffer all = Buffer.buffer();
    for (byte[] part : parts) {
      all.appendBytes(part);
    }
    return all.getBytes();
  }

  private ECPublicKey publicKey(byte[] point) throws GeneralSecurityException {
    return (ECPublicKey)
        KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(
                    new ECPoint(new BigInteger(1, point, 1, 32), new BigInteger(1, point, 33, 32)),
                    ((ECPublicKey) browser.getPublic()).getParams()));
  }

  private static byte[] point(ECPublicKey key) {
    return join(new byte[] {4}, bytes32(key.getW().getAffineX()), bytes32(key.getW().getAffineY()));
  }

  private static byte[] bytes32(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] padded = new byte[32];
    int skip = Math.max(0, bytes.length - 32);
    System.arraycopy(bytes, skip, padded, 32 - (bytes.length - skip), bytes.length - skip);
    return padded;
  }

  @Override
  public void close() {
    server.close().toCompletionStage().toCompletableFuture().join();
  }
}
