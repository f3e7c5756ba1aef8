package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.app.node.Node;
import io.steelyard.app.node.Signals;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FileContent;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code steelyard run}. */
final class RunCommand implements Command {
  private static final String DEFAULT_FILE = "/etc/steelyard/steelyard.yaml";

  @Override
  public Usage usage() {
    return new Usage(
        "run",
        "[FILE] [--threads N] [--transport io_uring|epoll]",
        "Run the node that a configuration describes.",
        1,
        List.of(Setup.THREADS, Setup.TRANSPORT),
        """
        FILE is /etc/steelyard/steelyard.yaml unless given. It is watched: a changed file is taken over without
        disturbing what is in flight; one with mistakes changes nothing and is reported.
        A pipe or /dev/stdin is read once.

        Signals: HUP reloads; TERM or INT finishes what is in flight, for 30 seconds at most,
        and stops; a second TERM or INT stops at once.

        Examples:
          steelyard run site.yaml
          steelyard run --threads 1 --transport epoll site.yaml
          kill -HUP PID
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    Path file = Setup.file(arguments.positional(0).orElse(DEFAULT_FILE));
    ProxyOptions options = Setup.proxyOptions(arguments);
    try {
      // A configuration with mistakes is answered before anything is started.
      byte[] content = FileContent.readOnce(file);
      Config config = ConfigParser.parse(file.toString(), content);
      Signals signals = Signals.install();
      Life.lead(Setup.serve(options, node -> first(node, file, content, config)), signals);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
    return CommandLines.GOOD;
  }

  /** A pipe or a device gives its content only once. */
  private static Outcome first(Node node, Path file, byte[] content, Config config) {
    return FileContent.regular(file) ? node.follow(file, content, config) : node.apply(config);
  }
}
