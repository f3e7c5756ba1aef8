package io.steelyard.share.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TalkTest {
  private interface Question<T> {
    T ask(Talk talk) throws IOException;
  }

  /** What comes of a question that is answered with {@code answer}, and the end. */
  private static <T> T answered(String answer, Question<T> question) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answer(server, answer));
      try (Talk talk = Talk.open("127.0.0.1", server.getLocalPort(), 2000)) {
        return question.ask(talk);
      }
    }
  }

  private static void answer(ServerSocket server, String answer) {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(answer.getBytes(US_ASCII));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (IOException _) {
      // The other end has had enough.
    }
  }

  @Test
  void values_are_read_as_they_are() throws Exception {
    Map<String, Value> values =
        answered(
            "VALUE a 0 4 18446744073709551615\r\n\r\nEN\r\nVALUE b 7 0 2\r\n\r\nEND\r\n",
            talk -> talk.gets(List.of("a", "b", "c")));
    assertThat(values).containsOnlyKeys("a", "b");
    assertThat(new String(values.get("a").bytes(), US_ASCII)).isEqualTo("\r\nEN");
    assertThat(values.get("a").version()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "VALUE a 0 4 1\r\nabc",
        "VALUE a 0 4 1\r\nabcde\r\nEND\r\n",
        "VALUE a 0 4\r\nabcd\r\nEND\r\n",
        "VALUE b 0 1 1\r\nx\r\nEND\r\n",
        "VALUE a 0 1 1\r\nx\r\nVALUE a 0 1 1\r\nx\r\nEND\r\n",
        "VALUE a 0 99999999 1\r\nx\r\nEND\r\n",
        "VALUE a 0 -1 1\r\nx\r\nEND\r\n",
        "VALUE a 0 1 x\r\nx\r\nEND\r\n",
        "END\n",
        "END\rX",
        "ERROR\r\n",
        "SERVER_ERROR out of memory\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\n",
      })
  void what_is_no_answer_ends_the_connection(String answer) {
    assertThatThrownBy(() -> answered(answer, talk -> talk.gets(List.of("a"))))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(Talk.RefusedException.class);
  }

  @Test
  void a_line_has_a_bound() {
    assertThatThrownBy(() -> answered("x".repeat(5000), talk -> talk.gets(List.of("a"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a line of more than");
  }

  @Test
  void a_value_that_is_refused_leaves_the_others_their_answers() {
    List<Put> puts = List.of(Put.always("a", new byte[1], 1), Put.always("b", new byte[1], 1));
    assertThatThrownBy(
            () -> answered("SERVER_ERROR object too large\r\nSTORED\r\n", talk -> talk.put(puts)))
        .isInstanceOf(Talk.RefusedException.class)
        .hasMessageContaining("too large");
    assertThatThrownBy(() -> answered("STORED\r\nERROR\r\n", talk -> talk.put(puts)))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(Talk.RefusedException.class);
  }
}
