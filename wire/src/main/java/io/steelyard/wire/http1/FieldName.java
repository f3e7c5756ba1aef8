package io.steelyard.wire.http1;

/**
 * The field names that a proxy must understand, as small numbers. Told apart by their length and
 * then by one or two words; {@code | 0x20} is exact here because the name is known to be a token.
 */
final class FieldName {
  static final int OTHER = 0;
  static final int TE = 1;
  static final int HOST = 2;
  static final int EXPECT = 3;
  static final int UPGRADE = 4;
  static final int FORWARDED = 5;
  static final int CONNECTION = 6;
  static final int KEEP_ALIVE = 7;
  static final int X_REQUEST_ID = 8;
  static final int CONTENT_LENGTH = 9;
  static final int X_FORWARDED_FOR = 10;
  static final int X_FORWARDED_HOST = 11;
  static final int X_FORWARDED_PORT = 12;
  static final int PROXY_CONNECTION = 13;
  static final int TRANSFER_ENCODING = 14;
  static final int X_FORWARDED_PROTO = 15;
  static final int PROXY_AUTHORIZATION = 16;
  static final int PROXY_AUTHENTICATE = 17;

  /** X-Real-IP, and any X-Forwarded- that is not one of the above: told by {@link #unusual}. */
  static final int OTHER_CLAIM = 18;

  /** A name that is known, or a claim, when its underscores are read as hyphens. */
  static final int MISSPELT = 19;

  static final int COOKIE = 20;

  /** Client-Cert or Client-Cert-Chain (RFC 9440), or any X-Client-Cert: the last by unusual. */
  static final int CLIENT_CERT = 21;

  /** As much of a name as tells which it is: longer ones are told by their beginning. */
  private static final int TELLING_BYTES = 32;

  private static final long LOWER = 0x2020202020202020L;
  private static final int LOWER_HALF = 0x20202020;

  private static final int HOST_NAME = half("host");
  private static final int EXPECT_HEAD = half("expe");
  private static final int EXPECT_TAIL = half("pect");
  private static final int COOKIE_HEAD = half("cook");
  private static final int COOKIE_TAIL = half("okie");
  private static final int UPGRADE_HEAD = half("upgr");
  private static final int UPGRADE_TAIL = half("rade");
  private static final long FORWARDED_HEAD = Ascii.word("forwarde");
  private static final long FORWARDED_TAIL = Ascii.word("orwarded");
  private static final long CONNECTION_HEAD = Ascii.word("connecti");
  private static final long CONNECTION_TAIL = Ascii.word("nnection");
  private static final long KEEP_ALIVE_HEAD = Ascii.word("keep-ali");
  private static final long KEEP_ALIVE_TAIL = Ascii.word("ep-alive");
  private static final long X_REQUEST_ID_HEAD = Ascii.word("x-reques");
  private static final long X_REQUEST_ID_TAIL = Ascii.word("quest-id");
  private static final long CONTENT_LENGTH_HEAD = Ascii.word("content-");
  private static final long CONTENT_LENGTH_TAIL = Ascii.word("t-length");
  private static final long X_FORWARDED_HEAD = Ascii.word("x-forwar");
  private static final long X_FORWARDED_FOR_TAIL = Ascii.word("rded-for");
  private static final long X_FORWARDED_HOST_TAIL = Ascii.word("ded-host");
  private static final long X_FORWARDED_PORT_TAIL = Ascii.word("ded-port");
  private static final long X_FORWARDED_PROTO_TAIL = Ascii.word("ed-proto");
  private static final long PROXY_CONNECTION_HEAD = Ascii.word("proxy-co");
  private static final long CLIENT_CERT_HEAD = Ascii.word("client-c");
  private static final long CLIENT_CERT_TAIL = Ascii.word("ent-cert");
  private static final long TRANSFER_ENCODING_HEAD = Ascii.word("transfer");
  private static final long TRANSFER_ENCODING_TAIL = Ascii.word("encoding");

  private static final byte[] PROXY_AUTHORIZATION_NAME = Ascii.bytes("proxy-authorization");
  private static final byte[] PROXY_AUTHENTICATE_NAME = Ascii.bytes("proxy-authenticate");

  private static final byte[] X_FORWARDED = Ascii.bytes("x-forwarded-");
  private static final byte[] CLIENT_CERT_CHAIN = Ascii.bytes("client-cert-chain");
  private static final byte[] X_CLIENT_CERT = Ascii.bytes("x-client-cert");
  private static final byte[] X_REAL_IP = Ascii.bytes("x-real-ip");

  private FieldName() {}

