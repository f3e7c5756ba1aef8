package io.steelyard.wire.http1;

/**
 * Another beginning for the path of a request. Reused from head to head; works on a line that was
 * parsed.
 */
final class PathRewrite {
  /** Null: the path stays. */
  private byte[] prefix;

  private int restFrom;

  void reset() {
    prefix = null;
  }

  /** The new path is {@code prefix} and then what begins at {@code restFrom}. */
  void set(byte[] prefix, int restFrom) {
    this.prefix = prefix;
    this.restFrom = restFrom;
  }

  boolean active() {
    return prefix != null;
  }

  /** How many bytes it makes a head longer, at most. */
  int bytesMax() {
    return prefix == null ? 0 : prefix.length + 1;
  }

  /** Writes the request line in origin-form, as HTTP/1.1; returns the index after it. */
  int writeLine(RequestLine line, byte[] in, byte[] out, int at) {
    int o = Ascii.copy(in, line.methodFrom, line.methodTo, out, at);
    out[o++] = ' ';
    o = Ascii.put(prefix, out, o);
    boolean slash = restFrom < line.pathTo && in[restFrom] != '?';
    if (prefix.length == 0 && !slash) {
      out[o++] = '/';
    }
    o = Ascii.copy(in, restFrom, line.pathTo, out, o);
    return line.writeVersion(in, out, o);
  }
}
