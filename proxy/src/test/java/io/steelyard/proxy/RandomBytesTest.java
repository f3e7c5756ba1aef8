package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is sent to a listener, it answers or closes, and serves the next client. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RandomBytesTest extends ProxyTest {
  private static final String[] PIECES = {
    "GET ",
    "POST ",
    "HEAD ",
    "/",
    "*",
    " HTTP/1.1",
    " HTTP/1.0",
    "\r\n",
    "\r\n",
    "\r\n\r\n",
    "\n",
    "Host: a",
    "Content-Length: ",
    "5",
    "0",
    "Transfer-Encoding: chunked",
    "Connection: close",
    "Expect: 100-continue",
    "Upgrade: x",
    "Connection: upgrade",
    ":",
    " ",
    "hello",
    "\0",
    "\u00ff",
    "GET / HTTP/1.1\r\nHost: a\r\n",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "http://b/",
  };

  private static byte[] bytes(Random random) {
    if (random.nextInt(4) == 0) {
      byte[] any = new byte[1 + random.nextInt(300)];
      random.nextBytes(any);
      return any;
    }
    StringBuilder text = new StringBuilder();
    for (int n = 1 + random.nextInt(14); n > 0; n--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void any_bytes_are_answered_or_the_connection_is_closed() throws Exception {
    ScriptedServer server =
        keep(
            ScriptedServer.start(c -> {
              String head = c.head();
              if (head != null) {
                c.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
                c.rest();
              }
            }));
    setup.server("s", server.address(), 1, 0);
    start();
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] sent = bytes(random);
      try (Peer client = Peer.connect(proxy.address("web"))) {
        client.send(sent);
        client.shutdownOutput();
        client.rest();
      } catch (java.io.IOException e) {
        if (e.getMessage() != null && e.getMessage().startsWith("not ended")) {
          throw new AssertionError(
              "no. " + i + " hangs: " + new String(sent, StandardCharsets.ISO_8859_1), e);
        }
      }
      if (i % 50 == 0) {
        assertThat(client().send(GET).message()).startsWith("HTTP/1.1 200 OK\r\n");
      }
    }
  }
}
