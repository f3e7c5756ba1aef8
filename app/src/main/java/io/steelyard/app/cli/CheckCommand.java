package io.steelyard.app.cli;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FileContent;
import io.steelyard.config.OwnConfig;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code steelyard check}. */
final class CheckCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "check",
        "FILE",
        "Find every mistake in a configuration.",
        1,
        List.of(),
        """
        Prints one line for each mistake, with file, line and column, and exits 1; or says
        what the file configures and exits 0. Nothing is started.

        Example:
          steelyard check site.yaml && kill -HUP PID
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out) throws UsageException, Refused {
    String file = arguments.positional(0).orElseThrow(() -> new UsageException("which FILE?"));
    try {
      Path path = Setup.file(file);
      byte[] content = FileContent.readOnce(path);
      if (ConfigParser.own(path.toString(), content).isPresent()) {
        OwnConfig own = ConfigParser.checkOwn(path.toString(), content);
        out.println("%s: ok (listeners and pools come from %s)".formatted(file, own.from()));
        return CommandLines.GOOD;
      }
      Config config = Setup.affordable(path, ConfigParser.parse(path.toString(), content));
      int servers = config.pools().stream().mapToInt(p -> p.servers().size()).sum();
      long discovering = config.pools().stream().filter(p -> p.discover().isPresent()).count();
      out.println(
          "%s: ok (%s, %s, %s%s)"
              .formatted(
                  file,
                  count(config.listeners().size(), "listener"),
                  count(config.pools().size(), "pool"),
                  count(servers, "server"),
                  discovering == 0
                      ? ""
                      : " and what " + count(discovering, "pool") + " will find"));
      return CommandLines.GOOD;
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
  }

  private static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
