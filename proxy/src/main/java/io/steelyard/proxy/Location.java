package io.steelyard.proxy;

import io.steelyard.core.route.Target;
import io.steelyard.core.route.Target.Part;
import io.steelyard.core.route.Target.Piece;
import io.steelyard.wire.http1.RequestHead;
import java.nio.charset.StandardCharsets;

/**
 * Writes where a redirect leads. What comes from the request are bytes that its parser has let
 * through as a host or a path: visible ASCII. What of it is no part of a URL (RFC 3986 section 2)
 * is percent-encoded. Allocates nothing per request.
 */
final class Location {
  /** More is refused. */
  static final int BYTES_MAX = 8 * 1024;

  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
  private static final boolean[] ENCODED = new boolean[128];

  static {
    for (int c = 0; c < ENCODED.length; c++) {
      ENCODED[c] = c <= ' ' || c == 0x7f || "\"<>\\^`{|}".indexOf(c) >= 0;
    }
  }

  /** A text, or null where the part of the same index stands. */
  private final byte[][] texts;

  private final Part[] parts;
  private final int ownPathBytes;

  /**
   * Of a route.
   *
   * @param ownPathBytes of a path, behind which the rest begins
   */
  Location(Target target, int ownPathBytes) {
    int n = target.pieces().size();
    texts = new byte[n][];
    parts = new Part[n];
    for (int i = 0; i < n; i++) {
      switch (target.pieces().get(i)) {
        case Piece.Text(String text) -> texts[i] = text.getBytes(StandardCharsets.US_ASCII);
        case Piece.Of(Part part) -> parts[i] = part;
      }
    }
    this.ownPathBytes = ownPathBytes;
  }

  boolean needsHost() {
    for (Part part : parts) {
      if (part == Part.HOST) {
        return true;
      }
    }
    return false;
  }

  /** Writes it there; returns the index after it, or -1 when it is too long. */
  int write(RequestHead request, byte[] in, byte[] out, int at) {
    int limit = at + BYTES_MAX;
    int o = at;
    for (int i = 0; o >= 0 && i < parts.length; i++) {
      o =
          parts[i] == null
              ? copy(texts[i], 0, texts[i].length, out, o, limit)
              : part(parts[i], request, in, out, o, limit);
    }
    return o;
  }

  private int part(Part part, RequestHead request, byte[] in, byte[] out, int at, int limit) {
    int from = request.pathFrom();
    int to = request.pathTo();
    // OPTIONS * asks for no path.
    boolean none = from < to && in[from] != '/' && in[from] != '?';
    return switch (part) {
      case HOST -> copy(in, request.hostFrom(), request.hostTo(), out, at, limit);
      case PATH -> {
        boolean slash = from < to && in[from] == '/';
        int o = slash ? at : slash(out, at, limit);
        yield none || o < 0 ? o : copy(in, from, to, out, o, limit);
      }
      case REST -> none ? at : copy(in, Math.min(from + ownPathBytes, to), to, out, at, limit);
    };
  }

  private static int slash(byte[] out, int at, int limit) {
    if (at >= limit) {
      return -1;
    }
    out[at] = '/';
    return at + 1;
  }

  private static int copy(byte[] in, int from, int to, byte[] out, int at, int limit) {
    int o = at;
    for (int i = from; i < to; i++) {
      if (o + 3 > limit) {
        return -1;
      }
      int c = in[i];
      if (c < 0 || ENCODED[c]) {
        out[o++] = '%';
        out[o++] = HEX[c >> 4 & 15];
        out[o++] = HEX[c & 15];
      } else {
        out[o++] = in[i];
      }
    }
    return o;
  }
}
