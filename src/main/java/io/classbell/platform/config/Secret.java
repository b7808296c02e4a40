package io.classbell.platform.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A text that must not be printed: a password, a key or a token. {@link #toString} returns
 * asterisks. The value is available from {@link #reveal} only; on the bus between modules it
 * travels as JSON.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = value;
  }

  /** Wraps a value. */
  @JsonCreator
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** Returns the value. Call this only where it is handed to a server or a cipher. */
  @JsonValue
  public String reveal() {
    return value;
  }

  /** Returns the value as UTF-8 bytes, for keys. */
  public byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the same asterisks for every value. */
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
