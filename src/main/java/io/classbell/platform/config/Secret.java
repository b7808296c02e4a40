package io.classbell.platform.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that must not be printed: a password, a key, a token. {@link #toString} shows stars; its
 * value travels as JSON on the bus between modules and is had by {@link #reveal} alone.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps {@code value}. */
  @JsonCreator
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The value itself: for the one place that hands it to a server or a cipher. */
  @JsonValue
  public String reveal() {
    return value;
  }

  /** The value as UTF-8, for keys. */
  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** Always the same stars, whatever is inside. */
  @Override
  public String toString() {
    return "***";
  }

  /** Compares in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }
}
