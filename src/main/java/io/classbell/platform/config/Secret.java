package io.classbell.platform.config;

import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** A value that must not be printed: a password, a key, an address with a password in it. */
public final class Secret {
  private static final String HIDDEN = "***";

  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps {@code value}. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The value itself: for the one place that hands it to a server or a cipher. */
  public String reveal() {
    return value;
  }

  /** The value as UTF-8, for keys. */
  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** Always the same stars, whatever is inside; also what JSON shows. */
  @Override
  @JsonValue
  public String toString() {
    return HIDDEN;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }
}
