package io.steelyard.wire.http1;

/**
 * The head of an HTTP/1 request: read strictly, and written anew for a server. One object serves
 * all connections of a loop, one head after the other; it allocates nothing after construction.
 *
 * <p>{@link #parse} keeps offsets into the caller's array: all other methods need that array
 * unchanged, and mean something only after a parse that gave a positive result. Where RFC 9112
 * leaves a choice between mending and refusing, this refuses.
 */
public final class RequestHead {
  private static final int BAD_REQUEST = -400;
  private static final int TARGET_TOO_LONG = -414;
  private static final int EXPECTATION_FAILED = -417;
  private static final int HEAD_TOO_LARGE = -431;
  private static final int UNKNOWN_CODING = -501;

  /** Kinds of cuts that are kept in some cases. */
  private static final int UPGRADE = 1;

  private static final int FORWARDED = 2;
  private static final int FORWARDED_FOR = 3;
  private static final int FORWARDED_PROTO = 4;
  private static final int FORWARDED_HOST = 5;
  private static final int FORWARDED_PORT = 6;
  private static final int REQUEST_ID = 7;
  private static final int EXPECT = 8;
  private static final int CERTIFICATE = 9;

  private static final int KEPT_WHEN_TRUSTED =
      1 << FORWARDED | 1 << FORWARDED_PROTO | 1 << FORWARDED_HOST | 1 << FORWARDED_PORT;

  /** A longer id of a client is not believed. */
  public static final int REQUEST_ID_BYTES_MAX = RequestId.BYTES_MAX;

  private static final byte[] CONTINUE = Ascii.bytes("100-continue");
  private static final byte[] CLEARTEXT_HTTP2 = Ascii.bytes("h2c");
  private static final byte[] HOST_LINE = Ascii.bytes("Host: ");
  private static final byte[] UPGRADE_LINE = Ascii.bytes("Connection: upgrade\r\n");

  private final HeadLimits limits;
  private final RequestLine line = new RequestLine();
  private final ConnectionOptions options = new ConnectionOptions();
  private final TransferCodings codings = new TransferCodings();
  private final Cuts cuts;
  private final Finder finder = new Finder();
  private final RequestId id = new RequestId();
  private final MaxForwards forwards = new MaxForwards();
  private final PathRewrite rewrite = new PathRewrite();

  /** Null: header fields are passed on as they came, but for those of this hop. */
  private HeadChange change;

  private final byte[] looseName = FieldName.scratch();
  private byte[] in;
  private int length;
  private int fieldsFrom;
  private int fieldsTo;
  private int hostFrom;
  private int hostTo;
  private int authorityTo;
  private boolean hostSeen;
  private long contentLength;
  private boolean cleartextHttp2;
  private boolean unknownExpectation;
  private boolean upgrade;

  /** Where the line of the first Cookie field begins; 0 without one. */
  private int cookieFrom;

  public RequestHead(HeadLimits limits) {
    this.limits = limits;
    this.cuts = new Cuts(limits.fields());
  }

  /** A head of so many bytes is refused even when it is not whole. */
  public int bytesMax() {
    return limits.bytes();
  }

  /**
   * Reads a head that begins at {@code from}. Empty lines before it are taken as part of it.
   *
   * @return its length in bytes, with the empty line that ends it; 0 when more bytes are needed; or
   *     the negated status of the refusal: -400, -414 when the request line alone is beyond the
   *     limit, -417 for an unknown expectation, -431 when the head is too large, -501 for an
   *     unknown transfer coding, -505 for a version that is not 1.0 or 1.1
   */
  public int parse(byte[] in, int from, int to) {
    this.in = in;
    boolean limited = to - from >= limits.bytes();
    int end = limited ? from + limits.bytes() : to;
    int p = line.parse(in, from, end);
    if (p <= 0) {
      return p == 0 && limited ? TARGET_TOO_LONG : p;
    }
    reset();
    fieldsFrom = p;
    int count = 0;
    while (true) {
      if (p == end) {
        return limited ? HEAD_TOO_LARGE : 0;
      }
      int nameEnd = Scan.nameEnd(in, p, end);
      int colon = nameEnd & ~Scan.UNUSUAL;
      if (colon == p) {
        break;
      }
      if (colon == end) {
        return limited ? HEAD_TOO_LARGE : 0;
      }
      if (in[colon] != ':') {
        return BAD_REQUEST;
      }
      int cr = Scan.control(in, colon + 1, end);
      if (cr + 1 >= end) {
        return cr < end && in[cr] != '\r' ? BAD_REQUEST : limited ? HEAD_TOO_LARGE : 0;
      }
      if (in[cr] != '\r' || in[cr + 1] != '\n') {
        return BAD_REQUEST;
      }
      if (++count > limits.fields()) {
        return HEAD_TOO_LARGE;
      }
      int name = FieldName.of(in, p, colon);
      if (name != FieldName.OTHER) {
        if (!field(name, p, colon + 1, cr)) {
          return BAD_REQUEST;
        }
      } else if (nameEnd != colon || (in[p] | 0x20) == 'x') {
        unusual(p, colon, cr + 2);
      }
      p = cr + 2;
    }
    if (in[p] != '\r') {
      return BAD_REQUEST;
    }
    if (p + 1 == end) {
      return limited ? HEAD_TOO_LARGE : 0;
    }
    if (in[p + 1] != '\n') {
      return BAD_REQUEST;
    }
    fieldsTo = p;
    length = p + 2 - from;
    int refused = conclude();
    return refused < 0 ? refused : length;
  }

