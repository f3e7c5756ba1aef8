package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.app.node.Node;
import io.steelyard.app.node.Signals;
import io.steelyard.app.node.takeover.Heir;
import io.steelyard.app.node.takeover.Meeting;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.control.Outcome;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code steelyard run}. */
final class RunCommand implements Command {
  private static final Logger LOG = System.getLogger("steelyard.node");
  static final String DEFAULT_FILE = "/etc/steelyard/steelyard.yaml";

  @Override
  public Usage usage() {
    return new Usage(
        "run",
        "[FILE|FOLDER|URL] [--threads N] [--transport io_uring|epoll] [--access-log FILE] [--take-over]",
        "Run the node that a configuration describes.",
        1,
        List.of(Setup.THREADS, Setup.TRANSPORT, Setup.ACCESS_LOG, Setup.TAKE_OVER),
        """
        FILE is /etc/steelyard/steelyard.yaml unless given. It is watched: a changed file is taken over without
        disturbing what is in flight; one with mistakes changes nothing and is reported.
        A pipe or /dev/stdin is read once. Of a FOLDER all *.yaml together are the configuration.
        With the URL of a store everything comes from there; its password is taken from
        %s or %s, certificates from
        %s.

        --take-over restarts or upgrades without a gap: the new process gets the listening sockets,
        the sessions and what is known of the servers from the one that runs, serves, and the old
        one finishes what is in flight and ends. If the new one fails before it serves, the old one
        goes on. If none runs it is a start like any other.

        Signals: HUP reloads; USR1 opens the file of --access-log again, after it was renamed; TERM or INT finishes what is in flight, for 30 seconds at most,
        and stops; a second TERM or INT stops at once.

        Examples:
          steelyard run site.yaml
          steelyard run --threads 1 --transport epoll site.yaml
          steelyard run /etc/steelyard/conf.d
          steelyard run etcd://10.0.0.21:2379/steelyard
          steelyard run --take-over site.yaml
          steelyard run --access-log /var/log/steelyard/access.log site.yaml
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
      Optional<Meeting.Place> place = place(source);
      Optional<Heir> heir = arguments.has(Setup.TAKE_OVER.name()) ? heir(place) : Optional.empty();
      Node node = Setup.serve(options, first, heir);
      place.ifPresent(at -> node.offer(at, signals));
      Supervisor.ready(System.getenv());
      Life.lead(node, signals);
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

  /** Where processes that run this configuration meet; there is none for what is read only once. */
  private static Optional<Meeting.Place> place(OwnSource source) {
    try {
      String name =
          switch (source) {
            case OwnSource.Single(Path path) -> path.toRealPath().toString();
            case OwnSource.Folder(Path path) -> path.toRealPath().toString();
            case OwnSource.CommandLine(String content) -> content;
          };
      return source.readsAgain()
          ? Optional.of(Meeting.Place.of(name, System.getenv(), Meeting.user()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Heir> heir(Optional<Meeting.Place> place) throws Refused {
    if (place.isEmpty()) {
      throw new Refused("--take-over needs a configuration that can be read again, not a pipe");
    }
    try {
      Optional<Heir> heir = Heir.ask(place.get());
      if (heir.isEmpty()) {
        LOG.log(Level.INFO, "nobody runs this configuration: nothing to take over");
      }
      return heir;
    } catch (IOException e) {
      throw new Refused("steelyard: nothing is taken over: " + e.getMessage());
    }
  }
}
