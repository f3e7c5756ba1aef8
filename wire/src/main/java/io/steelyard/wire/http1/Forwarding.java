package io.steelyard.wire.http1;

/**
 * What the balancer tells servers about a client connection. Made once per client connection;
 * immutable but for the ids, so to be used by the thread of its loop only.
 */
public final class Forwarding {
  private static final byte[] FOR = Ascii.bytes("X-Forwarded-For: ");
  private static final byte[] PROTO = Ascii.bytes("X-Forwarded-Proto: ");
  private static final byte[] PORT = Ascii.bytes("X-Forwarded-Port: ");
  private static final byte[] HOST = Ascii.bytes("X-Forwarded-Host: ");
  private static final byte[] CRLF = Ascii.bytes("\r\n");

  private final boolean trusted;
  private final byte[] clientAddress;
  private final byte[] protoLine;
  private final byte[] portLine;
  private final byte[] fallbackHost;
  private final RequestIds requestIds;
  private final byte[] untrustedBlock;
  private final Certificate certificate;

  /**
   * What is said of a client's certificate.
   *
   * @param lines of a verified one, each with its end; empty: none was shown
   * @param believed whether what the client itself says in such fields is passed on: it is a proxy
   *     that has seen the certificate
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Certificate(byte[] lines, boolean believed) {
    /** Nothing is said, and nothing believed. */
    public static final Certificate NONE = new Certificate(new byte[0], false);
  }

  /**
   * @param clientAddress as text, without port: {@code 10.0.0.1}, {@code 2001:db8::1}
   * @param proto {@code http} or {@code https}: what the client spoke to the listener
   * @param port the listener's, in decimal; empty when it has none: then nothing is said of it
   * @param trusted whether the client's own X-Forwarded-* are believed and added to
   * @param fallbackHost the Host for the server when an HTTP/1.0 client gave none
   * @param requestIds of the loop; gives an id to requests that have none
   * @param certificate what is said of the client's certificate
   */
  public Forwarding(
      byte[] clientAddress,
      byte[] proto,
      byte[] port,
      boolean trusted,
      byte[] fallbackHost,
      RequestIds requestIds,
      Certificate certificate) {
    this.certificate = certificate;
    this.trusted = trusted;
    this.clientAddress = clientAddress.clone();
    this.protoLine = join(PROTO, proto, CRLF);
    this.portLine = port.length == 0 ? port : join(PORT, port, CRLF);
    this.fallbackHost = fallbackHost.clone();
    this.requestIds = requestIds;
    this.untrustedBlock = join(FOR, clientAddress, CRLF, protoLine, portLine, HOST);
  }

  /** Whether the client's own X-Forwarded-* are believed. */
  public boolean trusted() {
    return trusted;
  }

  RequestIds requestIds() {
    return requestIds;
  }

  /** How many bytes the lines may take, without values that come from the client. */
  int linesMax() {
    return untrustedBlock.length
        + fallbackHost.length
        + 2 * CRLF.length
        + certificate.lines().length;
  }

  /** Whether what the client says of a certificate is passed on. */
  boolean certificateBelieved() {
    return certificate.believed();
  }

  int writeCertificate(byte[] out, int at) {
    return Ascii.put(certificate.lines(), out, at);
  }

  int writeFallbackHost(byte[] out, int at) {
    return Ascii.put(fallbackHost, out, at);
  }

  /** The lines for a client that is not believed; the authority may be empty. */
  int writeUntrusted(byte[] out, int at, byte[] in, int authorityFrom, int authorityTo) {
    int n = authorityTo - authorityFrom;
    if (n == 0) {
      System.arraycopy(untrustedBlock, 0, out, at, untrustedBlock.length - HOST.length);
      return at + untrustedBlock.length - HOST.length;
    }
    System.arraycopy(untrustedBlock, 0, out, at, untrustedBlock.length);
    int o = at + untrustedBlock.length;
    System.arraycopy(in, authorityFrom, out, o, n);
    return Ascii.put(CRLF, out, o + n);
  }

  /** The addresses that the client named, in one line, and the client's own after them. */
  int writeFor(byte[] out, int at, byte[] in, Cuts cuts, int kind) {
    int named = Ascii.put(FOR, out, at);
    int o = copyFor(out, named, in, cuts, kind);
    if (o > named) {
      out[o++] = ',';
      out[o++] = ' ';
    }
    return Ascii.put(CRLF, out, Ascii.put(clientAddress, out, o));
  }

  /** The values of all fields of this kind, with commas between; returns the index after them. */
  static int copyFor(byte[] out, int at, byte[] in, Cuts cuts, int kind) {
    int o = at;
    for (int i = 0; cuts.has(kind) && i < cuts.count(); i++) {
      if (cuts.kind(i) == kind) {
        int end = cuts.to(i) - CRLF.length;
        int begin = Scan.skipBlanks(in, cuts.from(i) + FOR.length - 1, end);
        int n = Scan.trimBlanks(in, begin, end) - begin;
        if (n > 0) {
          if (o > at) {
            out[o++] = ',';
            out[o++] = ' ';
          }
          System.arraycopy(in, begin, out, o, n);
          o += n;
        }
      }
    }
    return o;
  }

  int writeProto(byte[] out, int at) {
    return Ascii.put(protoLine, out, at);
  }

  int writePort(byte[] out, int at) {
    return Ascii.put(portLine, out, at);
  }

  int writeHost(byte[] out, int at, byte[] in, int authorityFrom, int authorityTo) {
    int n = authorityTo - authorityFrom;
    if (n == 0) {
      return at;
    }
    int o = Ascii.put(HOST, out, at);
    System.arraycopy(in, authorityFrom, out, o, n);
    return Ascii.put(CRLF, out, o + n);
  }

  private static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      at = Ascii.put(part, joined, at);
    }
    return joined;
  }
}
