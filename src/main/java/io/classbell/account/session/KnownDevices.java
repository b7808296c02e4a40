package io.classbell.account.session;

import io.classbell.account.model.UserAccount;
import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Recognises devices that have logged in before, so that failed logins from elsewhere do not lock
 * them out (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). The device keeps a
 * token: a random id and the time, signed for one account and its current password hash. The server
 * stores nothing; a new password revokes all tokens of the account. A token contains no personal
 * data and does not authenticate: it only gives its device a separate count of failed logins.
 *
 * <p>A device that several users share keeps a token for each, latest first.
 */
public final class KnownDevices {
  static final Duration LIFE = Duration.ofDays(365);

  private static final String ALGORITHM = "HmacSHA256";
  private static final String LABEL = "classbell known device";
  private static final int MOST_TOKENS = 5;
  private static final int LONGEST_TEXT = 1_000;
  private static final int ID_BYTES = 16;
  private static final Pattern TOKEN =
      Pattern.compile("([A-Za-z0-9_-]{22})\\.([0-9]{1,12})\\.([A-Za-z0-9_-]{43})");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private record Token(String id, long issuedAt, String signature) {
    String text() {
      return id + "." + issuedAt + "." + signature;
    }
  }

  private final SecretKeySpec key;

  /**
   * @param secret the same on every node
   */
  public KnownDevices(Secret secret) {
    byte[] label = LABEL.getBytes(StandardCharsets.UTF_8);
    this.key =
        new SecretKeySpec(mac(new SecretKeySpec(secret.bytes(), ALGORITHM), label), ALGORITHM);
  }

  /**
   * Returns the device's id if it has logged in to the account before; otherwise, or without an
   * account, null.
   */
  @Nullable String idOf(@Nullable Secret presented, @Nullable UserAccount account, Instant now) {
    if (account == null) {
      return null;
    }
    for (Token token : tokens(presented)) {
      if (isOf(token, account) && isFresh(token, now)) {
        return token.id;
      }
    }
    return null;
  }

  /** Returns the tokens that a device must keep after a login to the account. */
  public Secret remember(@Nullable Secret presented, UserAccount account, Instant now) {
    String known = idOf(presented, account, now);
    String id = known == null ? newId() : known;
    long at = now.getEpochSecond();
    List<String> kept = new ArrayList<>();
    kept.add(new Token(id, at, signature(id, at, account)).text());
    for (Token token : tokens(presented)) {
      if (!isOf(token, account) && kept.size() < MOST_TOKENS) {
        kept.add(token.text());
      }
    }
    return Secret.of(String.join("~", kept));
  }

  private static List<Token> tokens(@Nullable Secret presented) {
    List<Token> tokens = new ArrayList<>();
    if (presented != null && presented.reveal().length() <= LONGEST_TEXT) {
      for (String text : presented.reveal().split("~", MOST_TOKENS + 1)) {
        Matcher parts = TOKEN.matcher(text);
        if (parts.matches()) {
          tokens.add(new Token(parts.group(1), Long.parseLong(parts.group(2)), parts.group(3)));
        }
      }
    }
    return tokens;
  }

  private boolean isOf(Token token, UserAccount account) {
    return MessageDigest.isEqual(
        token.signature.getBytes(StandardCharsets.US_ASCII),
        signature(token.id, token.issuedAt, account).getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isFresh(Token token, Instant now) {
    return now.getEpochSecond() - token.issuedAt < LIFE.toSeconds();
  }

  private String signature(String id, long issuedAt, UserAccount account) {
    String signed = id + "|" + issuedAt + "|" + account.id() + "|" + account.passwordHash();
    return ENCODER.encodeToString(mac(key, signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static String newId() {
    byte[] id = new byte[ID_BYTES];
    RANDOM.nextBytes(id);
    return ENCODER.encodeToString(id);
  }

  private static byte[] mac(SecretKeySpec key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JVM has HmacSHA256.", e);
    }
  }
}
