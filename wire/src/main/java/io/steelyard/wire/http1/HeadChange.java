package io.steelyard.wire.http1;

import java.util.List;
import java.util.Locale;

/**
 * What is done to the header fields of heads that are written anew. Made once; immutable. Whoever
 * makes it answers for its names and values: nothing of them may end a line, or say where a message
 * ends (RFC 9110 section 5, RFC 9112 section 6).
 */
public final class HeadChange {
  private final byte[][] dropped;
  private final byte[] lines;
  private final byte[] host;

  /**
   * @param dropped names of fields that are not passed on
   * @param lines whole lines that are put behind the others, each with its CRLF
   * @param host the Host field of a request; empty: as it came
   */
  public HeadChange(List<String> dropped, String lines, String host) {
    this.dropped =
        dropped.stream()
            .map(name -> Ascii.bytes(name.toLowerCase(Locale.ROOT)))
            .toArray(byte[][]::new);
    this.lines = Ascii.bytes(lines);
    this.host = Ascii.bytes(host);
  }

  byte[][] dropped() {
    return dropped;
  }

  /** How many bytes it puts in at most. */
  public int linesLength() {
    return lines.length;
  }

  /** Puts the lines there; returns the index after them. */
  public int writeLines(byte[] out, int at) {
    return Ascii.put(lines, out, at);
  }

  int bytesMax() {
    return lines.length + host.length;
  }

  boolean hasHost() {
    return host.length > 0;
  }

  int writeHost(byte[] out, int at) {
    return Ascii.put(host, out, at);
  }
}
