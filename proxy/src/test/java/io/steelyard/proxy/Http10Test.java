package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Clients and servers of HTTP/1.0, and bodies that end with the connection. */
final class Http10Test extends ProxyTest {
  private static final String GET_10 = "GET / HTTP/1.0\r\n\r\n";
  private static final String KEEP_ALIVE_10 =
      "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n";

  @Test
  void its_connection_is_closed_after_the_answer() throws Exception {
    answering(OK);
    start();
    assertThat(client().send(GET_10).rest())
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  }

  @Test
  void its_connection_is_kept_when_it_asks_for_that() throws Exception {
    answering(OK);
    start();
    String expected = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok";
    Peer client = client();
    for (int i = 0; i < 3; i++) {
      client.send(KEEP_ALIVE_10);
      assertThat(client.same(expected)).isEqualTo(expected);
    }
  }

  @Test
  void the_balancers_own_answers_say_that_it_is_kept_too() throws Exception {
    answering(OK);
    setup.down("s0");
    start();
    Peer client = client().send(KEEP_ALIVE_10);
    assertThat(client.message())
        .startsWith("HTTP/1.1 503 ")
        .contains("\r\nConnection: keep-alive\r\n");
    client.send(GET_10);
    assertThat(client.rest()).contains("\r\nConnection: close\r\n");
  }

  @Test
  void a_missing_host_is_made_up_for_the_server() throws Exception {
    server(c -> {
      assertThat(c.head()).startsWith("GET / HTTP/1.1\r\n").contains("\r\nHost: localhost\r\n");
      c.send(OK);
    });
    start();
    assertThat(client().send(GET_10).rest()).endsWith("ok");
  }

  @Test
  void chunks_are_taken_off_for_it() throws Exception {
    String chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "5;ext\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nT: x\r\n\r\n";
    server(c -> {
      c.head();
      c.send(chunked);
      c.head();
      c.sendOneByteAtATime(chunked);
      c.rest();
    });
    start();
    String expected = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello world";
    assertThat(client().send(GET_10).rest()).isEqualTo(expected);
    assertThat(client().send(KEEP_ALIVE_10).rest()).isEqualTo(expected);
  }

  @Test
  void it_is_told_of_no_transfer_coding_even_where_no_body_follows() throws Exception {
    server(c -> {
      for (String h = c.head(); h != null; h = c.head()) {
        String status = h.startsWith("HEAD ") ? "200 OK" : "304 Not Modified";
        c.send("HTTP/1.1 " + status + "\r\nTransfer-Encoding: chunked\r\n\r\n");
      }
    });
    start();
    assertThat(client().send("HEAD / HTTP/1.0\r\n\r\n").rest())
        .isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    assertThat(client().send(GET_10).rest())
        .isEqualTo("HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n");
  }

  @Test
  void a_large_chunked_response_is_taken_out_of_its_chunks() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      Bulk.sendChunked(c, 3_000_000, 9_999);
      c.rest();
    });
    start();
    Peer client = client().send(GET_10);
    assertThat(client.head()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    Bulk.expect(client, 3_000_000);
    assertThat(client.ended()).isTrue();
  }

  @Test
  void a_broken_chunked_response_ends_with_a_reset() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel");
    });
    start();
    assertThat(client().send(GET_10).rest()).endsWith("<reset>");
  }

  @Test
  void a_response_that_ends_with_the_connection_closes_the_client() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall there is");
    });
    start();
    assertThat(client().send(GET).rest())
        .isEqualTo("HTTP/1.1 200 OK\r\nServer: x\r\nConnection: close\r\n\r\nall there is");
  }

  @Test
  void a_server_of_HTTP_1_0_is_understood() throws Exception {
    ScriptedServer server =
        server(c -> {
          c.head();
          c.send("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
          c.rest();
        });
    start();
    Peer client = client();
    for (int i = 0; i < 2; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(server.connections()).as("closed each time").isEqualTo(2);
  }

  @Test
  void a_server_of_HTTP_1_0_may_keep_its_connection() throws Exception {
    ScriptedServer server =
        answering("HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
    start();
    Peer client = client();
    for (int i = 0; i < 2; i++) {
      client.send(GET);
      assertThat(client.same(OK)).isEqualTo(OK);
    }
    assertThat(server.connections()).isEqualTo(1);
  }
}
