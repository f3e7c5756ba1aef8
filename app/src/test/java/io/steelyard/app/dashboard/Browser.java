package io.steelyard.app.dashboard;

import io.steelyard.testkit.Eventually;
import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.Programs;
import io.steelyard.wire.json.JsonException;
import io.steelyard.wire.json.JsonReader;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Debian's Chromium without a window, driven over the W3C's WebDriver protocol. It has no profile
 * but the one that is made for it, and asks nobody but who it is told to. For one thread.
 */
final class Browser implements AutoCloseable {
  /** WebDriver, section 12: under this name an element is known. */
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final String driverUrl;
  private final Process driver;
  private final String session;

  private Browser(Path dir) throws IOException, InterruptedException {
    int port = FreePorts.any();
    driverUrl = "http://127.0.0.1:" + port;
    ProcessBuilder command =
        new ProcessBuilder(Programs.found("chromedriver"), "--port=" + port)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(dir.resolve("chromedriver.log").toFile()));
    // What it keeps beside its profile goes there, too.
    command.environment().putAll(Map.of("HOME", dir.toString(), "TMPDIR", dir.toString()));
    driver = command.start();
    try {
      Eventually.holds("chromedriver answers", () -> ready());
      Map<?, ?> made = (Map<?, ?>) ask("POST", "/session", capabilities(dir));
      session = "/session/" + made.get("sessionId");
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      end();
      throw e;
    }
  }

  /** With what it keeps in that directory. */
  static Browser in(Path dir) throws IOException, InterruptedException {
    return new Browser(dir);
  }

  private boolean ready() throws IOException, InterruptedException {
    return ((Map<?, ?>) ask("GET", "/status", Map.of())).get("ready").equals(true);
  }

  private static Map<String, Object> capabilities(Path dir) {
    List<String> flags =
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,1000",
            "--user-data-dir=" + dir.resolve("profile"));
    Map<String, Object> chrome = Map.of("binary", Programs.found("chromium"), "args", flags);
    return Map.of(
        "capabilities",
        Map.of(
            "alwaysMatch",
            Map.of("goog:chromeOptions", chrome, "goog:loggingPrefs", Map.of("browser", "ALL"))));
  }

  private Object ask(String method, String path, Map<String, ?> body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(driverUrl + path))
            .timeout(TIMEOUT)
            .method(
                method,
                method.equals("POST")
                    ? BodyPublishers.ofString(JsonWriter.text(body))
                    : BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.body());
    }
    try {
      return ((Map<?, ?>) JsonReader.read(answer.body())).get("value");
    } catch (JsonException e) {
      throw new IOException(path + ": " + answer.body(), e);
    }
  }

  /** Returns when the page is loaded. */
  void open(String url) throws IOException, InterruptedException {
    ask("POST", session + "/url", Map.of("url", url));
  }

  private String element(String css) throws IOException, InterruptedException {
    Map<?, ?> found =
        (Map<?, ?>)
            ask("POST", session + "/element", Map.of("using", "css selector", "value", css));
    return session + "/element/" + found.get(ELEMENT);
  }

  /** As a user does: it has to be visible, and nothing over it. */
  void click(String css) throws IOException, InterruptedException {
    ask("POST", element(css) + "/click", Map.of());
  }

  /** Presses the keys that make a text. */
  void type(String css, String text) throws IOException, InterruptedException {
    ask("POST", element(css) + "/value", Map.of("text", text));
  }

  /** What can be seen of the element. */
  String text(String css) throws IOException, InterruptedException {
    return (String) ask("GET", element(css) + "/text", Map.of());
  }

  /** What a function's body returns. */
  Object run(String script) throws IOException, InterruptedException {
    return ask("POST", session + "/execute/sync", Map.of("script", script, "args", List.of()));
  }

  /** What has been complained of in the console since this was asked last. */
  List<String> complaints() throws IOException, InterruptedException {
    List<?> lines = (List<?>) ask("POST", session + "/se/log", Map.of("type", "browser"));
    return lines.stream()
        .map(line -> (Map<?, ?>) line)
        .filter(line -> List.of("SEVERE", "WARNING").contains(line.get("level")))
        .map(line -> (String) line.get("message"))
        .toList();
  }

  private void end() {
    List<ProcessHandle> browsers = driver.descendants().toList();
    driver.destroyForcibly();
    browsers.forEach(ProcessHandle::destroyForcibly);
    // Or they would still write where the test cleans up.
    Eventually.holds(
        "the browser has ended", () -> browsers.stream().noneMatch(ProcessHandle::isAlive));
    http.close();
  }

  @Override
  public void close() throws IOException {
    try {
      ask("DELETE", session, Map.of());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end();
    }
  }
}
