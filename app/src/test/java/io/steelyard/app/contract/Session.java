package io.steelyard.app.contract;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of many clients, with an address of its own, a name that it tells in every request, and the
 * cookie that it was told last. For one thread at a time.
 */
final class Session {
  /** The header that a client says its name in, and is told it again. */
  static final String USER = "X-User:";

  private static final int TIMEOUT_MS = 10_000;
  private static final Pattern SET_COOKIE =
      Pattern.compile("\r\n[Ss]et-[Cc]ookie: ([^=;\r]+=[^;\r]*)");

  private final int number;
  private final InetSocketAddress address;
  private String cookie = "";

  /** Where it was served last. */
  String home = "";

  Session(int number) throws IOException {
    this.number = number;
    // nginx looks at the first three bytes of an address only.
    byte[] bytes = {127, (byte) (1 + number % 100), (byte) (1 + number / 100), 1};
    this.address = new InetSocketAddress(InetAddress.getByAddress(bytes), 0);
  }

  /** Tells it to one of two balancers. */
  int parity() {
    return number % 2;
  }

  /** The same client once more, as it is now. */
  Session twin() throws IOException {
    Session twin = new Session(number);
    twin.cookie = cookie;
    twin.home = home;
    return twin;
  }

  /** Sends a request to a balancer; who answered, or the status line of what is no good answer. */
  String visit(int port) {
    try (Socket socket = new Socket()) {
      socket.bind(address);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      String request =
          "GET / HTTP/1.1\r\nHost: a\r\nX-User: u%d\r\n%sConnection: close\r\n\r\n"
              .formatted(number, cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      return read(answer);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String read(String answer) {
    if (!answer.startsWith("HTTP/1.1 200 ")) {
      return answer.lines().findFirst().orElse("nothing");
    }
    String wanted = (USER + " u" + number + "\r\n").toLowerCase(Locale.ROOT);
    if (!answer.toLowerCase(Locale.ROOT).contains(wanted)) {
      return "an answer for somebody else";
    }
    Matcher told = SET_COOKIE.matcher(answer);
    if (told.find()) {
      cookie = told.group(1);
    }
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
