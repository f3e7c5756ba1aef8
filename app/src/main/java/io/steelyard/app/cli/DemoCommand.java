package io.steelyard.app.cli;

import io.steelyard.app.demo.DemoProcess;
import io.steelyard.app.demo.FreePorts;
import io.steelyard.app.node.Life;
import io.steelyard.app.node.Node;
import io.steelyard.app.node.Signals;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code steelyard demo}. */
final class DemoCommand implements Command {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int FIRST_PORT = 9001;
  private static final String LISTEN = ":8080";
  private static final String ADMIN = "127.0.0.1:7700";
  private static final Duration READY_DEADLINE = Duration.ofSeconds(2);

  @Override
  public Usage usage() {
    return new Usage(
        "demo",
        "[--from ADDRESS] [--admin ADDRESS]",
        "Start three small servers and the balancer in front of them.",
        0,
        List.of(
            new Option("--from", "ADDRESS", "Where the balancer listens; default: " + LISTEN + "."),
            new Option(
                "--admin", "ADDRESS", "Where the admin API listens; default: " + ADMIN + "."),
            Setup.THREADS,
            Setup.TRANSPORT),
        """
        The servers are processes of their own on ports %d and following: kill one and see
        that no request fails. Ctrl-C ends everything.
        """
            .formatted(FIRST_PORT));
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String from = arguments.one("--from").orElse(LISTEN);
    String admin = arguments.one("--admin").orElse(ADMIN);
    ProxyOptions options = Setup.proxyOptions(arguments);
    Path launcher = launcher();
    List<DemoProcess> servers = new ArrayList<>();
    try {
      List<Integer> ports = FreePorts.from(FIRST_PORT, NAMES.size());
      for (int i = 0; i < NAMES.size(); i++) {
        servers.add(DemoProcess.start(launcher, NAMES.get(i), ports.get(i)));
      }
      Config config = ConfigParser.parse("demo", yaml(from, admin, servers));
      for (DemoProcess server : servers) {
        server.awaitListening();
      }
      Signals signals = Signals.install();
      Node node = Setup.serve(options, n -> n.apply(config));
      node.awaitReady(READY_DEADLINE);
      out.print(whatToTry(launcher, from, node, servers));
      Life.lead(node, signals);
    } catch (ConfigException e) {
      throw new UsageException(Setup.refused(e).getMessage());
    } catch (IOException e) {
      throw new Refused("steelyard demo: " + e.getMessage());
    } finally {
      servers.forEach(DemoProcess::close);
    }
    return CommandLines.GOOD;
  }

  private static Path launcher() throws Refused {
    String launcher = System.getProperty("steelyard.launcher");
    if (launcher == null) {
      throw new Refused("steelyard demo: has to be started by the steelyard script");
    }
    return Path.of(launcher);
  }

  private static String yaml(String from, String admin, List<DemoProcess> servers) {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        """
        listeners:
          web: {address: "%s", access-log: none, routes: [{pool: demo}]}
        admin: {address: "%s"}
        pools:
          demo:
            health: {http: /, interval: 500ms, timeout: 2s}
            servers:
        """
            .formatted(from, admin));
    for (DemoProcess server : servers) {
      yaml.append(
          "      - {name: %s, address: \"127.0.0.1:%d\"}\n"
              .formatted(server.name(), server.port()));
    }
    return yaml.toString();
  }

  private static String whatToTry(
      Path launcher, String from, Node node, List<DemoProcess> servers) {
    String command = command(launcher);
    String adminUrl = "http:/" + node.adminAddress();
    String url = "http://" + (from.startsWith(":") ? "127.0.0.1" + from : from) + "/";
    StringBuilder text = new StringBuilder("\nSteelyard balances " + url + " over\n");
    for (DemoProcess server : servers) {
      text.append(
          "  server %s on 127.0.0.1:%d, pid %d%n"
              .formatted(server.name(), server.port(), server.pid()));
    }
    if (servers.getLast().port() != FIRST_PORT + servers.size() - 1) {
      text.append("  (of ports %d and following some were taken)%n".formatted(FIRST_PORT));
    }
    DemoProcess victim = servers.get(1);
    String status = adminUrl.endsWith("127.0.0.1:7700") ? "" : " --admin " + adminUrl;
    return text.append(
            """

            Try in another terminal:
              curl %s             # a few times: each answer names its server
              kill -9 %d                          # crash server %s: no request fails
              %s status%s                  # it is seen to be down
              %s demo-server --port %d --name %s   # bring it back; Ctrl-C ends it again
              curl %s/metrics          # what Prometheus would read

            Ctrl-C ends everything.
            """
                .formatted(
                    url,
                    victim.pid(),
                    victim.name(),
                    command,
                    status,
                    command,
                    victim.port(),
                    victim.name(),
                    adminUrl))
        .toString();
  }

  /** The launcher as one would type it here. */
  private static String command(Path launcher) {
    Path here = Path.of("").toAbsolutePath();
    return here.equals(launcher.getParent()) ? "./" + launcher.getFileName() : launcher.toString();
  }
}
