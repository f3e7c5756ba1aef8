package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
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
        FILE is %s unless given. It is watched: a changed file is taken over without
        disturbing what is in flight; one with mistakes changes nothing and is reported.

        Signals: HUP reloads; TERM or INT finishes what is in flight, for 30 seconds at most,
        and stops; a second TERM or INT stops at once.

        Examples:
          steelyard run site.yaml
          steelyard run --threads 1 --transport epoll site.yaml
          kill -HUP PID
        """
            .formatted(DEFAULT_FILE));
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    Path file = file(arguments);
    ProxyOptions options = Setup.proxyOptions(arguments);
    try {
      // A configuration with mistakes is answered before anything is started.
      ConfigParser.parseFile(file);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
    Life.lead(Setup.serve(options, node -> node.follow(file)));
    return CommandLines.GOOD;
  }

  private static Path file(Arguments arguments) {
    String name = arguments.positional(0).orElse(DEFAULT_FILE);
    return Path.of(name.startsWith("file:") ? name.substring("file:".length()) : name);
  }
}
