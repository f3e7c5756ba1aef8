package io.steelyard.wire.http1;

/** The first line of a request (RFC 9112 3): method, target in its four forms, version. Reused. */
final class RequestLine {
  /** More empty lines before a request than this are refused (RFC 9112 2.2 asks for one). */
  private static final int EMPTY_LINES_MAX = 4;

  private static final int METHOD_BYTES_MAX = 32;
  static final int VERSION_BYTES = 8;

  private static final int BAD_REQUEST = -400;
  private static final int BAD_VERSION = -505;

  private static final long HTTP_1_1 = Ascii.word("HTTP/1.1");
  private static final long HTTP_1_0 = Ascii.word("HTTP/1.0");
  private static final byte[] HTTP = Ascii.bytes("http://");
  private static final byte[] HTTPS = Ascii.bytes("https://");

  private static final byte[][] IDEMPOTENT = {
    Ascii.bytes("GET"),
    Ascii.bytes("HEAD"),
    Ascii.bytes("PUT"),
    Ascii.bytes("DELETE"),
    Ascii.bytes("OPTIONS"),
    Ascii.bytes("TRACE")
  };
  private static final byte[] HEAD = Ascii.bytes("HEAD");
  private static final byte[] CONNECT = Ascii.bytes("CONNECT");
  private static final byte[] OPTIONS = Ascii.bytes("OPTIONS");
  private static final byte[] TRACE = Ascii.bytes("TRACE");

  int methodFrom;
  int methodTo;
  int targetFrom;
  int targetTo;
  int versionFrom;
  int minor;
  boolean head;
  boolean connect;
  boolean idempotent;

  /** How far it goes may be limited: OPTIONS and TRACE. */
  boolean counted;

  /** Whether the target was in absolute-form. */
  boolean absolute;

  /** The authority in an absolute-form or authority-form target, and where its host ends. */
  int authorityFrom;

  int authorityTo;
  int hostTo;

  /** Path and query; without a path when an absolute-form has none, and for CONNECT. */
  int pathFrom;

  int pathTo;

  /** The index after the line; 0 when more bytes are needed; negative when refused. */
  int parse(byte[] in, int from, int to) {
    int begin = skipEmptyLines(in, from, to);
    if (begin < 0 || begin == to) {
      return Math.min(begin, 0);
    }
    int space = Scan.tokenEnd(in, begin, to);
    if (space - begin > METHOD_BYTES_MAX) {
      return BAD_REQUEST;
    }
    if (space == to) {
      return 0;
    }
    if (in[space] != ' ' || space == begin) {
      return BAD_REQUEST;
    }
    methodFrom = begin;
    methodTo = space;
    targetFrom = space + 1;
    targetTo = Scan.targetEnd(in, targetFrom, to);
    if (targetTo == to) {
      return 0;
    }
    if (in[targetTo] != ' ' || targetTo == targetFrom) {
      return BAD_REQUEST;
    }
    versionFrom = targetTo + 1;
    int next = version(in, to);
    return next <= 0 ? next : methodAndTarget(in) ? next : BAD_REQUEST;
  }

  private static int skipEmptyLines(byte[] in, int from, int to) {
    int i = from;
    while (i < to && in[i] == '\r') {
      if (i + 1 == to) {
        return to;
      }
      if (in[i + 1] != '\n' || i - from >= 2 * EMPTY_LINES_MAX) {
        return BAD_REQUEST;
      }
      i += 2;
    }
    return i;
  }

  private int version(byte[] in, int to) {
    int end = versionFrom + VERSION_BYTES;
    if (end + 2 <= to && in[end] == '\r' && in[end + 1] == '\n') {
      long version = Scan.word(in, versionFrom);
      if (version == HTTP_1_1 || version == HTTP_1_0) {
        minor = version == HTTP_1_1 ? 1 : 0;
        return end + 2;
      }
    }
    return unusualVersion(in, to);
  }

  private int unusualVersion(byte[] in, int to) {
    int cr = Scan.control(in, versionFrom, to);
    if (cr == to) {
      return 0;
    }
    if (in[cr] != '\r') {
      return BAD_REQUEST;
    }
    if (cr + 1 == to) {
      return 0;
    }
    return in[cr + 1] == '\n' && isOtherVersion(in, versionFrom, cr) ? BAD_VERSION : BAD_REQUEST;
  }

