package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bodies that are far longer than what is buffered: with a length they are spliced. */
final class LargeBodyTest extends ProxyTest {
  private static final int BYTES = 20 << 20;

  @Test
  void a_large_upload_with_a_length_arrives_byte_for_byte() throws Exception {
    server(c -> {
      while (c.head() != null) {
        Bulk.expect(c, BYTES);
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 2; i++) {
      client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BYTES + "\r\n\r\n");
      Bulk.send(client, BYTES);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
  }

  @Test
  void a_large_chunked_upload_arrives_byte_for_byte() throws Exception {
    server(c -> {
      while (c.head() != null) {
        Bulk.expectChunked(c, BYTES, 70_001);
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    Bulk.sendChunked(client, BYTES, 70_001);
    assertThat(client.same(OK)).isEqualTo(OK);
    client.send("PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    Bulk.sendChunked(client, BYTES, 70_001);
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void a_large_download_with_a_length_arrives_byte_for_byte() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + BYTES + "\r\n\r\n";
    server(c -> {
      while (c.head() != null) {
        c.send(head);
        Bulk.send(c, BYTES);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    for (int i = 0; i < 2; i++) {
      assertThat(client.same(head)).isEqualTo(head);
      Bulk.expect(client, BYTES);
    }
  }

  @Test
  void a_large_chunked_download_arrives_byte_for_byte() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    server(c -> {
      while (c.head() != null) {
        c.send(head);
        Bulk.sendChunked(c, BYTES, 100_003);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    for (int i = 0; i < 2; i++) {
      assertThat(client.same(head)).isEqualTo(head);
      Bulk.expectChunked(client, BYTES, 100_003);
    }
  }

  @Test
  void a_large_close_delimited_download_arrives_byte_for_byte() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\n\r\n");
      Bulk.send(c, BYTES);
    });
    start();
    Peer client = client().send(GET);
    assertThat(client.head()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    Bulk.expect(client, BYTES);
    assertThat(client.ended()).isTrue();
  }

  @Test
  void a_large_body_may_go_both_ways_at_once() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + BYTES + "\r\n\r\n";
    server(c -> {
      while (c.head() != null) {
        c.send(head);
        FutureTask<Void> down =
            Bulk.aside(() -> {
              Bulk.send(c, BYTES - 1);
              return null;
            });
        Bulk.expect(c, BYTES);
        down.get(20, TimeUnit.SECONDS);
        // An answer that is complete before the request is would end the connection.
        c.send("!");
      }
    });
    start();
    Peer client = client();
    for (int i = 0; i < 2; i++) {
      client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BYTES + "\r\n\r\n");
      FutureTask<Void> up =
          Bulk.aside(() -> {
            Bulk.send(client, BYTES);
            return null;
          });
      assertThat(client.same(head)).isEqualTo(head);
      Bulk.expect(client, BYTES - 1);
      assertThat(client.text(1)).isEqualTo("!");
      up.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void the_next_request_may_lie_right_behind_a_large_body() throws Exception {
    server(c -> {
      while (c.head() != null) {
        Bulk.expect(c, 300_000);
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    FutureTask<Void> up =
        Bulk.aside(() -> {
          for (int i = 0; i < 20; i++) {
            client.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
            Bulk.send(client, 300_000);
          }
          return null;
        });
    assertThat(client.same(OK.repeat(20))).isEqualTo(OK.repeat(20));
    up.get(10, TimeUnit.SECONDS);
  }

  @Test
  void a_server_that_answers_early_is_heard_while_the_client_still_sends() throws Exception {
    String tooLarge = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge";
    ScriptedServer server =
        server(c -> {
          c.head();
          c.send(tooLarge);
          c.rest();
        });
    start();
    for (String framing : new String[] {"Content-Length: " + BYTES, "Transfer-Encoding: chunked"}) {
      Peer client = client().send("PUT / HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n");
      FutureTask<Void> up =
          Bulk.aside(() -> {
            Bulk.sendChunked(client, BYTES, 50_000);
            return null;
          });
      assertThat(client.message())
          .startsWith("HTTP/1.1 413 Content Too Large\r\n")
          .endsWith("large");
      client.close();
      eventually("the server's connection is closed", () -> server.open() == 0);
      eventually("the upload ends", up::isDone);
    }
  }
}
