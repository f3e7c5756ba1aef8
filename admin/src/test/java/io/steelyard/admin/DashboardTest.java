package io.steelyard.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.config.Address;
import io.steelyard.config.AdminConfig;
import io.steelyard.config.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page at {@code /}, as curl gets it. */
final class DashboardTest {
  private static final String MAIN = "/dashboard/main.js";
  private static final Pattern TAG = Pattern.compile("(?i)ETag: (\"[0-9a-f]+\")");

  private final FakeNode node = new FakeNode();
  private AdminServer admin;

  @BeforeEach
  void serve() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    admin = AdminServer.bind(any, new AdminHandler(node), Access.LOOPBACK);
    admin.serve();
  }

  @AfterEach
  void stop() {
    admin.close();
  }

  private void demandToken() throws IOException {
    admin.admit(
        Access.of(
            new AdminConfig(
                new Address.Tcp("127.0.0.1", 7700),
                Optional.of(Secret.of("0123456789abcdef")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
  }

  private String curl(String path, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = "http://127.0.0.1:" + admin.address().getPort() + path;
    return Asked.curl(all).text();
  }

  private static String tag(String answer) {
    var matcher = TAG.matcher(answer);
    assertThat(matcher.find()).as(answer).isTrue();
    return matcher.group(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/,text/html,<!doctype html>",
    "/dashboard/dashboard.css,text/css,prefers-color-scheme",
    MAIN + ",text/javascript,import ",
  })
  void the_page_and_its_files_are_served_as_what_they_are(String path, String type, String text)
      throws Exception {
    assertThat(curl(path))
        .startsWith("HTTP/1.1 200 ")
        .containsIgnoringCase("Content-Type: " + type + "; charset=utf-8\r\n")
        .contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", MAIN})
  void it_may_load_nothing_from_elsewhere_and_be_framed_by_nobody(String path) throws Exception {
    assertThat(curl(path))
        .containsIgnoringCase("Content-Security-Policy: default-src 'none'; script-src 'self';")
        .contains("connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")
        .doesNotContain("unsafe-inline", "unsafe-eval")
        .containsIgnoringCase("X-Content-Type-Options: nosniff")
        .containsIgnoringCase("Referrer-Policy: no-referrer")
        .containsIgnoringCase("Cache-Control: no-cache");
  }

  @Test
  void everything_that_the_files_name_is_there_and_nothing_is_elsewhere() throws Exception {
    Set<String> seen = new TreeSet<>(Set.of("/"));
    Pattern named = Pattern.compile("(?:href|src)=\"(dashboard/[^\"]+)|from \"\\./([^\"]+)");
    List<String> todo = new ArrayList<>(seen);
    while (!todo.isEmpty()) {
      String text = curl(todo.removeLast());
      assertThat(text).startsWith("HTTP/1.1 200 ").doesNotContainPattern("(?:src|href)=\"https?:");
      named
          .matcher(text)
          .results()
          .map(m -> m.group(1) != null ? "/" + m.group(1) : "/dashboard/" + m.group(2))
          .filter(seen::add)
          .forEach(todo::add);
    }
    assertThat(seen).hasSizeGreaterThan(5).contains(MAIN, "/dashboard/dashboard.css");
  }

  @Test
  void no_data_can_become_markup_or_code() throws Exception {
    for (String file : List.of("main", "api", "dom", "events", "node", "pools", "rates", "wish")) {
      assertThat(curl("/dashboard/" + file + ".js"))
          .startsWith("HTTP/1.1 200 ")
          .doesNotContain(
              "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", MAIN})
  void who_has_it_already_is_told_so(String path) throws Exception {
    String tag = tag(curl(path));
    assertThat(curl(path, "-H", "If-None-Match: " + tag))
        .startsWith("HTTP/1.1 304 ")
        .containsIgnoringCase("ETag: " + tag)
        .containsIgnoringCase("Cache-Control: no-cache")
        .endsWith("\r\n\r\n");
    assertThat(curl(path, "-H", "If-None-Match: \"another\"")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void its_files_have_tags_of_their_own() throws Exception {
    assertThat(tag(curl("/"))).isNotEqualTo(tag(curl(MAIN))).isEqualTo(tag(curl("/")));
  }

  @Test
  void a_head_is_answered_without_the_page() throws Exception {
    assertThat(curl("/", "-I"))
        .startsWith("HTTP/1.1 200 ")
        .containsPattern("(?i)Content-Length: [1-9]")
        .endsWith("\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void nothing_can_be_done_to_it(String method) throws Exception {
    for (String path : List.of("/", MAIN)) {
      assertThat(curl(path, "-X", method))
          .startsWith("HTTP/1.1 405 ")
          .containsIgnoringCase("Allow: GET, HEAD\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dashboard",
        "/dashboard/",
        "/dashboard/index.html",
        "/dashboard/none.js",
        "/dashboard/../openapi.json",
        "/dashboard/%2e%2e/openapi.json",
        "/dashboard/..%2fopenapi.json",
        "/%2f",
        "/main.js",
        "/favicon.ico",
      })
  void nothing_else_is_served(String path) throws Exception {
    assertThat(curl(path, "--path-as-is")).startsWith("HTTP/1.1 404 ");
    demandToken();
    assertThat(curl(path, "--path-as-is")).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void a_page_of_a_foreign_name_does_not_get_it() throws Exception {
    for (String path : List.of("/", MAIN)) {
      assertThat(curl(path, "-H", "Host: evil.example")).startsWith("HTTP/1.1 421 ");
    }
  }

  @Test
  void a_browser_gets_it_without_a_token_but_nothing_that_it_shows() throws Exception {
    demandToken();
    for (String path : List.of("/", MAIN, "/dashboard/dashboard.css")) {
      assertThat(curl(path)).startsWith("HTTP/1.1 200 ");
      assertThat(curl(path, "-I")).startsWith("HTTP/1.1 200 ");
    }
    for (String path :
        List.of(
            "/v1/status",
            "/v1/cluster",
            "/v1/events",
            "/v1/pools",
            "/v1/sessions",
            "/v1/config",
            "/v1/config/revisions",
            "/v1/openapi.json",
            "/metrics",
            "/dashboard/../v1/status",
            "/v1/status?/dashboard/main.js")) {
      assertThat(curl(path, "--path-as-is")).as(path).startsWith("HTTP/1.1 401 ");
    }
    assertThat(curl("/", "-X", "POST")).startsWith("HTTP/1.1 401 ");
  }

  @Test
  void a_parameter_is_refused_as_everywhere() throws Exception {
    assertThat(curl("/?token=x")).startsWith("HTTP/1.1 400 ");
  }
}
