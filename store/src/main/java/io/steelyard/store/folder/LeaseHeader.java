package io.steelyard.store.folder;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first line of a file that vanishes unless it is renewed; a comment to whoever reads YAML.
 *
 * @param ttlMs how long after its last change the file counts
 * @param stamp of no other file
 * @param bytes of the line
 */
record LeaseHeader(long ttlMs, long stamp, int bytes) {
  /** The longest one. */
  static final int BYTES_MAX = 80;

  private static final Pattern LINE =
      Pattern.compile("# steelyard lease of ([0-9]{1,12}) ms, ([0-9]{1,19})\n");

  /** The line. */
  static String line(long ttlMs, long stamp) {
    return "# steelyard lease of %d ms, %d\n".formatted(ttlMs, stamp);
  }

  /** What a file begins with. */
  static Optional<LeaseHeader> of(byte[] content) {
    String begin =
        new String(content, 0, Math.min(content.length, BYTES_MAX), StandardCharsets.ISO_8859_1);
    Matcher line = LINE.matcher(begin);
    if (!line.lookingAt()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LeaseHeader(
              Long.parseLong(line.group(1)), Long.parseLong(line.group(2)), line.end()));
    } catch (NumberFormatException e) {
      // A time that no clock shows: somebody wrote it by hand, and it is a comment.
      return Optional.empty();
    }
  }
}
