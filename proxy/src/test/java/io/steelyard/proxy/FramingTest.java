package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Bodies by length and in chunks, byte for byte, however they come in. */
final class FramingTest extends ProxyTest {
  private static final String CHUNKS =
      "5\r\nhello\r\n00a;x=\"y\";z\r\n0123456789\r\n1\r\n!\r\n0\r\nTrailer-A: 1\r\nTrailer-B: 2\r\n\r\n";
  private static final String CHUNKED_POST =
      "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS;
  private static final String CHUNKED_OK =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Trailer-A\r\n\r\n" + CHUNKS;

  /** Takes chunked requests and asserts that the chunks come as they were sent. */
  private static final ScriptedServer.Script TAKES_CHUNKS =
      c -> {
        for (String head = c.head(); head != null; head = c.head()) {
          assertThat(head)
              .startsWith("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n");
          assertThat(c.same(CHUNKS)).isEqualTo(CHUNKS);
          c.send(OK);
        }
      };

  @Test
  void a_chunked_request_arrives_as_it_was_sent_with_its_trailers() throws Exception {
    ScriptedServer server = server(TAKES_CHUNKS);
    start();
    Peer client = client().send(CHUNKED_POST + CHUNKED_POST).send(CHUNKED_POST);
    assertThat(client.same(OK + OK + OK)).isEqualTo(OK + OK + OK);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void a_chunked_request_may_come_one_byte_at_a_time() throws Exception {
    server(TAKES_CHUNKS);
    start();
    Peer client = client().sendOneByteAtATime(CHUNKED_POST).sendOneByteAtATime(CHUNKED_POST);
    assertThat(client.same(OK + OK)).isEqualTo(OK + OK);
  }

  @Test
  void a_chunked_request_may_be_split_anywhere() throws Exception {
    server(TAKES_CHUNKS);
    start();
    Peer client = client();
    for (int at = 1; at < CHUNKED_POST.length(); at++) {
      client.send(CHUNKED_POST.substring(0, at)).send(CHUNKED_POST.substring(at));
      assertThat(client.same(OK)).isEqualTo(OK);
    }
  }

  @Test
  void a_chunked_response_arrives_as_it_was_sent_with_its_trailers() throws Exception {
    ScriptedServer server = answering(CHUNKED_OK);
    start();
    Peer client = client().send(GET + GET + GET);
    assertThat(client.same(CHUNKED_OK.repeat(3))).isEqualTo(CHUNKED_OK.repeat(3));
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void a_chunked_response_may_come_one_byte_at_a_time() throws Exception {
    server(c -> {
      while (c.head() != null) {
        c.sendOneByteAtATime(CHUNKED_OK);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    assertThat(client.same(CHUNKED_OK.repeat(2))).isEqualTo(CHUNKED_OK.repeat(2));
  }

  @Test
  void a_chunked_response_may_be_split_anywhere() throws Exception {
    server(c -> {
      for (int at = 1; c.head() != null; at++) {
        c.send(CHUNKED_OK.substring(0, at)).send(CHUNKED_OK.substring(at));
      }
    });
    start();
    Peer client = client();
    for (int at = 1; at < CHUNKED_OK.length(); at++) {
      client.send(GET);
      assertThat(client.same(CHUNKED_OK)).isEqualTo(CHUNKED_OK);
    }
  }

  @Test
  void a_request_with_a_length_may_come_one_byte_at_a_time() throws Exception {
    server(c -> {
      for (String m = c.message(); m != null; m = c.message()) {
        assertThat(m).startsWith("PUT /y HTTP/1.1\r\n").endsWith("\r\n\r\n0123456789");
        c.send(OK);
      }
    });
    start();
    String put = "PUT /y HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789";
    Peer client = client().sendOneByteAtATime(put + put).send(put + put);
    assertThat(client.same(OK.repeat(4))).isEqualTo(OK.repeat(4));
  }

  @Test
  void a_response_with_a_length_may_come_one_byte_at_a_time() throws Exception {
    server(c -> {
      while (c.head() != null) {
        c.sendOneByteAtATime(OK);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    assertThat(client.same(OK + OK)).isEqualTo(OK + OK);
  }

  @Test
  void bodies_of_sizes_around_a_buffer_are_passed_on_both_ways() throws Exception {
    server(c -> {
      for (String m = c.message(); m != null; m = c.message()) {
        String body = m.substring(m.indexOf("\r\n\r\n") + 4);
        c.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
      }
    });
    start();
    Peer client = client();
    int[] edges = {0, 1, 1024, 15_000, 16_384, 17_408, 32_768, 65_535, 65_536, 65_537, 200_000};
    for (int edge : edges) {
      for (int size = Math.max(0, edge - 2); size <= edge + 2; size++) {
        String body = Bulk.text(size);
        client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + size + "\r\n\r\n" + body);
        assertThat(client.message())
            .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + body);
      }
    }
  }

  @Test
  void a_head_near_its_limit_is_passed_on_with_its_body() throws Exception {
    server(c -> {
      for (String m = c.message(); m != null; m = c.message()) {
        assertThat(m).contains("\r\nBig: ").endsWith("\r\n\r\nbody");
        c.send(OK);
      }
    });
    start();
    Peer client = client();
    for (int size = 15_000; size < 16_200; size += 97) {
      client.send(
          "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nBig: "
              + "b".repeat(size)
              + "\r\n\r\nbody");
      assertThat(client.same(OK)).as("head of " + size).isEqualTo(OK);
    }
  }

  @Test
  void a_response_head_near_a_buffers_size_is_passed_on() throws Exception {
    server(c -> {
      for (String head = c.head(); head != null; head = c.head()) {
        int size = Integer.parseInt(head.substring(head.indexOf('/') + 1, head.indexOf(" HTTP")));
        c.send("HTTP/1.1 200 OK\r\nKeep-Alive: x\r\nBig: ");
        c.send("b".repeat(size) + "\r\nContent-Length: 2\r\n\r\nok");
      }
    });
    start();
    Peer client = client();
    for (int size = 15_000; size < 16_200; size += 97) {
      client.send("GET /" + size + " HTTP/1.1\r\nHost: a\r\n\r\n");
      String expected =
          "HTTP/1.1 200 OK\r\nBig: " + "b".repeat(size) + "\r\nContent-Length: 2\r\n\r\nok";
      assertThat(client.same(expected)).isEqualTo(expected);
    }
  }
}
