package io.steelyard.app.cli;

import io.steelyard.app.node.Node;
import io.steelyard.app.node.takeover.Heir;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.control.Outcome;
import io.steelyard.control.SessionMemory;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the commands that run a node have in common. */
final class Setup {
  static final Option THREADS =
      new Option("--threads", "N", "Event loops, one thread each; default: one per processor.");
  static final Option TRANSPORT =
      new Option("--transport", "NAME", "io_uring or epoll; default: io_uring where permitted.");

  static final Option ACCESS_LOG =
      new Option("--access-log", "FILE", "Where access logs go; default: standard output.");

  static final Option TAKE_OVER =
      Option.flag("--take-over", "Take over from the process that runs the same configuration.");

  private static final int THREADS_MAX = 1024;
  private static final List<String> TRANSPORTS = List.of("io_uring", "epoll");

  private Setup() {}

  static ProxyOptions proxyOptions(Arguments arguments) throws UsageException {
    int loops =
        arguments
            .number(THREADS.name(), 1, THREADS_MAX)
            .orElseGet(() -> Runtime.getRuntime().availableProcessors());
    return new ProxyOptions(
        loops,
        arguments.choice(TRANSPORT.name(), TRANSPORTS),
        arguments.one(ACCESS_LOG.name()).map(Path::of));
  }

  /** The file that an argument names, with or without {@code file:} before it. */
  static Path file(String argument) throws Refused {
    if (OwnArgument.isUrl(argument)) {
      throw new Refused("expected a file, not the URL of a store");
    }
    return Path.of(argument.startsWith("file:") ? argument.substring("file:".length()) : argument);
  }

  /** Starts a node, lets {@code first} apply its first configuration, and opens the rest. */
  static Node serve(ProxyOptions options, Function<Node, Outcome> first) throws Refused {
    return serve(options, first, Optional.empty());
  }

  /** The same; takes over from a process that runs, if there is one. */
  static Node serve(ProxyOptions options, Function<Node, Outcome> first, Optional<Heir> heir)
      throws Refused {
    Node node = start(options);
    heir.ifPresent(node::inherit);
    try {
      if (first.apply(node) instanceof Outcome.Refused(List<String> errors)) {
        throw new Refused(String.join("\n", errors));
      }
      node.open();
    } catch (IOException e) {
      node.close();
      throw new Refused("steelyard: " + e.getMessage());
    } catch (Refused e) {
      node.close();
      throw e;
    }
    return node;
  }

  private static Node start(ProxyOptions options) throws Refused {
    try {
      return Node.start(options, Version.current());
    } catch (IOException e) {
      throw new Refused("steelyard: the event loops cannot be started: " + e.getMessage());
    }
  }

  /**
   * What a source says, if this process has the memory for it.
   *
   * @throws Refused in the words that a reload would be refused with
   */
  static Config affordable(Object source, Config config) throws Refused {
    Optional<String> lack = SessionMemory.lack(config);
    if (lack.isPresent()) {
      throw new Refused(source + ": " + lack.get());
    }
    return config;
  }

  /** Every error on a line of its own. */
  static Refused refused(ConfigException e) {
    return new Refused(
        e.errors().stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
  }
}
