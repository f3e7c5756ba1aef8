package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.app.node.Node;
import io.steelyard.app.node.Signals;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FileContent;
import io.steelyard.config.OwnConfig;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

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
      Optional<OwnConfig> own = ConfigParser.own(file.toString(), content);
      Function<Node, Outcome> first =
          own.isPresent() ? shared(file, own.get()) : whole(file, content);
      Signals signals = Signals.install();
      Life.lead(Setup.serve(options, first), signals);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
    return CommandLines.GOOD;
  }

  /** A pipe or a device gives its content only once. */
  private static Function<Node, Outcome> whole(Path file, byte[] content)
      throws ConfigException, Refused {
    Config config = Setup.affordable(file, ConfigParser.parse(file.toString(), content));
    return FileContent.regular(file)
        ? node -> node.follow(file, content, config)
        : node -> node.apply(config);
  }

  private static Function<Node, Outcome> shared(Path file, OwnConfig own) throws Refused {
    if (!FileContent.regular(file)) {
      throw new Refused(file + ": 'from' needs a file that can be read again, not a pipe");
    }
    return node -> node.follow(file, own);
  }
}
