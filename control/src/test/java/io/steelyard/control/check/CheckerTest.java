package io.steelyard.control.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration LONG = Duration.ofSeconds(10);
  private final Checker checker = new Checker(InstantSource.fixed(NOW));

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK\\r\\n, true, answered 200",
    "HTTP/1.1 204\\r\\n, true, answered 204",
    "HTTP/1.0 399 x\\n, true, answered 399",
    "HTTP/1.1 199 x\\r\\n, false, answered 199",
    "HTTP/1.1 400 x\\r\\n, false, answered 400",
    "HTTP/1.1 503 Service Unavailable\\r\\n, false, answered 503",
    "HTTP/1.1 20 OK\\r\\n, false, answered something that is not HTTP/1",
    "HTTP/2 200\\r\\n, false, answered something that is not HTTP/1",
    "SSH-2.0-OpenSSH\\r\\n, false, answered something that is not HTTP/1",
    "'', false, closed without an answer",
  })
  void the_status_line_decides(String answer, boolean passed, String text) throws Exception {
    String bytes = answer.replace("\\r", "\r").replace("\\n", "\n");
    try (TinyServer server = TinyServer.tcp(bytes)) {
      CheckResult result = checker.check(http(server.address(), "/healthz", LONG));
      assertThat(result.text()).isEqualTo(text);
      assertThat(result.passed()).isEqualTo(passed);
      assertThat(result.at()).isEqualTo(NOW);
      assertThat(result.duration()).isPositive().isLessThan(LONG);
    }
  }

  @Test
  void the_request_says_who_asks_what_and_that_it_closes() throws Exception {
    try (TinyServer server = TinyServer.tcp("HTTP/1.1 200 OK\r\n\r\n")) {
      checker.check(http(server.address(), "/health?deep=1", LONG));
      assertThat(server.nextRequest().split("\r\n", -1))
          .containsExactly(
              "GET /health?deep=1 HTTP/1.1",
              "Host: the-host:1",
              "User-Agent: steelyard-check",
              "Connection: close",
              "",
              "");
    }
  }

  @Test
  void an_address_that_no_channel_can_connect_to_is_a_failed_check() {
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
    CheckResult result = checker.check(http(unresolved, "/", LONG));
    assertThat(result.passed()).isFalse();
    assertThat(result.text()).isEqualTo("connect failed: UnresolvedAddressException");
  }

  @Test
  void an_endless_first_line_is_not_read_for_ever() throws Exception {
    try (TinyServer server = TinyServer.tcp("HTTP/1.1 200 " + "x".repeat(100_000))) {
      CheckResult result = checker.check(http(server.address(), "/", LONG));
      assertThat(result.text()).isEqualTo("answered 200");
    }
  }

  @Test
  void a_server_that_accepts_but_never_answers_fails_in_time() throws Exception {
    try (TinyServer server = TinyServer.tcp(null)) {
      CheckResult result = checker.check(http(server.address(), "/", Duration.ofMillis(50)));
      assertThat(result.passed()).isFalse();
      assertThat(result.text()).isEqualTo("answer timed out after 50ms");
      assertThat(result.duration()).isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
    }
  }

  @Test
  void a_closed_port_is_connect_refused() throws Exception {
    SocketAddress closed;
    try (TinyServer server = TinyServer.tcp("")) {
      closed = server.address();
    }
    CheckResult result = checker.check(target(closed, new Check.Tcp(), LONG));
    assertThat(result.passed()).isFalse();
    assertThat(result.text()).isEqualTo("connect refused");
  }

  @Test
  void a_tcp_check_passes_when_a_connection_opens() throws Exception {
    try (TinyServer server = TinyServer.tcp(null)) {
      CheckResult result = checker.check(target(server.address(), new Check.Tcp(), LONG));
      assertThat(result.passed()).isTrue();
      assertThat(result.text()).isEqualTo("connected");
    }
  }

  @Test
  void unix_sockets_are_checked_too(@TempDir Path dir) throws Exception {
    Path path = dir.resolve("s");
    try (TinyServer server = TinyServer.unix(path, "HTTP/1.1 200 OK\r\n\r\n")) {
      assertThat(checker.check(http(server.address(), "/", LONG)).passed()).isTrue();
    }
    CheckResult gone =
        checker.check(target(UnixDomainSocketAddress.of(path), new Check.Tcp(), LONG));
    assertThat(gone.passed()).isFalse();
    assertThat(gone.text()).startsWith("connect ");
  }

  private static Question http(SocketAddress address, String path, Duration timeout) {
    return target(address, Check.Http.get(path), timeout);
  }

  private static Question target(SocketAddress address, Check check, Duration timeout) {
    return new Question(check, address, "the-host:1", timeout, ProxyProtocol.NONE);
  }
}
