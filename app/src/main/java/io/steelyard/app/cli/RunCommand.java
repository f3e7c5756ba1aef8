package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.app.node.Node;
import io.steelyard.app.node.Signals;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import java.io.PrintStream;
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
        "[FILE|FOLDER|URL] [--threads N] [--transport io_uring|epoll]",
        "Run the node that a configuration describes.",
        1,
        List.of(Setup.THREADS, Setup.TRANSPORT),
        """
        FILE is /etc/steelyard/steelyard.yaml unless given. It is watched: a changed file is taken over without
        disturbing what is in flight; one with mistakes changes nothing and is reported.
        A pipe or /dev/stdin is read once. Of a FOLDER all *.yaml together are the configuration.
        With the URL of a store everything comes from there; its password is taken from
        %s or %s, certificates from
        %s.

        Signals: HUP reloads; TERM or INT finishes what is in flight, for 30 seconds at most,
        and stops; a second TERM or INT stops at once.

        Examples:
          steelyard run site.yaml
          steelyard run --threads 1 --transport epoll site.yaml
          steelyard run /etc/steelyard/conf.d
          steelyard run etcd://10.0.0.21:2379/steelyard
          kill -HUP PID
        """
            .formatted(OwnArgument.PASSWORD_FILE, OwnArgument.PASSWORD, OwnArgument.CA_FILE));
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    OwnSource source = OwnArgument.source(arguments.positional(0).orElse(DEFAULT_FILE));
    ProxyOptions options = Setup.proxyOptions(arguments);
    try {
      // A configuration with mistakes is answered before anything is started.
      List<ConfigText> texts = source.readOnce();
      Optional<OwnConfig> own = ConfigParser.own(texts);
      Function<Node, Outcome> first =
          own.isPresent() ? shared(source, own.get()) : whole(source, texts);
      Signals signals = Signals.install();
      Life.lead(Setup.serve(options, first), signals);
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
    return CommandLines.GOOD;
  }

  /** A pipe or a device gives its content only once. */
  private static Function<Node, Outcome> whole(OwnSource source, List<ConfigText> texts)
      throws ConfigException, Refused {
    Config config = Setup.affordable(source, ConfigParser.parse(texts).config());
    return source.readsAgain()
        ? node -> node.follow(source, texts, config)
        : node -> node.apply(config);
  }

  private static Function<Node, Outcome> shared(OwnSource source, OwnConfig own) throws Refused {
    if (!source.readsAgain()) {
      throw new Refused(source + ": 'from' needs a file that can be read again, not a pipe");
    }
    return node -> node.follow(source, own);
  }
}
