package io.steelyard.proxy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One end of a raw connection: a scripted client or server that reads and writes exact bytes. Every
 * read fails after five seconds.
 */
final class Peer implements AutoCloseable {
  private static final int READ_TIMEOUT_MS = 5_000;
  private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *([0-9]+)\r\n");

  private final SocketChannel unix;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private Peer(Socket socket, SocketChannel unix) throws IOException {
    this.socket = socket;
    this.unix = unix;
    if (socket != null) {
      socket.setSoTimeout(READ_TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      in = socket.getInputStream();
      out = socket.getOutputStream();
    } else {
      in = Channels.newInputStream(unix);
      out = Channels.newOutputStream(unix);
    }
  }

  static Peer of(Socket socket) throws IOException {
    return new Peer(socket, null);
  }

  static Peer of(SocketChannel unix) throws IOException {
    return new Peer(null, unix);
  }

  static Peer connect(SocketAddress address) throws IOException {
    return connect(address, 0);
  }

  /** With a small receive buffer, if one is given: the window closes early. */
  static Peer connect(SocketAddress address, int receiveBufferBytes) throws IOException {
    if (address instanceof UnixDomainSocketAddress path) {
      return of(SocketChannel.open(path));
    }
    InetSocketAddress inet = (InetSocketAddress) address;
    Socket s = new Socket();
    if (receiveBufferBytes > 0) {
      s.setReceiveBufferSize(receiveBufferBytes);
    }
    s.connect(
        new InetSocketAddress(
            inet.getAddress().isAnyLocalAddress() ? "127.0.0.1" : inet.getHostString(),
            inet.getPort()),
        READ_TIMEOUT_MS);
    return of(s);
  }

  Peer send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  Peer send(byte[] bytes) throws IOException {
    out.write(bytes);
    return this;
  }

  Peer sendOneByteAtATime(String text) throws IOException {
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      out.write(new byte[] {b});
    }
    return this;
  }

  /** What comes before the next end of a line. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** A head with its empty line; null if the other side ended before its first byte. */
  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        if (head.size() == 0) {
          return null;
        }
        throw new IOException("ended in a head: " + head.toString(StandardCharsets.ISO_8859_1));
      }
      head.write(b);
      boolean next = b == (matched % 2 == 0 ? '\r' : '\n');
      matched = next ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  /** As {@link #head}; null also when the other side resets: for servers that are hung up on. */
  String headUnlessReset() throws IOException {
    try {
      return head();
    } catch (java.net.SocketException e) {
      return null;
    }
  }

  /** Exactly as many bytes as the text has, as text. */
  String same(String expected) throws IOException {
    return text(expected.length());
  }

  /** Up to so many bytes; fewer if the other side ends. */
  String text(int bytes) throws IOException {
    return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
  }

  byte[] bytes(int n) throws IOException {
    return in.readNBytes(n);
  }

  int read(byte[] into) throws IOException {
    return in.read(into);
  }

  /** A message whose head says its length: head and body. */
  String message() throws IOException {
    String head = head();
    if (head == null) {
      return null;
    }
    Matcher m = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    return m.find() ? head + text(Integer.parseInt(m.group(1))) : head;
  }

  /** All until the other side ends, orderly or by a reset. */
  String rest() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] piece = new byte[8192];
    try {
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        all.write(piece, 0, n);
      }
    } catch (java.net.SocketTimeoutException e) {
      throw new IOException("not ended; so far: " + all.toString(StandardCharsets.ISO_8859_1), e);
    } catch (java.net.SocketException e) {
      all.writeBytes("<reset>".getBytes(StandardCharsets.ISO_8859_1));
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether the other side has ended its output, orderly, with nothing more said. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  void shutdownOutput() throws IOException {
    if (unix != null) {
      unix.shutdownOutput();
    } else {
      socket.shutdownOutput();
    }
  }

  /** Ends with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  int localPort() {
    return socket.getLocalPort();
  }

  @Override
  public void close() {
    try {
      if (unix != null) {
        unix.close();
      } else {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