  private void reset() {
    options.reset();
    codings.reset();
    cuts.reset();
    contentLength = -1;
    hostSeen = false;
    cleartextHttp2 = false;
    unknownExpectation = false;
    cookieFrom = 0;
    id.reset();
    forwards.reset();
    rewrite.reset();
    change = null;
    hostFrom = line.authorityFrom;
    hostTo = line.hostTo;
    authorityTo = line.authorityTo;
  }

  /** One field that matters; its value is between {@code from} and the CR; false to refuse it. */
  private boolean field(int name, int lineFrom, int from, int cr) {
    int begin = Scan.skipBlanks(in, from, cr);
    int end = Scan.trimBlanks(in, begin, cr);
    int next = cr + 2;
    switch (name) {
      case FieldName.HOST -> {
        return host(lineFrom, begin, end, next);
      }
      case FieldName.CONTENT_LENGTH -> {
        boolean first = contentLength < 0;
        contentLength = Scan.decimal(in, begin, end);
        return first && contentLength >= 0;
      }
      case FieldName.TRANSFER_ENCODING -> {
        return codings.read(in, begin, end);
      }
      case FieldName.CONNECTION -> {
        cuts.add(lineFrom, next, Cuts.ALWAYS);
        return options.read(in, begin, end);
      }
      case FieldName.PROXY_AUTHENTICATE -> {
        // A response's field: of no meaning here.
      }
      case FieldName.COOKIE -> cookieFrom = cookieFrom == 0 ? lineFrom : cookieFrom;
      case FieldName.EXPECT -> expect(lineFrom, begin, end, next);
      case FieldName.UPGRADE -> upgrade(lineFrom, begin, end, next);
      case FieldName.X_REQUEST_ID -> requestId(lineFrom, begin, end, next);
      case FieldName.FORWARDED -> cuts.add(lineFrom, next, FORWARDED);
      case FieldName.X_FORWARDED_FOR -> cuts.add(lineFrom, next, FORWARDED_FOR);
      case FieldName.X_FORWARDED_PROTO -> cuts.add(lineFrom, next, FORWARDED_PROTO);
      case FieldName.X_FORWARDED_HOST -> cuts.add(lineFrom, next, FORWARDED_HOST);
      case FieldName.X_FORWARDED_PORT -> cuts.add(lineFrom, next, FORWARDED_PORT);
      case FieldName.CLIENT_CERT -> cuts.add(lineFrom, next, CERTIFICATE);
      default -> cuts.add(lineFrom, next, Cuts.ALWAYS);
    }
    return true;
  }

  /** A name that begins with X, or has more than letters and hyphens. */
  private void unusual(int lineFrom, int colon, int next) {
    switch (FieldName.unusual(in, lineFrom, colon, looseName)) {
      case FieldName.OTHER_CLAIM -> cuts.add(lineFrom, next, FORWARDED);
      case FieldName.CLIENT_CERT -> cuts.add(lineFrom, next, CERTIFICATE);
      // Servers that read it so would believe what the known field may not say.
      case FieldName.MISSPELT -> cuts.add(lineFrom, next, Cuts.ALWAYS);
      default -> {}
    }
  }

