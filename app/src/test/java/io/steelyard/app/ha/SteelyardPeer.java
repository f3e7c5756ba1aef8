package io.steelyard.app.ha;

import io.steelyard.app.launcher.Launched;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code ./steelyard run} with {@code cluster.vips}. */
final class SteelyardPeer implements Peer {
  private static final Duration END = Duration.ofSeconds(40);

  private final Path dir;
  private final Site site;
  private final String advertise;
  private final String quorum;
  private final AtomicInteger starts = new AtomicInteger();

  /**
   * @param dir for configurations
   * @param advertise as the configuration has it: 100ms
   * @param quorum likewise: none or nodes
   */
  SteelyardPeer(Path dir, Site site, String advertise, String quorum) throws IOException {
    this.dir = dir;
    this.site = site;
    this.advertise = advertise;
    this.quorum = quorum;
    Path key = dir.resolve("cluster.key");
    Files.writeString(key, "of-a-lab-that-no-other-network-can-reach\n");
  }

  @Override
  public String title() {
    String more = needsOthers() ? ", `quorum: " + quorum + "`" : "";
    return "Steelyard, adverts every " + advertise + more;
  }

  @Override
  public boolean needsOthers() {
    return !quorum.equals("none");
  }

  @Override
  public boolean plays(Row row) {
    return true;
  }

  @Override
  public Duration slowness() {
    return Duration.ZERO;
  }

  private String yaml(Host host, int number) {
    return """
    listeners:
      web: {address: ":%d", access-log: none, pool: app}
    pools:
      app:
        sticky: {cookie: srv}
        health: {tcp: true, interval: 1s}
        servers: [{name: s1, address: "%s:%d"}, {name: s2, address: "%s:%d"}]
    admin: {address: "127.0.0.1:7700"}
    cluster:
      node: lb%d
      bind: "%s:7701"
      peers: [%s]
      key: cluster.key
      quorum: %s
      vips:
        - {address: %s/24, interface: eth0, router-id: 51, advertise: %s, prefer: [%s], preempt: %s}
    """
        .formatted(
            Site.PORT,
            site.servers().address(),
            Site.SERVER_PORTS.get(0),
            site.servers().address(),
            Site.SERVER_PORTS.get(1),
            number,
            host.address(),
            site.balancers().stream()
                .map(lb -> "\"" + lb.address() + ":7701\"")
                .collect(Collectors.joining(", ")),
            quorum,
            Site.ADDRESS,
            advertise,
            IntStream.rangeClosed(1, site.balancers().size())
                .mapToObj(i -> "lb" + i)
                .collect(Collectors.joining(", ")),
            needsOthers());
  }

  @Override
  public Running start(Host host, int number, Row row) throws IOException {
    // A path of its own each time: nobody takes over from, or reads what, an earlier round left.
    Path own = Files.createDirectories(dir.resolve("run" + starts.incrementAndGet()));
    Files.copy(dir.resolve("cluster.key"), own.resolve("cluster.key"));
    Path file = own.resolve("lb" + number + ".yaml");
    Files.writeString(file, yaml(host, number));
    String javaOptions = row == Row.LOOP_HANGS ? LoopStopper.JAVA_OPTION : "";
    return new Node(host, file, launch(host, file, javaOptions), "");
  }

  private static Program launch(Host host, Path file, String javaOptions, String... options) {
    ProcessBuilder settings = new ProcessBuilder();
    settings
        .environment()
        .putAll(Map.of("STEELYARD_BUILT", "yes", "STEELYARD_JAVA_OPTS", javaOptions));
    List<String> command =
        new ArrayList<>(List.of(Launched.LAUNCHER.toString(), "run", "--threads", "1"));
    command.addAll(List.of(options));
    command.add(file.toString());
    return host.start(settings, command.toArray(String[]::new));
  }

  private record Node(Host host, Path file, Program program, String before) implements Running {
    @Override
    public void signal(String signal) {
      program.signal(signal);
    }

    @Override
    public boolean ready() {
      if (!program.isAlive()) {
        throw new AssertionError("it has ended and said:\n" + program.output());
      }
      return program.output().contains("admin API on");
    }

    @Override
    public void awaitEnd() {
      program.awaitEnd(END);
    }

    @Override
    public Running upgrade() {
      Program next = launch(host, file, "", "--take-over");
      next.awaitLine("took over");
      program.awaitEnd(END);
      return new Node(host, file, next, output() + "\n");
    }

    @Override
    public void kill() {
      program.kill();
    }

    @Override
    public String output() {
      return before + program.output();
    }
  }
}
