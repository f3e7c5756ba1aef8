package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Responses without a body, interim responses, and requests that wait for one. */
final class BodilessTest extends ProxyTest {
  private static final String HEAD = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String EARLY_HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";

  /** The response to a request and then the ordinary one, on one connection. */
  private void passedOnAndGoesOn(String request, String response) throws Exception {
    ScriptedServer server =
        server(c -> {
          while (c.head() != null) {
            c.send(response);
            c.head();
            c.send(OK);
          }
        });
    start();
    Peer client = client().send(request).send(GET);
    assertThat(client.same(response)).isEqualTo(response);
    assertThat(client.same(OK)).isEqualTo(OK);
    assertThat(server.connections()).isEqualTo(1);
  }

  @Test
  void the_length_in_an_answer_to_HEAD_announces_no_body() throws Exception {
    passedOnAndGoesOn(HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  }

  @Test
  void the_coding_in_an_answer_to_HEAD_announces_no_body() throws Exception {
    passedOnAndGoesOn(HEAD, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @Test
  void an_answer_to_HEAD_without_length_has_no_body() throws Exception {
    passedOnAndGoesOn(HEAD, "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n");
  }

  @Test
  void status_204_has_no_body() throws Exception {
    passedOnAndGoesOn(GET, "HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n");
  }

  @Test
  void status_304_has_no_body_though_it_says_a_length() throws Exception {
    passedOnAndGoesOn(GET, "HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n");
  }

  @Test
  void an_empty_body_is_passed_on() throws Exception {
    passedOnAndGoesOn(GET, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void a_100_is_relayed_and_the_body_follows() throws Exception {
    server(c -> {
      assertThat(c.head()).contains("\r\nExpect: 100-continue\r\n");
      c.send(CONTINUE);
      assertThat(c.text(4)).isEqualTo("body");
      c.send(OK);
      c.head();
      c.send(OK);
      c.rest();
    });
    start();
    Peer client =
        client()
            .send(
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    assertThat(client.same(CONTINUE)).isEqualTo(CONTINUE);
    client.send("body");
    assertThat(client.same(OK)).isEqualTo(OK);
    client.send(GET);
    assertThat(client.same(OK)).isEqualTo(OK);
  }

  @Test
  void a_refusal_instead_of_a_100_ends_the_connection() throws Exception {
    server(c -> {
      c.head();
      c.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\nno");
      assertThat(c.rest()).isEmpty();
    });
    start();
    Peer client =
        client()
            .send(
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    assertThat(client.rest())
        .isEqualTo(
            "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
  }

  @Test
  void several_interim_responses_are_relayed_before_the_final_one() throws Exception {
    String all = EARLY_HINTS + "HTTP/1.1 102 Processing\r\n\r\n" + EARLY_HINTS + OK;
    answering(all);
    start();
    Peer client = client().send(GET + GET);
    assertThat(client.same(all + all)).isEqualTo(all + all);
  }

  @Test
  void interim_responses_may_come_one_byte_at_a_time() throws Exception {
    String all = EARLY_HINTS + EARLY_HINTS + OK;
    server(c -> {
      while (c.head() != null) {
        c.sendOneByteAtATime(all);
      }
    });
    start();
    Peer client = client().send(GET + GET);
    assertThat(client.same(all + all)).isEqualTo(all + all);
  }

  @Test
  void an_interim_response_is_not_for_a_client_of_HTTP_1_0() throws Exception {
    answering(EARLY_HINTS + CONTINUE + OK);
    start();
    Peer client = client().send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    assertThat(client.rest())
        .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
  }

  @Test
  void interim_responses_without_end_are_a_bad_gateway() throws Exception {
    server(c -> {
      c.head();
      c.send(EARLY_HINTS.repeat(1000));
      c.rest();
    });
    start();
    Peer client = client().send(GET);
    String answer;
    do {
      answer = client.head();
    } while (answer.startsWith("HTTP/1.1 103"));
    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
  }
}
