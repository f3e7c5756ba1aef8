package io.steelyard.app.e2e;

import io.steelyard.app.launcher.Launched;
import io.steelyard.app.launcher.Web;
import io.steelyard.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code ./steelyard run} over a file of ours, with what its admin API and the kernel say of it.
 */
final class Balancer implements AutoCloseable {
  private static final Pattern EVENT_DOWN =
      Pattern.compile(
          """
          "at":\\s*"(?<at>[^"]+)",\\s*"kind":\\s*"server-down",\\s*\
          "pool":\\s*"[^"]+",\\s*"server":\\s*"(?<server>[^"]+)\"\
          """);

  private final Launched process;
  private final Path file;
  private final int port;
  private final int adminPort;

  private Balancer(Launched process, Path file, int port, int adminPort) {
    this.process = process;
    this.file = file;
    this.port = port;
    this.adminPort = adminPort;
  }

  /** What the YAML needs to know of the ports. */
  interface Yaml {
    /** The configuration without its admin section. */
    String of(int port);
  }

  /** Starts it; returns when it is ready. */
  static Balancer run(Path dir, String transport, Yaml yaml) throws IOException {
    int port = FreePorts.any();
    int adminPort = FreePorts.any();
    Path file = dir.resolve("site.yaml");
    replace(file, text(yaml.of(port), adminPort));
    Launched process = Launched.with("run", "--transport", transport, file.toString());
    Balancer balancer = new Balancer(process, file, port, adminPort);
    process.awaitOutput("admin API on");
    Launched.await(() -> balancer.admin("/readyz").startsWith("200 "));
    return balancer;
  }

  private static String text(String yaml, int adminPort) {
    return yaml + "admin: {address: \"127.0.0.1:" + adminPort + "\"}\n";
  }

  /** Whoever looks sees the old file or the new one, never half of one. */
  private static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling("next.yaml");
    Files.writeString(next, text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  int port() {
    return port;
  }

  Launched process() {
    return process;
  }

  /** Puts another configuration into the file. */
  void configure(Yaml yaml) throws IOException {
    replace(file, text(yaml.of(port), adminPort));
  }

  /** Puts this into the file as it stands. */
  void write(String text) throws IOException {
    replace(file, text);
  }

  /** Where the admin API is. */
  String adminUrl() {
    return "http://127.0.0.1:" + adminPort;
  }

  /** The admin API's status code and answer. */
  String admin(String path) {
    return Web.get("http://127.0.0.1:" + adminPort + path);
  }

  /** When a server turned to be down after a moment, in each of its pools that saw it. */
  List<Instant> downs(String server, Instant after) {
    return EVENT_DOWN
        .matcher(Web.get("http://127.0.0.1:" + adminPort + "/v1/events", "application/json"))
        .results()
        .filter(event -> event.group("server").equals(server))
        .map(event -> Instant.parse(event.group("at")))
        .filter(at -> at.isAfter(after))
        .toList();
  }

  /** The sum over all samples of this name that have all these labels, each as in a="b". */
  double metric(String name, String... labels) {
    return admin("/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  double buffersInUse() {
    return metric("steelyard_buffers_in_use");
  }

  /** Open descriptors, but for the pipes that are kept for splice. */
  long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return open.count() - 2 * (long) metric("steelyard_pipes_open");
    } catch (IOException e) {
      throw new AssertionError("it is gone and said:\n" + process.output(), e);
    }
  }

  long residentKib() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Waits until it has no client, no buffer that holds bytes, and this many descriptors. */
  void awaitQuiet(long descriptors) {
    try {
      Launched.await(() ->
          metric("steelyard_connections_active") == 0
              && metric("steelyard_upstream_idle_connections") == 0
              && buffersInUse() == 0
              && descriptors() <= descriptors);
    } catch (AssertionError e) {
      throw new AssertionError(
          "clients %.0f, idle connections to servers %.0f, buffers %.0f, descriptors %d of %d"
              .formatted(
                  metric("steelyard_connections_active"),
                  metric("steelyard_upstream_idle_connections"),
                  buffersInUse(),
                  descriptors(),
                  descriptors),
          e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
