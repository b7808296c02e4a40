package io.classbell.http.representation;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.ParsedHeaderValue;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The content of a GET response with an entity tag for conditional requests (RFC 9110, 13) and with
 * gzip for clients that accept it. Do not use it for responses that contain secrets together with
 * text that an attacker controls, because their compressed length would disclose the secrets
 * (BREACH).
 */
public final class Representation {

  /** Smaller content is not compressed. */
  private static final int MIN_GZIP_BYTES = 1_024;

  private static final int TAG_BYTES = 12;
  private static final String GZIP = "gzip";

  private final String type;
  private final Buffer content;
  private final String tag;
  private final @Nullable Buffer prepared;

  private Representation(String type, Buffer content, @Nullable Buffer prepared) {
    this.type = type;
    this.content = content;
    this.tag = hash(content);
    this.prepared = prepared;
  }

  /** Creates a representation for one request. */
  public static Representation once(String type, Buffer content) {
    return new Representation(type, content, null);
  }

  /** Creates a representation that is compressed once and sent many times. */
  public static Representation fixed(String type, Buffer content) {
    return new Representation(
        type, content, content.length() < MIN_GZIP_BYTES ? null : gzip(content, 9));
  }

  /** The entity tag, a hash of the content. */
  public String tag() {
    return tag;
  }

  /**
   * Responds with 200, or with 304 if the client already has the content.
   *
   * @param cacheControl the Cache-Control header
   */
  public void send(RoutingContext rc, String cacheControl) {
    boolean isGzip = content.length() >= MIN_GZIP_BYTES && takesGzip(rc);
    MultiMap headers = rc.response().headers();
    addVary(headers, "Accept-Encoding");
    headers.set(HttpHeaders.CACHE_CONTROL, cacheControl);
    headers.set(HttpHeaders.ETAG, "\"" + tag + (isGzip ? "-gzip\"" : "\""));
    // The same content in the other coding is known as well.
    Set<String> tags = Set.of("\"" + tag + "\"", "\"" + tag + "-gzip\"");
    if (EntityTags.matches(rc.request().getHeader(HttpHeaders.IF_NONE_MATCH), tags)) {
      rc.response().setStatusCode(304).end();
      return;
    }
    Buffer body = content;
    if (isGzip) {
      headers.set(HttpHeaders.CONTENT_ENCODING, GZIP);
      body = prepared == null ? gzip(content, Deflater.BEST_SPEED) : prepared;
    }
    headers.set(HttpHeaders.CONTENT_TYPE, type);
    headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    rc.response().end(body);
  }

  public static void addVary(MultiMap headers, String name) {
    String before = headers.get(HttpHeaders.VARY);
    headers.set(HttpHeaders.VARY, before == null ? name : before + ", " + name);
  }

  private static boolean takesGzip(RoutingContext rc) {
    float any = 0;
    for (ParsedHeaderValue coding : rc.parsedHeaders().acceptEncoding()) {
      if (coding.value().equalsIgnoreCase(GZIP)) {
        return coding.weight() > 0;
      }
      if (coding.value().equals("*")) {
        any = coding.weight();
      }
    }
    return any > 0;
  }

  private static Buffer gzip(Buffer content, int level) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length() / 3);
    try (Gzip gzip = new Gzip(bytes, level)) {
      gzip.write(content.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }

  private static String hash(Buffer content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes());
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, TAG_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
