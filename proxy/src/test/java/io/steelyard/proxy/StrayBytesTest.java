package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.net.Buffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Bytes that a server sends behind a complete answer: no client may take them for its own. */
final class StrayBytesTest extends ProxyTest {
  private static final String POISON = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON";

  private final AtomicInteger connections = new AtomicInteger();

  /** The first connection answers so; the others with {@link #OK}. */
  private void first(ScriptedServer.Script answer) throws Exception {
    server(c -> {
      boolean first = connections.getAndIncrement() == 0;
      while (c.headUnlessReset() != null) {
        if (first) {
          answer.play(c);
        } else {
          c.send(OK);
        }
      }
    });
  }

  private static String head(int bodyBytes) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + bodyBytes + "\r\n\r\n";
  }

  @Test
  void bytes_behind_a_spliced_body_are_not_the_next_answer() throws Exception {
    String body = Bulk.text(1_000_000);
    first(c -> c.send(head(body.length()) + body + POISON));
    start();
    Peer client = client().send(GET + GET);
    String all = head(body.length()) + body + OK;
    assertThat(client.same(all)).isEqualTo(all);
  }

  @Test
  void bytes_behind_a_body_that_ends_with_a_full_receive_are_not_the_next_answer()
      throws Exception {
    String body = Bulk.text(Buffer.RECEIVE_BYTES - head(10_000).length());
    first(c -> c.send(head(body.length()) + body + POISON));
    start();
    Peer client = client().send(GET + GET);
    String all = head(body.length()) + body + OK;
    assertThat(client.same(all)).isEqualTo(all);
  }

  @Test
  void a_body_behind_an_answer_that_has_none_is_not_the_next_answer() throws Exception {
    String[] bodiless = {
      "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\n\r\n"
    };
    for (String answer : bodiless) {
      connections.set(0);
      setup.servers.clear();
      first(c -> c.send(answer + POISON));
      if (proxy == null) {
        start();
      } else {
        proxy.publish(setup.snapshot());
      }
      Peer client = client().send(GET + GET);
      assertThat(client.same(answer + OK)).isEqualTo(answer + OK);
    }
  }

  @Test
  void a_body_behind_an_answer_to_HEAD_is_not_the_next_answer() throws Exception {
    first(c -> c.send(POISON));
    start();
    Peer client = client().send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
    String all = head(6) + OK;
    assertThat(client.same(all)).isEqualTo(all);
  }

  @Test
  void a_server_connection_that_is_clean_after_a_long_body_is_used_again() throws Exception {
    String body = Bulk.text(1_000_000);
    ScriptedServer server =
        server(c -> {
          while (c.head() != null) {
            c.send(head(body.length()) + body);
          }
        });
    start();
    Peer client = client();
    String all = head(body.length()) + body;
    for (int i = 0; i < 3; i++) {
      client.send(GET);
      assertThat(client.same(all)).isEqualTo(all);
    }
    assertThat(server.connections()).isEqualTo(1);
  }
}