  private boolean host(int lineFrom, int begin, int end, int next) {
    int nameEnd = Authority.hostEnd(in, begin, end);
    if (hostSeen || nameEnd == Authority.BAD) {
      return false;
    }
    hostSeen = true;
    if (line.absolute) {
      // RFC 9112 3.2.2: the target's authority replaces it.
      cuts.add(lineFrom, next, Cuts.ALWAYS);
    } else {
      hostFrom = begin;
      hostTo = nameEnd;
      authorityTo = end;
    }
    return true;
  }

  private void expect(int lineFrom, int begin, int end, int next) {
    if (line.minor == 0) {
      // RFC 9110 10.1.1: an expectation of an HTTP/1.0 client does not count.
      cuts.add(lineFrom, next, Cuts.ALWAYS);
    } else if (Scan.same(in, begin, end, CONTINUE)) {
      cuts.add(lineFrom, next, EXPECT);
    } else {
      unknownExpectation = true;
    }
  }

  private void upgrade(int lineFrom, int begin, int end, int next) {
    cuts.add(lineFrom, next, UPGRADE);
    int p = begin;
    while (p < end) {
      int from = Scan.skipBlanks(in, p, end);
      int to = Scan.tokenEnd(in, from, end);
      if (Scan.same(in, from, to, CLEARTEXT_HTTP2)) {
        // A tunnel of HTTP/2 would carry requests past the routes.
        cleartextHttp2 = true;
      }
      p = to + 1;
    }
  }

  private void requestId(int lineFrom, int begin, int end, int next) {
    // Of several none is believed.
    if (cuts.has(REQUEST_ID)) {
      id.doubt();
    } else {
      id.read(in, begin, end);
    }
    cuts.add(lineFrom, next, REQUEST_ID);
  }

  /** What can be said only when all fields are known. */
  private int conclude() {
    if (codings.present) {
      if (contentLength >= 0 || line.minor == 0 || !codings.chunked) {
        return BAD_REQUEST;
      }
      if (codings.unknown) {
        return UNKNOWN_CODING;
      }
    }
    if ((!hostSeen && line.minor == 1) || (line.connect && hasBody())) {
      return BAD_REQUEST;
    }
    if (options.nominatesAny()) {
      cutNominated();
    }
    if (line.counted && !forwards.read(finder, in, fieldsFrom, fieldsTo, cuts)) {
      return BAD_REQUEST;
    }
    if (unknownExpectation) {
      return EXPECTATION_FAILED;
    }
    upgrade =
        options.upgrade
            && cuts.has(UPGRADE)
            && !cleartextHttp2
            && line.minor == 1
            && !hasBody()
            && !line.connect;
    return 0;
  }

  private void cutNominated() {
    cuts.addNominated(in, fieldsFrom, fieldsTo, options);
    if (!cuts.has(REQUEST_ID)) {
      id.doubt();
    }
  }

  /** The minor version that the client speaks: 0 or 1. */
  public int minor() {
    return line.minor;
  }

  /** Whether the method is HEAD: the response has no body. */
  public boolean head() {
    return line.head;
  }

  /** Whether the method is idempotent (RFC 9110 9.2.2): it may be sent again. */
  public boolean idempotent() {
    return line.idempotent;
  }

  /** Whether the method is CONNECT. */
  public boolean connect() {
    return line.connect;
  }

  /** Whether this hop has to answer, as the client has limited how far its request may go. */
  public boolean lastHop() {
    return forwards.none();
  }

  /** Whether the method is OPTIONS. */
  public boolean options() {
    return line.counted && in[line.methodFrom] == 'O';
  }

  /** Where the method begins. */
  public int methodFrom() {
    return line.methodFrom;
  }

  /** Where the method ends. */
  public int methodTo() {
    return line.methodTo;
  }

  /** Where the host begins: of an absolute-form target, else of the Host field. */
  public int hostFrom() {
    return hostFrom;
  }

  /** Where the host ends, before the port; equal to {@link #hostFrom} when there is none. */
  public int hostTo() {
    return hostTo;
  }

  /** Where the host with its port begins. */
  public int authorityFrom() {
    return hostFrom;
  }

  /** Where the host with its port ends. */
  public int authorityTo() {
    return authorityTo;
  }

  /** Where the path begins; the query follows it. */
  public int pathFrom() {
    return line.pathFrom;
  }

  /**
   * Where path and query end; an absolute-form may have no path, which means {@code /}, and a
   * CONNECT has neither.
   */
  public int pathTo() {
    return line.pathTo;
  }

