package io.steelyard.control.check;

import static io.steelyard.control.check.Checks.check;
import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.BodyPattern;
import io.steelyard.config.HealthConfig.Check;
import io.steelyard.config.HealthConfig.Check.Http;
import io.steelyard.config.HealthConfig.Check.Http.Header;
import io.steelyard.config.StatusSet;
import io.steelyard.config.StatusSet.Range;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpCheckTest {
  private static final StatusSet OK = new StatusSet(List.of(new Range(200, 200)));

  @Test
  void the_request_is_as_configured() throws Exception {
    try (TinyServer server = TinyServer.tcp("HTTP/1.1 401 no\r\n\r\n")) {
      Check check =
          new Http(
              "/deep?x=1",
              "POST",
              "shop.example",
              List.of(new Header("X-Probe", "a b"), new Header("User-Agent", "me")),
              new StatusSet(List.of(new Range(200, 399), new Range(401, 401))),
              Optional.empty());
      assertThat(check(server.address(), check).text()).isEqualTo("answered 401");
      assertThat(check(server.address(), check).passed()).isTrue();
      assertThat(server.nextRequest().split("\r\n", -1))
          .containsExactly(
              "POST /deep?x=1 HTTP/1.1",
              "Host: shop.example",
              "Content-Length: 0",
              "Connection: close",
              "X-Probe: a b",
              "User-Agent: me",
              "",
              "");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "by its length, Content-Length: 10\\r\\n\\r\\nall is well and more",
    "by chunks, Transfer-Encoding: chunked\\r\\n\\r\\n6;x=y\\r\\nall is\\r\\n4\\r\\n"
        + " wel\\r\\n0\\r\\n\\r\\n",
    "by the close, \\r\\nall is wel",
  })
  void the_body_is_read_to_its_end(String how, String rest) throws Exception {
    String bytes = "HTTP/1.1 200 OK\r\n" + rest.replace("\\r", "\r").replace("\\n", "\n");
    try (TinyServer server = TinyServer.tcp(bytes)) {
      assertThat(check(server.address(), body("^all is wel$")).passed()).as(how).isTrue();
      CheckResult other = check(server.address(), body("all is ill"));
      assertThat(other.passed()).isFalse();
      assertThat(other.text()).isEqualTo("answered 200 without 'all is ill' in its body");
    }
  }

  @Test
  void no_more_of_a_body_is_read_than_its_bound() throws Exception {
    String head = "HTTP/1.1 200 OK\r\n\r\n";
    try (TinyServer server = TinyServer.tcp(head + "x".repeat(64 * 1024) + "late")) {
      assertThat(check(server.address(), body("late")).passed()).isFalse();
    }
    try (TinyServer server = TinyServer.tcp(head + "x".repeat(64 * 1024 - 4) + "late")) {
      assertThat(check(server.address(), body("late")).passed()).isTrue();
    }
  }

  @Test
  void interim_responses_are_passed_over() throws Exception {
    String bytes =
        "HTTP/1.1 103 Early Hints\r\n"
            + "Link: </x>\r\n"
            + "Content-Length: 0\r\n\r\n"
            + "HTTP/1.1 200 OK\r\n\r\n";
    try (TinyServer server = TinyServer.tcp(bytes)) {
      assertThat(check(server.address(), Http.get("/")).text()).isEqualTo("answered 200");
    }
    try (TinyServer server = TinyServer.tcp("HTTP/1.1 100 Continue\r\n\r\n".repeat(100))) {
      assertThat(check(server.address(), Http.get("/")).text()).contains("interim");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Content-Length: x\\r\\n\\r\\n, broken length",
    "Content-Length: -1\\r\\n\\r\\n, broken length",
    "Transfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n, broken length",
    "Transfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nxxxx\\r\\n, broken chunks",
  })
  void a_broken_body_fails_the_check(String rest, String why) throws Exception {
    String bytes = "HTTP/1.1 200 OK\r\n" + rest.replace("\\r", "\r").replace("\\n", "\n");
    try (TinyServer server = TinyServer.tcp(bytes)) {
      CheckResult result = check(server.address(), body("x"));
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).contains(why);
    }
  }

  @Test
  void a_real_nginx_is_judged_by_status_and_body(@TempDir Path dir) throws Exception {
    String block =
        """
        listen 127.0.0.1:%d;
        location = /good { return 200 "status: green"; }
        location = /bad { return 200 "status: red"; }
        location = /gone { return 410; }
        location = /named { if ($host = "shop.example") { return 204; } return 404; }
        """;
    try (RealServer nginx = RealServer.nginx(dir, FreePorts.any(), block)) {
      assertThat(check(nginx.socketAddress(), at("/good", "green")).passed()).isTrue();
      assertThat(check(nginx.socketAddress(), at("/bad", "green")).passed()).isFalse();
      assertThat(check(nginx.socketAddress(), Http.get("/gone")).text()).isEqualTo("answered 410");
      assertThat(check(nginx.socketAddress(), Http.get("/named")).text()).isEqualTo("answered 404");
      Check named =
          new Http(
              "/named", "HEAD", "shop.example", List.of(), StatusSet.DEFAULT, Optional.empty());
      assertThat(check(nginx.socketAddress(), named).text()).isEqualTo("answered 204");
    }
  }

  private static Check body(String pattern) {
    return at("/", pattern);
  }

  private static Check at(String path, String pattern) {
    return new Http(path, "GET", "", List.of(), OK, Optional.of(BodyPattern.of(pattern)));
  }
}
