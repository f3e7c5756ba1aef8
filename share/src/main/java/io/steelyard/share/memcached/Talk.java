package io.steelyard.share.memcached;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One connection to one server, in Memcached's text protocol, read strictly: whatever is not the
 * answer to what was asked ends it. Requests go out in streams whose answers are read at their end;
 * the streams are short enough for a server that does not read while its answers are not taken. One
 * thread at a time; it blocks, and is interrupted to end that.
 */
final class Talk implements AutoCloseable {
  private static final int LINE_MAX = 1024;

  /** Memcached's own bound can be set higher than its default of 1 MB; nobody needs more. */
  private static final int VALUE_BYTES_MAX = 8 << 20;

  /** 200 bytes each: fits every socket's buffers, so that a request never waits for its answer. */
  private static final int KEYS_MAX = 64;

  private static final int PUTS_MAX = 256;
  private static final int STATS_MAX = 1000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private Talk(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
    this.out = new BufferedOutputStream(socket.getOutputStream(), 16_384);
  }

  static Talk open(String host, int port, int timeoutMs) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(timeoutMs);
      socket.connect(new InetSocketAddress(host, port), timeoutMs);
      return new Talk(socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /** The values that are there, by their keys. */
  Map<String, Value> gets(List<String> keys) throws IOException {
    Map<String, Value> values = new HashMap<>();
    for (int from = 0; from < keys.size(); from += KEYS_MAX) {
      List<String> some = keys.subList(from, Math.min(keys.size(), from + KEYS_MAX));
      send("gets " + String.join(" ", some));
      out.flush();
      values(new HashSet<>(some), values);
    }
    return values;
  }

  private void values(Set<String> asked, Map<String, Value> values) throws IOException {
    for (String line = line(); !line.equals("END"); line = line()) {
      String[] words = line.split(" ", -1);
      // VALUE key flags bytes version
      if (words.length != 5 || !words[0].equals("VALUE") || !asked.remove(words[1])) {
        throw unexpected(line);
      }
      byte[] bytes = in.readNBytes(length(words[3], line));
      if (!line().isEmpty()) {
        throw unexpected("more bytes than announced");
      }
      values.put(words[1], new Value(bytes, version(words[4], line)));
    }
  }

  private static int length(String word, String line) throws IOException {
    if (word.matches("\\d{1,8}") && Integer.parseInt(word) <= VALUE_BYTES_MAX) {
      return Integer.parseInt(word);
    }
    throw unexpected(line);
  }

  private static long version(String word, String line) throws IOException {
    try {
      return Long.parseUnsignedLong(word);
    } catch (NumberFormatException _) {
      throw unexpected(line);
    }
  }

  /**
   * Whether each value was stored, in their order.
   *
   * @throws RefusedException if the server does not want one of them; the connection stays good
   */
  List<Boolean> put(List<Put> puts) throws IOException {
    List<Boolean> stored = new ArrayList<>(puts.size());
    String refused = null;
    for (int from = 0; from < puts.size(); from += PUTS_MAX) {
      List<Put> some = puts.subList(from, Math.min(puts.size(), from + PUTS_MAX));
      long nowS = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
      for (Put put : some) {
        send(put.line(nowS));
        out.write(put.value());
        send("");
      }
      out.flush();
      for (int i = 0; i < some.size(); i++) {
        String line = line();
        refused = line.startsWith("SERVER_ERROR ") ? line : refused;
        stored.add(stored(line));
      }
    }
    if (refused != null) {
      throw new RefusedException(refused);
    }
    return stored;
  }

  private static boolean stored(String line) throws IOException {
    return switch (line) {
      case "STORED" -> true;
      case "NOT_STORED", "EXISTS", "NOT_FOUND" -> false;
      default -> {
        if (line.startsWith("SERVER_ERROR ")) {
          yield false; // it has read the value all the same
        }
        throw unexpected(line);
      }
    };
  }

  /** What the server tells of itself, by the names of the figures. */
  Map<String, String> stats() throws IOException {
    Map<String, String> stats = new HashMap<>();
    send("stats");
    out.flush();
    for (String line = line(); !line.equals("END"); line = line()) {
      String[] words = line.split(" ", 3);
      if (words.length < 2 || !words[0].equals("STAT") || stats.size() >= STATS_MAX) {
        throw unexpected(line);
      }
      stats.put(words[1], words.length == 3 ? words[2] : "");
    }
    return stats;
  }

  private void send(String line) throws IOException {
    out.write(line.getBytes(StandardCharsets.US_ASCII));
    out.write('\r');
    out.write('\n');
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = next(); b != '\r'; b = next()) {
      line.append((char) b);
      if (line.length() > LINE_MAX) {
        throw unexpected("a line of more than " + LINE_MAX + " bytes");
      }
    }
    if (next() != '\n') {
      throw unexpected("a line that ends by half");
    }
    return line.toString();
  }

  private int next() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new EOFException("it has hung up");
    }
    return b;
  }

  private static ProtocolException unexpected(String what) {
    String shown = what.length() > 80 ? what.substring(0, 80) + "..." : what;
    return new ProtocolException("unexpected answer: " + shown.replaceAll("[^ -~]", "?"));
  }

  /** The server is well, and does not store a value: it is too big, or there is no memory. */
  static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String line) {
      super("it does not store a value: " + line);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // Nothing is lost.
    }
  }
}
