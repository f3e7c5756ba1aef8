package io.steelyard.core.route;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A prefix of paths that ends where a segment ends. */
final class PathPrefix {
  /** Empty matches every path. */
  private final byte[] bytes;

  private PathPrefix(byte[] bytes) {
    this.bytes = bytes;
  }

  /** As written in {@link Route#path()}. */
  static PathPrefix of(String path) {
    // Every path begins so, also the empty one and that of "OPTIONS *".
    String prefix = path.equals("/") ? "" : path;
    return new PathPrefix(prefix.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the path (without query) in {@code head[from..to)} begins so. */
  boolean matches(byte[] head, int from, int to) {
    int end = from + bytes.length;
    if (bytes.length == 0) {
      return true;
    }
    return end <= to
        && Arrays.equals(head, from, end, bytes, 0, bytes.length)
        && (end == to || head[end] == '/' || bytes[bytes.length - 1] == '/');
  }
}