  /** The body's bytes; 0 when there is none; -1 when chunked. */
  public long contentLength() {
    return codings.present ? -1 : Math.max(contentLength, 0);
  }

  /** Whether the body is chunked. */
  public boolean chunked() {
    return codings.present;
  }

  /** Whether a body of at least one byte, or a chunked one, follows. */
  public boolean hasBody() {
    return codings.present || contentLength > 0;
  }

  /** Whether the client's connection ends after this exchange. */
  public boolean close() {
    return options.close || (line.minor == 0 && !options.keepAlive);
  }

  /**
   * Whether the client asks to go on in another protocol. Not for HTTP/1.0, with a body, or for h2c
   * (its requests would pass unseen): then the wish is not passed on.
   */
  public boolean upgrade() {
    return upgrade;
  }

  /** Whether the client waits for a 100 before it sends the body. */
  public boolean expectContinue() {
    return cuts.has(EXPECT) && hasBody();
  }

  /** Where the client's own request id begins. */
  public int requestIdFrom() {
    return id.from;
  }

  /** Where the client's request id ends; equal to its beginning if there is no acceptable one. */
  public int requestIdTo() {
    return id.to;
  }

  /**
   * Looks for the first header field of that name.
   *
   * @param lowerName in lower case
   * @return whether there is one; then {@link #foundFrom} and {@link #foundTo} tell its value
   */
  public boolean findField(byte[] lowerName) {
    return finder.field(in, fieldsFrom, fieldsTo, lowerName);
  }

  /** As {@link #findField}, for the next one after one that was found. */
  public boolean findNextField(byte[] lowerName) {
    return finder.nextField(in, fieldsTo, lowerName);
  }

  /** As {@link #findField}, for a cookie (RFC 6265 4.2.1); names know case. */
  public boolean findCookie(byte[] name) {
    return cookieFrom > 0 && finder.cookie(in, cookieFrom, fieldsTo, name);
  }

  /** As {@link #findCookie}, after one that was found. */
  public boolean findNextCookie(byte[] name) {
    return finder.nextCookie(in, fieldsTo, name);
  }

  /**
   * {@link #write} leaves out all cookies of these names: they are meant for this hop. What stands
   * beside them stays byte for byte. To be called once.
   */
  public void dropCookies(byte[][] names) {
    if (cookieFrom > 0) {
      finder.cutCookies(in, cookieFrom, fieldsTo, names, cuts);
    }
  }

  /** {@link #write} does this to the header fields. To be called once. */
  public void change(HeadChange next) {
    change = next;
    Finder.cutFields(in, fieldsFrom, fieldsTo, next.dropped(), cuts);
  }

  /**
   * {@link #write} puts {@code prefix} in place of the path's beginning.
   *
   * @param prefix begins with a slash and ends without; or is empty
   * @param restFrom what goes on behind it: a slash, or the query, or nothing
   */
  public void rewritePath(byte[] prefix, int restFrom) {
    rewrite.set(prefix, restFrom);
  }

  /**
   * Copies what proxies have said of whom they forward: the values of all X-Forwarded-For fields,
   * in their order, with commas between.
   *
   * @return the index after the last byte: {@code at} when there is none
   */
  public int copyForwardedFor(byte[] to, int at) {
    return Forwarding.copyFor(to, at, in, cuts, FORWARDED_FOR);
  }

  /** As {@link #findField}, for a parameter of the query, as it stands there: nothing decoded. */
  public boolean findQuery(byte[] name) {
    return finder.query(in, line.pathFrom, line.pathTo, name);
  }

  /** As {@link #findField}, for the path without its query. */
  public boolean findPath() {
    return finder.path(in, line.pathFrom, line.pathTo);
  }

  /** Where what was found last begins. */
  public int foundFrom() {
    return finder.from;
  }

  /** Where what was found last ends. */
  public int foundTo() {
    return finder.to;
  }

  /** How many bytes {@link #write} may produce at most. */
  public int writtenBound(Forwarding forwarding) {
    return length
        + forwarding.linesMax()
        + 2 * (authorityTo - hostFrom)
        + HOST_LINE.length
        + UPGRADE_LINE.length
        + RequestId.LINE_BYTES
        + MaxForwards.LINE_BYTES
        + (change == null ? 0 : change.bytesMax())
        + rewrite.bytesMax()
        + 14;
  }

