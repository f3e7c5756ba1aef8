package io.steelyard.app.ha;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection of a client, with one request in flight at most. Belongs to the thread of its
 * selector.
 *
 * <pre>
 *   CONNECTING ──► ASKING ──► IDLE ──► ASKING ...
 *        └────────────┴────────┴──► OVER (closed by either side, reset, refused, or given up)
 * </pre>
 */
final class Talk {
  private static final int ANSWER_BYTES_MAX = 4096;
  private static final String COOKIE = "\r\nCookie:";
  private static final String LENGTH = "\ncontent-length:";

  /** How a step ended. */
  enum Step {
    /** Nothing to tell. */
    GOES_ON,
    /** A whole answer of status 200 is there. */
    ANSWERED,
    /** A whole answer of another status is there: the balancer refuses. */
    REFUSED,
    /** The peer closed it, without an error. */
    CLOSED,
    /** An error: reset, refused, unreachable. */
    BROKEN
  }

  final int user;
  final boolean brief;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ByteBuffer in = ByteBuffer.allocate(ANSWER_BYTES_MAX);
  private String toSend;
  private String answer = "";
  private long sinceNs;
  private boolean asking = true;
  private boolean session;
  private boolean proved;

  /**
   * Begins to connect; the request follows by itself.
   *
   * @param user whose request it is
   * @param brief whether the connection ends with its answer
   */
  Talk(Selector selector, InetSocketAddress to, int user, boolean brief, String request)
      throws IOException {
    this.user = user;
    this.brief = brief;
    channel = SocketChannel.open();
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_CONNECT, this);
    toSend = request;
    session = request.contains(COOKIE);
    sinceNs = System.nanoTime();
    try {
      channel.connect(to);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Sends one more request on an idle connection. */
  Step ask(String request) {
    answer = "";
    in.clear();
    asking = true;
    sinceNs = System.nanoTime();
    toSend = request;
    session = request.contains(COOKIE);
    try {
      write();
      return Step.GOES_ON;
    } catch (IOException _) {
      return Step.BROKEN;
    }
  }

  /** Does what the selector says can be done. */
  Step turn() {
    try {
      if (key.isConnectable()) {
        channel.finishConnect();
        write();
        key.interestOps(SelectionKey.OP_READ);
        return Step.GOES_ON;
      }
      return read();
    } catch (IOException _) {
      return Step.BROKEN;
    }
  }

  /** A request is small: a socket's empty buffer takes it whole. */
  private void write() throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(toSend.getBytes(StandardCharsets.US_ASCII));
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("a request did not fit");
    }
  }

  private Step read() throws IOException {
    int n = channel.read(in);
    if (n < 0) {
      return Step.CLOSED;
    }
    answer = new String(in.array(), 0, in.position(), StandardCharsets.US_ASCII);
    if (!whole()) {
      return Step.GOES_ON;
    }
    asking = false;
    proved = true;
    return answer.startsWith("HTTP/1.1 200") ? Step.ANSWERED : Step.REFUSED;
  }

  private boolean whole() {
    int body = answer.indexOf("\r\n\r\n");
    if (body < 0) {
      return false;
    }
    int at = answer.toLowerCase(Locale.ROOT).indexOf(LENGTH);
    int length = 0;
    if (at >= 0 && at < body) {
      int end = answer.indexOf('\r', at);
      length = Integer.parseInt(answer.substring(at + LENGTH.length(), end).strip());
    }
    return answer.length() >= body + 4 + length;
  }

  /** Whether a request waits for its answer. */
  boolean asking() {
    return asking;
  }

  /** Whether the last request said to which session it belongs. */
  boolean session() {
    return session;
  }

  /** Whether there was ever an answer on this connection. */
  boolean proved() {
    return proved;
  }

  /** When the connection was begun, or the last request on it was sent. */
  long sinceNs() {
    return sinceNs;
  }

  /** The answer's body. */
  String body() {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  /** The answer's first header field of this name, or nothing. */
  String field(String name) {
    String found =
        answer
            .lines()
            .takeWhile(line -> !line.isEmpty())
            .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
            .findFirst()
            .orElse("");
    return found.isEmpty() ? "" : found.substring(name.length() + 1).strip();
  }

  /** Gives it up, or ends it in good order. */
  void close() {
    key.cancel();
    try {
      channel.close();
    } catch (IOException _) {
      // It is gone in any case.
    }
  }
}
