package io.steelyard.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.core.snapshot.AccessLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The lines of the access log, as they come out of standard output. */
final class AccessLogTest extends LogTest {
  private List<String> lines(AccessLog format, int count, String... requests) throws Exception {
    setup.accessLog = format;
    answering(OK);
    start();
    for (String request : requests) {
      Peer client = client().send(request);
      client.message();
      client.close();
    }
    return logged(count);
  }

  @Test
  void json_says_what_was_asked_and_who_answered() throws Exception {
    List<String> lines =
        lines(AccessLog.JSON, 1, "GET /x?y=1 HTTP/1.1\r\nHost: a:80\r\nX-Request-Id: i-1\r\n\r\n");
    assertThat(lines)
        .singleElement()
        .asString()
        .matches(
            "\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\",\"listener\":\"web\","
                + "\"client\":\"127\\.0\\.0\\.1:\\d+\",\"method\":\"GET\",\"host\":\"a(:80)?\","
                + "\"path\":\"/x\\?y=1\",\"id\":\"i-1\",\"status\":200,\"pool\":\"app\","
                + "\"server\":\"s0\",\"attempts\":1,\"sticky\":\"\",\"request_bytes\":0,"
                + "\"response_bytes\":2,\"queue_ms\":0\\.000,\"connect_ms\":[0-9.]+,"
                + "\"first_byte_ms\":[0-9.]+,\"total_ms\":[0-9.]+,"
                + "\"ended_by\":\"none\",\"cause\":\"\"\\}");
  }

  @Test
  void json_escapes_what_could_break_a_line() throws Exception {
    List<String> lines =
        lines(AccessLog.JSON, 1, "GET /a\"b\\c HTTP/1.1\r\nHost: a\r\nX-Request-Id: \"\\\r\n\r\n");
    String line = lines.getFirst();
    assertThat(line).doesNotContain("/a\"b").endsWith("}");
    assertThat(line).containsPattern("\"path\":\"/a(\\\\\"|\\\\u0022)b(\\\\\\\\|\\\\u005[cC])c\"");
  }

  @Test
  void what_is_refused_is_logged_too() throws Exception {
    List<String> lines = lines(AccessLog.JSON, 1, "nonsense\r\n\r\n");
    assertThat(lines).singleElement().asString().contains("\"status\":400").endsWith("}");
  }

  @Test
  void combined_is_one_line_that_every_tool_reads() throws Exception {
    List<String> lines = lines(AccessLog.COMBINED, 2, GET, "nonsense\r\n\r\n");
    assertThat(lines.get(0))
        .matches(
            "127\\.0\\.0\\.1 - - \\[\\d\\d/[A-Z][a-z]{2}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000] "
                + "\"GET / HTTP/1\\.1\" 200 2 \"-\" \"-\"");
    assertThat(lines.get(1)).contains(" 400 ");
  }

  @Test
  void many_requests_leave_as_many_lines_or_are_counted_as_dropped() throws Exception {
    setup.accessLog = AccessLog.JSON;
    answering(OK);
    start();
    Peer client = client();
    for (int i = 0; i < 20; i++) {
      client.send(GET.repeat(100));
      assertThat(client.same(OK.repeat(100))).isEqualTo(OK.repeat(100));
    }
    eventually(
        "all is logged",
        () -> lines().size() + (long) metric("steelyard_access_log_dropped") == 2000);
    assertThat(lines())
        .allMatch(
            l -> l.startsWith("{\"time\":") && l.endsWith("\"ended_by\":\"none\",\"cause\":\"\"}"));
  }
}
