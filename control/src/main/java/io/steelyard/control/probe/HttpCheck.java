package io.steelyard.control.probe;

import io.steelyard.control.probe.Checker.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks one GET and judges the status line; the rest of the answer is not read. */
final class HttpCheck {
  private static final int STATUS_LINE_BYTES_MAX = 1024;

  /** RFC 9112 section 4: HTTP-version SP status-code SP [reason-phrase]. */
  private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");

  private HttpCheck() {}

  static Answer ask(SocketChannel channel, String path, String host) throws IOException {
    send(channel, path, host);
    return judge(statusLine(channel));
  }

  private static void send(SocketChannel channel, String path, String host) throws IOException {
    String request =
        "GET "
            + path
            + " HTTP/1.1\r\nHost: "
            + host
            + "\r\nUser-Agent: steelyard-check\r\nConnection: close\r\n\r\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * The first line without its end; what came when the server ended it early or made it too long.
   */
  private static String statusLine(SocketChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(STATUS_LINE_BYTES_MAX);
    String text = "";
    while (text.indexOf('\n') < 0 && bytes.hasRemaining() && channel.read(bytes) >= 0) {
      text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.ISO_8859_1);
    }
    return text.lines().findFirst().orElse("");
  }

  private static Answer judge(String line) {
    if (line.isEmpty()) {
      return Answer.failed("closed without an answer");
    }
    Matcher status = STATUS_LINE.matcher(line);
    if (!status.matches()) {
      return Answer.failed("answered something that is not HTTP/1");
    }
    int code = Integer.parseInt(status.group(1));
    return new Answer(code >= 200 && code <= 399, "answered " + code);
  }
}