  /**
   * Writes the head for a server: in origin-form, as HTTP/1.1, without what concerns only this hop,
   * with the lines of {@code forwarding}. Writing again gives the same bytes.
   *
   * @return the index after the last byte written
   */
  public int write(byte[] out, int at, Forwarding forwarding) {
    int o =
        line.absolute || rewrite.active()
            ? writeAnew(out, at, forwarding)
            : writeOrigin(out, at, forwarding);
    if (upgrade) {
      o = Ascii.put(UPGRADE_LINE, out, o);
    }
    o = forwards.writeLine(out, o);
    if (forwarding.trusted()) {
      o = writeTrusted(out, o, forwarding);
    } else {
      o = forwarding.writeUntrusted(out, o, in, hostFrom, authorityTo);
    }
    o = forwarding.writeCertificate(out, o);
    if (!id.believed()) {
      o = id.writeLine(forwarding.requestIds(), out, o);
    }
    if (change != null) {
      o = change.writeLines(out, o);
    }
    return Ascii.crlf(out, o);
  }

  /**
   * Copies the id that {@link #write} tells the server, the client's or a made one, of at most
   * {@link #REQUEST_ID_BYTES_MAX} bytes.
   *
   * @param ids makes one if there is none
   * @return the index after its last byte
   */
  public int copyRequestId(RequestIds ids, byte[] to, int at) {
    return id.write(ids, in, to, at);
  }

  /**
   * Copies the value of the first field of this name, cut after {@code max} bytes. Looks at every
   * field until then.
   *
   * @param lower the name in lower case
   * @return the index after its last byte: {@code at} when there is no such field
   */
  public int copyField(byte[] lower, byte[] to, int at, int max) {
    int p = fieldsFrom;
    while (p < fieldsTo) {
      int colon = Scan.tokenEnd(in, p, fieldsTo);
      int cr = Scan.control(in, colon, fieldsTo);
      if (Scan.same(in, p, colon, lower)) {
        int begin = Scan.skipBlanks(in, colon + 1, cr);
        int end = Math.min(Scan.trimBlanks(in, begin, cr), begin + max);
        return Ascii.copy(in, begin, end, to, at);
      }
      p = cr + 2;
    }
    return at;
  }

  private int writeOrigin(byte[] out, int at, Forwarding forwarding) {
    int o = cuts.copyBetween(in, line.methodFrom, fieldsTo, out, at, kept(forwarding));
    // The line goes with the first run; only the version may differ.
    out[at + line.versionFrom - line.methodFrom + RequestLine.VERSION_BYTES - 1] = '1';
    return hostSeen && !changesHost() ? o : writeHost(out, o, forwarding);
  }

  /** With a request line that is not the one that came. */
  private int writeAnew(byte[] out, int at, Forwarding forwarding) {
    int o =
        rewrite.active() ? rewrite.writeLine(line, in, out, at) : line.writeOriginForm(in, out, at);
    if (line.absolute || !hostSeen || changesHost()) {
      o = writeHost(out, o, forwarding);
    }
    return cuts.copyBetween(in, fieldsFrom, fieldsTo, out, o, kept(forwarding));
  }

  private boolean changesHost() {
    return change != null && change.hasHost();
  }

  private int writeHost(byte[] out, int at, Forwarding forwarding) {
    int o = Ascii.put(HOST_LINE, out, at);
    if (changesHost()) {
      o = change.writeHost(out, o);
    } else if (authorityTo > hostFrom) {
      o = Ascii.copy(in, hostFrom, authorityTo, out, o);
    } else {
      o = forwarding.writeFallbackHost(out, o);
    }
    return Ascii.crlf(out, o);
  }

  private int kept(Forwarding forwarding) {
    return 1 << EXPECT
        | (upgrade ? 1 << UPGRADE : 0)
        | (id.believed() ? 1 << REQUEST_ID : 0)
        | (forwarding.trusted() ? KEPT_WHEN_TRUSTED : 0)
        | (forwarding.certificateBelieved() ? 1 << CERTIFICATE : 0);
  }

  private int writeTrusted(byte[] out, int at, Forwarding forwarding) {
    int o = forwarding.writeFor(out, at, in, cuts, FORWARDED_FOR);
    if (!cuts.has(FORWARDED_PROTO)) {
      o = forwarding.writeProto(out, o);
    }
    if (!cuts.has(FORWARDED_PORT)) {
      o = forwarding.writePort(out, o);
    }
    return cuts.has(FORWARDED_HOST) ? o : forwarding.writeHost(out, o, in, hostFrom, authorityTo);
  }
}
