package io.steelyard.app.e2e;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** One keep-alive connection, blocking, which hides no failure and repeats nothing by itself. */
final class HttpClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 60_000;

  /** Small: there are thousands of these. */
  private static final int BUFFER_BYTES = 4 * 1024;

  private static final int CHUNK_MAX = 64 * 1024;

  /** A part of an array that many requests share. */
  static final class Slice {
    private final byte[] bytes;
    private final int offset;
    private final int length;

    Slice(byte[] bytes, int offset, int length) {
      this.bytes = bytes;
      this.offset = offset;
      this.length = length;
    }

    byte[] bytes() {
      return bytes;
    }

    int offset() {
      return offset;
    }

    int length() {
      return length;
    }
  }

  /** A whole response. */
  static final class Response {
    private final int status;
    private final List<String> fields;
    private final byte[] body;

    Response(int status, List<String> fields, byte[] body) {
      this.status = status;
      this.fields = fields;
      this.body = body;
    }

    int status() {
      return status;
    }

    byte[] body() {
      return body;
    }

    /** The value of a header field, or "". */
    String field(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ":";
      return fields.stream()
          .filter(f -> f.toLowerCase(Locale.ROOT).startsWith(start))
          .map(f -> f.substring(start.length()).strip())
          .findFirst()
          .orElse("");
    }

    boolean closes() {
      return field("Connection").equalsIgnoreCase("close");
    }
  }

  private final Socket socket = new Socket();
  private final BufferedInputStream in;
  private final OutputStream out;

  HttpClient(int port) throws IOException {
    this("127.0.0.1", port);
  }

  HttpClient(String host, int port) throws IOException {
    socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  Response get(String path) throws IOException {
    send(path);
    return response();
  }

  /** The same, of a site that is named. */
  Response get(String path, String site) throws IOException {
    text("GET " + path + " HTTP/1.1\r\nHost: " + site + "\r\n\r\n");
    out.flush();
    return response();
  }

  /** Asks without waiting for the answer. */
  void send(String path) throws IOException {
    text("GET " + path + " HTTP/1.1\r\nHost: e2e.example\r\n\r\n");
    out.flush();
  }

  Response put(String path, Slice body) throws IOException {
    text("PUT " + path + " HTTP/1.1\r\nHost: e2e.example\r\n");
    text("Content-Length: " + body.length() + "\r\n\r\n");
    out.write(body.bytes(), body.offset(), body.length());
    out.flush();
    return response();
  }

  /** In chunks of any size, now and then with an extension or a trailer. */
  Response putChunked(String path, Slice body, SplittableRandom random) throws IOException {
    text("PUT " + path + " HTTP/1.1\r\nHost: e2e.example\r\nTransfer-Encoding: chunked\r\n\r\n");
    int sent = 0;
    while (sent < body.length()) {
      int n = Math.min(body.length() - sent, random.nextInt(1, CHUNK_MAX + 1));
      text(Integer.toHexString(n) + (random.nextInt(8) == 0 ? ";part=1" : "") + "\r\n");
      out.write(body.bytes(), body.offset() + sent, n);
      text("\r\n");
      sent += n;
    }
    text(random.nextInt(8) == 0 ? "0\r\nX-Parts: all\r\n\r\n" : "0\r\n\r\n");
    out.flush();
    return response();
  }

  /** Asks for another protocol; what is said from then on goes through {@link #echo}. */
  Response upgrade(String path) throws IOException {
    text("GET " + path + " HTTP/1.1\r\nHost: e2e.example\r\n");
    text("Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    out.flush();
    List<String> head = head();
    return new Response(status(head), head, new byte[0]);
  }

  /** Sends a message and reads as many bytes. */
  byte[] echo(byte[] message) throws IOException {
    out.write(message);
    out.flush();
    return in.readNBytes(message.length);
  }

  /** Reads the whole response to a request of any method but HEAD. */
  Response response() throws IOException {
    List<String> head = head();
    Response response = new Response(status(head), head, new byte[0]);
    // 204 No Content has none (RFC 9110 8.6); any other response without it is an error.
    int length = response.status() == 204 ? 0 : Integer.parseInt(response.field("Content-Length"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("after " + body.length + " of " + length + " bytes of a body");
    }
    return new Response(response.status(), head, body);
  }

  private List<String> head() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      lines.add(line);
    }
    if (lines.isEmpty()) {
      throw new IOException("an empty line where a response was expected");
    }
    return lines;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed where a response was expected; so far '" + line + "'");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static int status(List<String> head) {
    return Integer.parseInt(head.getFirst().split(" ", -1)[1]);
  }

  /** Whether the other side has ended the connection; waits for it. */
  boolean ended() throws IOException {
    return in.read() < 0;
  }

  private void text(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
