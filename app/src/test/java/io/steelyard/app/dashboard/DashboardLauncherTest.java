package io.steelyard.app.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.WebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dashboard of a node that runs, as an operator sees it in a real browser. */
final class DashboardLauncherTest {
  private static final String TOKEN = "0123456789abcdef";
  private static final String HOSTILE = "<img src=x onerror=document.title='caught'>";

  private static Browser browser;

  @TempDir private Path dir;
  private final int port = FreePorts.any();
  private final int adminPort = FreePorts.any();
  private WebServer server;

  /** One for all: each node is another origin, which it knows nothing of. */
  @BeforeAll
  static void startBrowser(@TempDir Path home) throws Exception {
    browser = Browser.in(home);
  }

  @AfterAll
  static void stopBrowser() throws IOException {
    browser.close();
  }

  @BeforeEach
  void serve() {
    server = WebServer.answering("");
  }

  @AfterEach
  void stop() throws Exception {
    browser.open("about:blank");
    browser.complaints();
    server.close();
  }

  private Launched node(String admin) throws IOException {
    Launched node = Launched.with("run", "--threads", "1", write(admin).toString());
    node.awaitOutput("admin API on");
    return node;
  }

  private Path write(String admin) throws IOException {
    int upstream = server.port();
    return Files.writeString(
        dir.resolve("site.yaml"),
        """
        listeners:
          web:
            address: "127.0.0.1:%d"
            access-log: none
            routes: [{path: /api/, pool: api}, {pool: app}]
        pools:
          app:
            health: {http: /, interval: 200ms}
            servers:
              - {name: a, address: "127.0.0.1:%d"}
              - {name: b, address: "localhost:%d"}
          api: {servers: [{name: c, address: "127.0.0.1:%d"}]}
        admin: {address: "127.0.0.1:%d"%s}
        """
            .formatted(port, upstream, upstream, upstream, adminPort, admin));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + adminPort + path;
  }

  /** What stands in the cell of a server under a head. */
  private static String cell(String pool, String server, String label)
      throws IOException, InterruptedException {
    Object text =
        browser.run(
            """
            for (const row of document.querySelectorAll('[data-pool="%s"] tbody tr')) {
              if (row.cells[0].firstChild.textContent === '%s') {
                return row.querySelector('[data-label="%s"]').textContent;
              }
            }
            return '';
            """
                .formatted(pool, server, label));
    return (String) text;
  }

  private static void awaitCell(String pool, String server, String what) {
    String label = what.substring(0, what.indexOf(':'));
    String wanted = what.substring(what.indexOf(':') + 1);
    Eventually.holds(what, () -> cell(pool, server, label).equals(wanted));
  }

  @Test
  void it_shows_servers_and_their_traffic_drains_one_and_says_when_the_node_is_gone()
      throws Exception {
    try (Launched node = node("")) {
      browser.open(url("/"));
      awaitCell("app", "a", "State:✓ up");
      awaitCell("app", "b", "State:✓ up");
      awaitCell("api", "c", "State:– unchecked");
      Eventually.holds(
          "requests per second",
          () -> {
            Web.get("http://127.0.0.1:" + port + "/");
            return Double.parseDouble("0" + cell("app", "a", "Requests/s")) > 0;
          });
      drain();
      awaitCell("app", "b", "Wish:serve");
      breakConfiguration();
      assertThat(browser.complaints()).isEmpty();

      node.signal("KILL");
      Eventually.holds("the banner", () -> browser.text("#banner").contains("Not reachable since"));
      assertThat(browser.run("return document.getElementById('main').className"))
          .isEqualTo("stale");
      assertThat(cell("app", "a", "Wish")).as("the last that is known").isEqualTo("drain");
    }
  }

  private void drain() throws Exception {
    String drain = "[data-pool=app] [aria-label='drain a of app']";
    browser.click(drain);
    browser.click("#confirm-no");
    assertThat(Web.get(url("/v1/status"))).doesNotContain("\"wish\":\"drain\"");
    browser.click(drain);
    browser.click("#confirm-yes");
    awaitCell("app", "a", "Wish:drain");
    assertThat(Web.get(url("/v1/pools/app/servers/a"))).contains("\"wish\":\"drain\"");
    assertThat(Web.get(url("/v1/pools/app/servers/b"))).contains("\"wish\":\"serve\"");
    Eventually.holds("the event", () -> browser.text("#events").contains("drain"));
    assertThat(browser.run("return document.activeElement.dataset.wish"))
        .as("the focus is where it was")
        .isEqualTo("drain");
  }

  /** What is wrong is told with the text that is wrong, whatever that is. */
  private void breakConfiguration() throws Exception {
    Path file = dir.resolve("site.yaml");
    Files.writeString(file, Files.readString(file) + "\"" + HOSTILE + "\": 1\n");
    Eventually.holds("the trouble", () -> browser.text("#troubles").contains(HOSTILE));
    assertThat(browser.run("return document.querySelectorAll('img').length").toString())
        .isEqualTo("0");
    assertThat(browser.run("return document.title")).isNotEqualTo("caught");
  }

  @Test
  void it_asks_for_the_token_says_what_is_wrong_with_one_and_keeps_the_right_one()
      throws Exception {
    Files.writeString(dir.resolve("admin.token"), TOKEN + "\n");
    try (Launched node = node(", token: admin.token")) {
      assertThat(node.output()).doesNotContain(TOKEN);
      browser.open(url("/"));
      awaitWhy("This needs a token");
      browser.type("#token", "not-the-token\n");
      awaitWhy("This is not the token.");
      assertThat(browser.run("return sessionStorage.length").toString()).isEqualTo("0");
      browser.type("#token", TOKEN + "\n");
      awaitCell("app", "a", "State:✓ up");
      Eventually.holds("live events", () -> browser.text("#events-state").contains("Live"));
      // The browser itself tells of answers that are no success.
      assertThat(browser.complaints()).allMatch(line -> line.contains("401 (Unauthorized)"));

      browser.open(url("/"));
      awaitCell("api", "c", "State:– unchecked");
      assertThat(browser.run("return localStorage.length + document.cookie.length").toString())
          .isEqualTo("0");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  private static void awaitWhy(String why) {
    Eventually.holds(why, () -> browser.text("#token-why").contains(why));
  }
}
