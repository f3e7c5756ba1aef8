package io.steelyard.app.cli;

import io.steelyard.app.node.store.SharedCheck;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** {@code steelyard check}. */
final class CheckCommand implements Command {
  private static final Option SHARED =
      Option.flag("--shared", "Also check what comes from the store that FILE names.");

  @Override
  public Usage usage() {
    return new Usage(
        "check",
        "FILE|FOLDER|URL [--shared]",
        "Find every mistake in a configuration.",
        1,
        List.of(SHARED),
        """
        Prints one line for each mistake, with file, line and column, and exits 1; or says
        what the file configures and exits 0. Nothing is started. Of a file with 'from' only
        what stands in it is checked, unless --shared is given; the URL of a store is asked.

        Examples:
          steelyard check site.yaml && kill -HUP PID
          steelyard check etcd://10.0.0.21:2379/steelyard
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String file = arguments.positional(0).orElseThrow(() -> new UsageException("which FILE?"));
    OwnSource source = OwnArgument.source(file);
    try {
      List<ConfigText> texts = source.readOnce();
      Optional<OwnConfig> own = ConfigParser.own(texts);
      if (own.isEmpty()) {
        Config config = ConfigParser.parse(texts).config();
        out.println(source + ": ok " + counts(Setup.affordable(source, config)));
      } else {
        checkShared(source, texts, arguments.has(SHARED.name()), out);
      }
      return CommandLines.GOOD;
    } catch (ConfigException e) {
      throw Setup.refused(e);
    } catch (IOException e) {
      throw new Refused(e.getMessage());
    }
  }

  private static void checkShared(
      OwnSource source, List<ConfigText> texts, boolean asked, PrintStream out)
      throws ConfigException, IOException, Refused, InterruptedException {
    OwnConfig own = ConfigParser.checkOwn(texts);
    if (!asked && !(source instanceof OwnSource.CommandLine)) {
      out.println(
          "%s: ok (listeners and pools come from %s, see --shared)".formatted(source, own.from()));
      return;
    }
    Composed composed = SharedCheck.read(texts, own);
    Setup.affordable(own.from(), composed.config());
    composed.strays().forEach(stray -> out.println(stray + ": is not used"));
    out.println(
        "%s: ok %s"
            .formatted(
                source instanceof OwnSource.CommandLine ? own.from() : source,
                counts(composed.config())));
  }

  private static String counts(Config config) {
    int servers = config.pools().stream().mapToInt(p -> p.servers().size()).sum();
    return "(%s, %s, %s)"
        .formatted(
            count(config.listeners().size(), "listener"),
            count(config.pools().size(), "pool"),
            count(servers, "server"));
  }

  private static String count(int number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
