package io.classbell.account.password;

import io.classbell.account.api.AccountSettings.Argon2;
import io.classbell.platform.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * A password hash: Argon2id (RFC 9106) in the PHC string format, {@code
 * $argon2id$v=19$m=19456,t=2,p=1$salt$hash}. Passwords are normalised to Unicode NFC before
 * hashing, so that the same characters match whatever keyboard produced them.
 */
public final class PasswordHash {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
  private static final Pattern PHC =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{11,64})\\$([A-Za-z0-9+/]{22,128})");

  private record Cost(int memoryKib, int iterations, int parallelism) {}

  private final Cost cost;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(Cost cost, byte[] salt, byte[] hash) {
    this.cost = cost;
    this.salt = salt;
    this.hash = hash;
  }

  /**
   * Hashes a password with a new salt. Takes tens of milliseconds and the configured amount of
   * memory.
   */
  static PasswordHash of(Secret password, Argon2 argon2) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    Cost cost = cost(argon2);
    return new PasswordHash(cost, salt, compute(password, cost, salt, HASH_BYTES));
  }

  /**
   * Parses a hash in the format of {@link #phc}.
   *
   * @throws IllegalArgumentException if the text is not an Argon2id hash in that format
   */
  static PasswordHash parse(String phc) {
    Matcher parts = PHC.matcher(phc);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no argon2id hash in PHC format");
    }
    Cost cost =
        new Cost(
            Integer.parseInt(parts.group(1)),
            Integer.parseInt(parts.group(2)),
            Integer.parseInt(parts.group(3)));
    Base64.Decoder decoder = Base64.getDecoder();
    return new PasswordHash(cost, decoder.decode(parts.group(4)), decoder.decode(parts.group(5)));
  }

  /** Compares a password in constant time. Takes as long as {@link #of}. */
  boolean matches(Secret password) {
    return MessageDigest.isEqual(hash, compute(password, cost, salt, hash.length));
  }

  /** Whether the hash was computed with these cost parameters. */
  boolean hasCostOf(Argon2 argon2) {
    return cost.equals(cost(argon2)) && hash.length == HASH_BYTES;
  }

  public String phc() {
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            cost.memoryKib,
            cost.iterations,
            cost.parallelism,
            ENCODER.encodeToString(salt),
            ENCODER.encodeToString(hash));
  }

  private static Cost cost(Argon2 argon2) {
    return new Cost(argon2.memoryKib(), argon2.iterations(), argon2.parallelism());
  }

  private static byte[] compute(Secret password, Cost cost, byte[] salt, int length) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib)
            .withIterations(cost.iterations)
            .withParallelism(cost.parallelism)
            .withSalt(salt)
            .build());
    String text = Normalizer.normalize(password.reveal(), Normalizer.Form.NFC);
    byte[] result = new byte[length];
    generator.generateBytes(text.getBytes(StandardCharsets.UTF_8), result);
    return result;
  }
}