  private static boolean isOtherVersion(byte[] in, int from, int to) {
    return to - from == VERSION_BYTES
        && in[from] == 'H'
        && in[from + 1] == 'T'
        && in[from + 2] == 'T'
        && in[from + 3] == 'P'
        && in[from + 4] == '/'
        && isDigit(in[from + 5])
        && in[from + 6] == '.'
        && isDigit(in[from + 7]);
  }

  private boolean methodAndTarget(byte[] in) {
    absolute = false;
    authorityFrom = 0;
    authorityTo = 0;
    hostTo = 0;
    if (methodTo - methodFrom == 3 && in[methodFrom] == 'G' && in[methodFrom + 1] == 'E') {
      idempotent = in[methodFrom + 2] == 'T';
      head = false;
      connect = false;
      counted = false;
    } else {
      idempotent = isIdempotent(in);
      head = isMethod(in, HEAD);
      connect = isMethod(in, CONNECT);
      counted = isMethod(in, OPTIONS) || isMethod(in, TRACE);
    }
    pathFrom = targetFrom;
    pathTo = targetTo;
    if (connect) {
      return authorityForm(in);
    }
    if (in[targetFrom] == '/') {
      return true;
    }
    if (in[targetFrom] == '*') {
      return targetTo - targetFrom == 1 && isMethod(in, OPTIONS);
    }
    return absoluteForm(in);
  }

  private boolean authorityForm(byte[] in) {
    pathFrom = targetTo;
    hostTo = Authority.hostEnd(in, targetFrom, targetTo);
    authorityFrom = targetFrom;
    authorityTo = targetTo;
    // The port is not optional here (RFC 9112 3.2.3).
    return hostTo > targetFrom && hostTo + 1 < targetTo;
  }

  private boolean absoluteForm(byte[] in) {
    absolute = true;
    if (starts(in, HTTP)) {
      authorityFrom = targetFrom + HTTP.length;
    } else if (starts(in, HTTPS)) {
      authorityFrom = targetFrom + HTTPS.length;
    } else {
      return false;
    }
    int i = authorityFrom;
    while (i < targetTo && in[i] != '/' && in[i] != '?') {
      i++;
    }
    authorityTo = i;
    pathFrom = i;
    hostTo = Authority.hostEnd(in, authorityFrom, authorityTo);
    return hostTo > authorityFrom;
  }

  private boolean starts(byte[] in, byte[] lower) {
    return targetTo - targetFrom >= lower.length
        && Scan.same(in, targetFrom, targetFrom + lower.length, lower);
  }

  /** Writes the line of an absolute-form in origin-form as HTTP/1.1; returns the index after it. */
  int writeOriginForm(byte[] in, byte[] out, int at) {
    int o = Ascii.copy(in, methodFrom, methodTo, out, at);
    out[o++] = ' ';
    if (pathFrom == targetTo && isMethod(in, OPTIONS)) {
      out[o++] = '*';
    } else if (pathFrom == targetTo || in[pathFrom] == '?') {
      out[o++] = '/';
    }
    return writeVersion(in, out, Ascii.copy(in, pathFrom, targetTo, out, o));
  }

  /** Writes what stands behind a target, as HTTP/1.1; returns the index after it. */
  int writeVersion(byte[] in, byte[] out, int at) {
    out[at] = ' ';
    int o = at + 1;
    o = Ascii.copy(in, versionFrom, versionFrom + VERSION_BYTES + 2, out, o);
    out[o - 3] = '1';
    return o;
  }

  private boolean isIdempotent(byte[] in) {
    for (byte[] method : IDEMPOTENT) {
      if (isMethod(in, method)) {
        return true;
      }
    }
    return false;
  }

  private boolean isMethod(byte[] in, byte[] method) {
    if (methodTo - methodFrom != method.length) {
      return false;
    }
    for (int i = 0; i < method.length; i++) {
      if (in[methodFrom + i] != method[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
