package io.steelyard.cluster;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Something that all nodes are to know: an operator's wish, a secret. The later word of two holds.
 * Immutable; does not print what it says.
 */
public final class Fact {
  /** Of a name. */
  public static final int NAME_BYTES_MAX = 512;

  /** Of what is said. */
  public static final int VALUE_BYTES_MAX = 4096;

  private final String name;
  private final byte[] value;
  private final long stamp;
  private final int origin;

  private Fact(String name, byte[] value, long stamp, int origin) {
    if (name.getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX
        || (value != null && value.length > VALUE_BYTES_MAX)) {
      throw new IllegalArgumentException("too long a fact: " + name);
    }
    this.name = name;
    this.value = value;
    this.stamp = stamp;
    this.origin = origin;
  }

  /**
   * What a node says from a moment on.
   *
   * @param value null: it is taken back; not copied
   * @param stamp of a hybrid clock
   * @param origin the number of the node that says it
   * @throws IllegalArgumentException if it is too long
   */
  public static Fact of(String name, byte[] value, long stamp, int origin) {
    return new Fact(name, value, stamp, origin);
  }

  /** What it is about. */
  public String name() {
    return name;
  }

  /** What is said, a copy; empty: it was taken back. */
  public Optional<byte[]> value() {
    return value == null ? Optional.empty() : Optional.of(value.clone());
  }

  /** Since when. */
  public long stamp() {
    return stamp;
  }

  /** Who says it. */
  public int origin() {
    return origin;
  }

  /** Whether it holds against another of the same name; a total order. */
  boolean isLaterThan(Fact other) {
    if (stamp != other.stamp) {
      return stamp > other.stamp;
    }
    return origin == other.origin ? Arrays.compare(value, other.value) > 0 : origin > other.origin;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fact f
        && f.name.equals(name)
        && f.stamp == stamp
        && f.origin == origin
        && Arrays.equals(f.value, value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, stamp, origin, Arrays.hashCode(value));
  }

  @Override
  public String toString() {
    return name + (value == null ? " is taken back" : " is told") + ", stamp " + stamp;
  }
}
