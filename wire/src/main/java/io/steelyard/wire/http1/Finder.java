package io.steelyard.wire.http1;

import java.nio.charset.StandardCharsets;

/**
 * Looks for what few configurations ask for in a head that was parsed, and is therefore well
 * formed. Allocates nothing.
 */
final class Finder {
  private static final byte[] COOKIE = "cookie".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] SET_COOKIE = "set-cookie".getBytes(StandardCharsets.US_ASCII);

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

  /** The next field of that name behind the one that was found last. */
  boolean nextField(byte[] in, int end, byte[] lowerName) {
    return nextField(in, Scan.control(in, to, end) + 2, end, lowerName) >= 0;
  }

  /**
   * Cuts all fields of these names, in lower case, among the lines of {@code [at, end)}; those too
   * with underscores in place of hyphens, which many a server takes for the same.
   */
  static void cutFields(byte[] in, int at, int end, byte[][] lowerNames, Cuts cuts) {
    int p = at;
    while (p < end) {
      int colon = Scan.tokenEnd(in, p, end);
      int next = Scan.control(in, colon, end) + 2;
      for (byte[] name : lowerNames) {
        if (Scan.sameLoosely(in, p, colon, name)) {
          cuts.insertLine(p, next);
        }
      }
      p = next;
    }
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

  /** The next cookie of that name after the one that was found last. */
  boolean nextCookie(byte[] in, int end, byte[] name) {
    int cr = Scan.control(in, to, end);
    int rest = indexOf(in, to, cr, (byte) ';');
    return (rest < cr && pair(in, rest + 1, cr, (byte) ';', name)) || cookie(in, cr + 2, end, name);
  }

  /** The value of the last Set-Cookie field for that name (RFC 6265, section 4.1.1). */
  boolean setCookie(byte[] in, int at, int end, byte[] name) {
    int valueFrom = -1;
    int valueTo = -1;
    int p = nextField(in, at, end, SET_COOKIE);
    while (p >= 0) {
      int pairEnd = indexOf(in, from, to, (byte) ';');
      if (pair(in, from, pairEnd, (byte) ';', name)) {
        valueFrom = from;
        valueTo = to;
      }
      p = nextField(in, p, end, SET_COOKIE);
    }
    from = valueFrom;
    to = valueTo;
    return valueFrom >= 0;
  }

  /**
   * Cuts all cookies of these names, with the separator that they leave over; those too with blanks
   * before their '=', which no browser sends and many a server overlooks.
   */
  void cutCookies(byte[] in, int at, int end, byte[][] names, Cuts cuts) {
    int line = at;
    int p = nextField(in, at, end, COOKIE);
    while (p >= 0) {
      cutPairs(in, lineOf(in, line, from), p, from, to, names, cuts);
      line = p;
      p = nextField(in, p, end, COOKIE);
    }
  }

  /** The beginning of the line, one of those from {@code at} on, that holds {@code inside}. */
  private static int lineOf(byte[] in, int at, int inside) {
    int line = at;
    for (int cr = Scan.control(in, line, inside);
        cr < inside;
        cr = Scan.control(in, line, inside)) {
      line = cr + 2;
    }
    return line;
  }

  /**
   * Cuts the pairs of one line [{@code line}, {@code next}): each from the separator before it on;
   * before the first one that stays, up to the next pair; the whole line when none stays.
   */
  private static void cutPairs(
      byte[] in, int line, int next, int cookiesFrom, int cookiesTo, byte[][] names, Cuts cuts) {
    int before = cookiesFrom;
    boolean kept = false;
    int p = cookiesFrom;
    while (p < cookiesTo) {
      int pairEnd = indexOf(in, p, cookiesTo, (byte) ';');
      int begin = Scan.skipBlanks(in, p, pairEnd);
      int equals = indexOf(in, begin, pairEnd, (byte) '=');
      boolean cut =
          equals < pairEnd && matchesAny(in, begin, Scan.trimBlanks(in, begin, equals), names);
      if (!cut && !kept) {
        kept = true;
        if (begin > cookiesFrom) {
          cuts.insert(cookiesFrom, begin);
        }
      } else if (cut && kept) {
        cuts.insert(before, pairEnd);
      }
      before = pairEnd;
      p = pairEnd + 1;
    }
    if (!kept && cookiesFrom < cookiesTo) {
      cuts.insert(line, next);
    }
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

  private static boolean matchesAny(byte[] in, int at, int end, byte[][] names) {
    for (byte[] name : names) {
      if (matches(in, at, end, name)) {
        return true;
      }
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
