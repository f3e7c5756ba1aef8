package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/**
 * Looks for what few configurations ask for in a head that was parsed, and is therefore well
 * formed. Allocates nothing.
 */
final class Finder {
  private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);

  /** Of what was found last. */
  int from;

  int to;

  /** The first field of that name, in lower case, among the lines of {@code [at, end)}. */
  boolean field(byte[] in, int at, int end, byte[] lowerName) {
    return nextField(in, at, end, lowerName) >= 0;
  }

  /** Returns where the line after the field begins; -1 when there is none. */
  private int nextField(byte[] in, int at, int end, byte[] lowerName) {
    int p = at;
    while (p < end) {
      int colon = Scan.tokenEnd(in, p, end);
      int cr = Scan.control(in, colon, end);
      if (Scan.same(in, p, colon, lowerName)) {
        from = Scan.skipBlanks(in, colon + 1, cr);
        to = Scan.trimBlanks(in, from, cr);
        return cr + 2;
      }
      p = cr + 2;
    }
    return -1;
  }

  /** The first cookie of that name in any of the Cookie fields. */
  boolean cookie(byte[] in, int at, int end, byte[] name) {
    int p = nextField(in, at, end, COOKIE);
    while (p >= 0) {
      if (pair(in, from, to, (byte) ';', name)) {
        return true;
      }
      p = nextField(in, p, end, COOKIE);
    }
    return false;
  }

  /** The first parameter of that name in the query of the target in {@code [at, end)}. */
  boolean query(byte[] in, int at, int end, byte[] name) {
    int mark = indexOf(in, at, end, (byte) '?');
    return mark < end && pair(in, mark + 1, end, (byte) '&', name);
  }

  /** The target in {@code [at, end)} without its query. */
  boolean path(byte[] in, int at, int end) {
    from = at;
    to = indexOf(in, at, end, (byte) '?');
    return to > from;
  }

  private boolean pair(byte[] in, int at, int end, byte separator, byte[] name) {
    int p = at;
    while (p < end) {
      int pairEnd = indexOf(in, p, end, separator);
      int begin = Scan.skipBlanks(in, p, pairEnd);
      int equals = indexOf(in, begin, pairEnd, (byte) '=');
      if (equals < pairEnd && matches(in, begin, equals, name)) {
        from = equals + 1;
        to = Scan.trimBlanks(in, from, pairEnd);
        return true;
      }
      p = pairEnd + 1;
    }
    return false;
  }

  private static boolean matches(byte[] in, int at, int end, byte[] name) {
    if (end - at != name.length) {
      return false;
    }
    for (int i = 0; i < name.length; i++) {
      if (in[at + i] != name[i]) {
        return false;
      }
    }
    return true;
  }

  private static int indexOf(byte[] in, int at, int end, byte wanted) {
    int p = at;
    while (p < end && in[p] != wanted) {
      p++;
    }
    return p;
  }
}