  /** The number of the name (a token) in {@code [from, to)}. */
  static int of(byte[] in, int from, int to) {
    return switch (to - from) {
      case 2 -> (in[from] | 0x20) == 't' && (in[from + 1] | 0x20) == 'e' ? TE : OTHER;
      case 4 -> (Scan.half(in, from) | LOWER_HALF) == HOST_NAME ? HOST : OTHER;
      case 6 ->
          halves(in, from, to, COOKIE_HEAD, COOKIE_TAIL)
              ? COOKIE
              : halves(in, from, to, EXPECT_HEAD, EXPECT_TAIL) ? EXPECT : OTHER;
      case 7 -> halves(in, from, to, UPGRADE_HEAD, UPGRADE_TAIL) ? UPGRADE : OTHER;
      case 9 -> words(in, from, to, FORWARDED_HEAD, FORWARDED_TAIL) ? FORWARDED : OTHER;
      case 10 ->
          words(in, from, to, CONNECTION_HEAD, CONNECTION_TAIL)
              ? CONNECTION
              : words(in, from, to, KEEP_ALIVE_HEAD, KEEP_ALIVE_TAIL) ? KEEP_ALIVE : OTHER;
      case 11 -> words(in, from, to, CLIENT_CERT_HEAD, CLIENT_CERT_TAIL) ? CLIENT_CERT : OTHER;
      case 12 -> words(in, from, to, X_REQUEST_ID_HEAD, X_REQUEST_ID_TAIL) ? X_REQUEST_ID : OTHER;
      case 14 ->
          words(in, from, to, CONTENT_LENGTH_HEAD, CONTENT_LENGTH_TAIL) ? CONTENT_LENGTH : OTHER;
      case 15 ->
          words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_FOR_TAIL) ? X_FORWARDED_FOR : OTHER;
      case 16 -> ofSixteen(in, from, to);
      case 17 -> ofSeventeen(in, from, to);
      case 18 -> Scan.same(in, from, to, PROXY_AUTHENTICATE_NAME) ? PROXY_AUTHENTICATE : OTHER;
      case 19 -> Scan.same(in, from, to, PROXY_AUTHORIZATION_NAME) ? PROXY_AUTHORIZATION : OTHER;
      default -> OTHER;
    };
  }

  private static int ofSixteen(byte[] in, int from, int to) {
    if (words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_HOST_TAIL)) {
      return X_FORWARDED_HOST;
    }
    if (words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_PORT_TAIL)) {
      return X_FORWARDED_PORT;
    }
    return words(in, from, to, PROXY_CONNECTION_HEAD, CONNECTION_TAIL) ? PROXY_CONNECTION : OTHER;
  }

  private static int ofSeventeen(byte[] in, int from, int to) {
    int middle = in[from + 8] | 0x20;
    if (middle == '-' && words(in, from, to, TRANSFER_ENCODING_HEAD, TRANSFER_ENCODING_TAIL)) {
      return TRANSFER_ENCODING;
    }
    if (middle == 'd' && words(in, from, to, X_FORWARDED_HEAD, X_FORWARDED_PROTO_TAIL)) {
      return X_FORWARDED_PROTO;
    }
    return middle == 'e' && Scan.same(in, from, to, CLIENT_CERT_CHAIN) ? CLIENT_CERT : OTHER;
  }

  /**
   * What a name that {@link #of} does not know may be all the same: {@link #OTHER_CLAIM}, {@link
   * #MISSPELT} (many servers read an underscore as a hyphen), or else {@link #OTHER}.
   */
  static int unusual(byte[] in, int from, int to, byte[] scratch) {
    int n = Math.min(to - from, TELLING_BYTES);
    boolean misspelt = false;
    for (int i = 0; i < n; i++) {
      boolean underscore = in[from + i] == '_';
      misspelt |= underscore;
      scratch[i] = underscore ? (byte) '-' : in[from + i];
    }
    boolean certificate = begins(scratch, n, X_CLIENT_CERT);
    if (!certificate && !isClaim(scratch, n) && !(misspelt && of(scratch, 0, n) != OTHER)) {
      return OTHER;
    }
    return misspelt ? MISSPELT : certificate ? CLIENT_CERT : OTHER_CLAIM;
  }

  private static boolean begins(byte[] name, int length, byte[] prefix) {
    return length >= prefix.length && Scan.same(name, 0, prefix.length, prefix);
  }

  private static boolean isClaim(byte[] name, int length) {
    return length == X_REAL_IP.length
        ? Scan.same(name, 0, length, X_REAL_IP)
        : begins(name, length, X_FORWARDED);
  }

  /** For {@link #unusual}. */
  static byte[] scratch() {
    return new byte[TELLING_BYTES];
  }

  private static boolean words(byte[] in, int from, int to, long head, long tail) {
    return (Scan.word(in, from) | LOWER) == head && (Scan.word(in, to - 8) | LOWER) == tail;
  }

  private static boolean halves(byte[] in, int from, int to, int head, int tail) {
    return (Scan.half(in, from) | LOWER_HALF) == head
        && (Scan.half(in, to - 4) | LOWER_HALF) == tail;
  }

  private static int half(String lower) {
    return Scan.half(Ascii.bytes(lower), 0);
  }
}
