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
 * Recognises devices that logged in before, so that strangers' failed logins do not lock them out
 * (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). The device keeps a token: a
 * random id and the time, signed for one account and its present password. Nothing is stored here;
 * a new password revokes all tokens of the account. A token tells nothing about its holder and
 * proves no identity: it only gives its device a count of failed logins of its own.
 *
 * <p>A device that several people use keeps a token of each, the latest first.
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

  /** The device's id, if it logged in to the account before; null if not, or if no account is. */
  @Nullable String idOf(@Nullable Secret shown, @Nullable UserAccount account, Instant now) {
    if (account == null) {
      return null;
    }
    for (Token token : tokens(shown)) {
      if (isOf(token, account) && isFresh(token, now)) {
        return token.id;
      }
    }
    return null;
  }

  /** What a device is to keep after a login to the account. */
  public Secret remember(@Nullable Secret shown, UserAccount account, Instant now) {
    String known = idOf(shown, account, now);
    String id = known == null ? newId() : known;
    long at = now.getEpochSecond();
    List<String> kept = new ArrayList<>();
    kept.add(new Token(id, at, signature(id, at, account)).text());
    for (Token token : tokens(shown)) {
      if (!isOf(token, account) && kept.size() < MOST_TOKENS) {
        kept.add(token.text());
      }
    }
    return Secret.of(String.join("~", kept));
  }

  private static List<Token> tokens(@Nullable Secret shown) {
    List<Token> tokens = new ArrayList<>();
    if (shown != null && shown.reveal().length() <= LONGEST_TEXT) {
      for (String text : shown.reveal().split("~", MOST_TOKENS + 1)) {
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
