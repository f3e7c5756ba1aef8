package io.steelyard.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** Something that nobody may see, as a password: at least one byte. Immutable; prints nothing. */
public final class Secret {
  private final byte[] bytes;

  private Secret(byte[] bytes) {
    if (bytes.length == 0) {
      throw new IllegalArgumentException("an empty secret");
    }
    this.bytes = bytes;
  }

  /** Of these bytes, at least one. */
  public static Secret of(byte[] bytes) {
    return new Secret(bytes.clone());
  }

  /** Of a text that is not empty, in UTF-8. */
  public static Secret of(String text) {
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of what it is. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Takes as long whether they differ early or late. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "a secret";
  }
}
