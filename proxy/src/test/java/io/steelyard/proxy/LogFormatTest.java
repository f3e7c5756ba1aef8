package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.AccessLog;
import io.steelyard.core.snapshot.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The forms of lines that other tools read, and that nobody can forge one. */
final class LogFormatTest extends LogTest {
  private static final String HTTP_LINE =
      "127\\.0\\.0\\.1:\\d+ \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d\\.\\d{3}] web ";

  private List<String> lines(AccessLog format, String... requests) throws Exception {
    setup.accessLog = format;
    answering(OK);
    start();
    for (String request : requests) {
      client().send(request).message();
    }
    return logged(requests.length);
  }

  private static String get(String fields) {
    return "GET /x HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n\r\n";
  }

  @Test
  void combined_names_the_referer_and_the_user_agent() throws Exception {
    List<String> lines =
        lines(
            AccessLog.COMBINED,
            get("User-Agent:  curl/8 (x)\r\nReferer: http://r.example/"),
            get("X: y"),
            get("USER-AGENT: " + "u".repeat(300)));
    assertThat(lines.get(0))
        .endsWith("\"GET /x HTTP/1.1\" 200 2 \"http://r.example/\" \"curl/8 (x)\"");
    assertThat(lines.get(1)).endsWith(" 200 2 \"-\" \"-\"");
    assertThat(lines.get(2)).endsWith(" 200 2 \"-\" \"" + "u".repeat(256) + "\"");
  }

  @Test
  void haproxy_is_the_HTTP_format_of_HAProxy() throws Exception {
    List<String> lines = lines(AccessLog.HAPROXY, get("X: y"), "nonsense\r\n\r\n");
    assertThat(lines.get(0))
        .matches(
            HTTP_LINE
                + "app/s0 0/0/\\d+/\\d+/\\d+ 200 40 - - ---- \\d+/\\d+/0/0/0 0/0 \"GET /x HTTP/1\\.1\"");
    assertThat(lines.get(1))
        .matches(
            HTTP_LINE
                + "web/<NOSRV> 0/-1/-1/-1/0 400 \\d+ - - CR-- \\d+/\\d+/0/0/0 0/0 \"<BADREQ>\"");
  }

  @Test
  void haproxy_of_a_TCP_listener_is_the_TCP_format_of_HAProxy() throws Exception {
    setup.accessLog = AccessLog.HAPROXY;
    setup.protocol = Protocol.TCP;
    server(c -> c.send("hello"));
    start();
    Peer client = client();
    assertThat(client.rest()).isEqualTo("hello");
    client.close();
    assertThat(logged(1).getFirst())
        .matches(HTTP_LINE + "app/s0 0/\\d+/\\d+ 5 -- \\d+/\\d+/0/0/0 0/0");
  }

  @Test
  void what_a_client_sends_cannot_forge_a_line_of_JSON() throws Exception {
    String line = lines(AccessLog.JSON, "GET /\"\\\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n").getFirst();
    assertThat(line).isNotEmpty().matches("[ -~]+").doesNotContain("/\"");
  }

  @Test
  void what_a_client_sends_cannot_forge_a_line_of_text() throws Exception {
    String sly = get("User-Agent: \" 200 \\ \t\u00e9").replace("/x", "/\"\\");
    assertThat(lines(AccessLog.COMBINED, sly).getFirst())
        .endsWith("\"GET /\\x22\\x5c HTTP/1.1\" 200 2 \"-\" \"\\x22 200 \\x5c \\x09\\xe9\"");
  }

  @Test
  void what_a_client_sends_cannot_forge_a_line_of_HAProxys() throws Exception {
    String sly = get("X: y").replace("/x", "/\"|");
    assertThat(lines(AccessLog.HAPROXY, sly).getFirst()).endsWith(" \"GET /#22| HTTP/1.1\"");
  }

  @Test
  void the_longest_line_still_ends() throws Exception {
    setup.accessLog = AccessLog.JSON;
    answering(OK);
    start();
    client().send("GET /" + "\"".repeat(5000) + " HTTP/1.1\r\nHost: a\r\n\r\n").message();
    assertThat(logged(1).getFirst()).endsWith("\"cause\":\"\"}");
  }
}
