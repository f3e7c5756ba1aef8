package io.steelyard.app.cli;

import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FileContent;
import io.steelyard.config.OwnConfig;
import io.steelyard.wire.json.JsonWriter;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code steelyard check}. */
final class CheckCommand implements Command {
  private static final Option JSON =
      Option.flag("--json", "Print one object of JSON, also for what is refused.");

  @Override
  public Usage usage() {
    return new Usage(
        "check",
        "FILE [--json]",
        "Find every mistake in a configuration.",
        1,
        List.of(JSON),
        """
        Prints one line for each mistake, with file, line and column, and exits 1; or says
        what the file configures and exits 0. Nothing is started.

        Examples:
          steelyard check site.yaml && kill -HUP PID
          steelyard check site.yaml --json | jq .errors
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out) throws UsageException, Refused {
    String file = arguments.positional(0).orElseThrow(() -> new UsageException("which FILE?"));
    boolean json = arguments.has(JSON.name());
    try {
      Map<String, Object> found = found(file);
      out.println(json ? JsonWriter.text(found) : line(file, found));
      return CommandLines.GOOD;
    } catch (ConfigException e) {
      if (!json) {
        throw Setup.refused(e);
      }
      out.println(JsonWriter.text(refused(file, e)));
      return CommandLines.FAILED;
    }
  }

  private static Map<String, Object> found(String file) throws ConfigException, Refused {
    Path path = Setup.file(file);
    byte[] content = FileContent.readOnce(path);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("file", file);
    found.put("ok", true);
    if (ConfigParser.own(path.toString(), content).isPresent()) {
      OwnConfig own = ConfigParser.checkOwn(path.toString(), content);
      found.put("from", own.from().toString());
      return found;
    }
    Config config = Setup.affordable(path, ConfigParser.parse(path.toString(), content));
    found.put("listeners", config.listeners().size());
    found.put("pools", config.pools().size());
    found.put("servers", config.pools().stream().mapToInt(p -> p.servers().size()).sum());
    long discovering = config.pools().stream().filter(p -> p.discover().isPresent()).count();
    if (discovering > 0) {
      found.put("discovering_pools", (int) discovering);
    }
    return found;
  }

  private static String line(String file, Map<String, Object> found) {
    return found.containsKey("from")
        ? "%s: ok (listeners and pools come from %s)".formatted(file, found.get("from"))
        : "%s: ok (%s, %s, %s%s)"
            .formatted(
                file,
                count(found, "listener"),
                count(found, "pool"),
                count(found, "server"),
                discovering(found));
  }

  private static String discovering(Map<String, Object> found) {
    Object pools = found.get("discovering_pools");
    if (pools == null) {
      return "";
    }
    return " and what " + pools + (pools.equals(1) ? " pool" : " pools") + " will find";
  }

  private static String count(Map<String, Object> found, String thing) {
    Object number = found.get(thing + "s");
    return number + " " + thing + (number.equals(1) ? "" : "s");
  }

  private static Map<String, Object> refused(String file, ConfigException e) {
    Map<String, Object> refused = new LinkedHashMap<>();
    refused.put("file", file);
    refused.put("ok", false);
    refused.put("errors", e.errors().stream().map(CheckCommand::error).toList());
    return refused;
  }

  private static Map<String, Object> error(ConfigError e) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("file", e.file());
    error.put("line", e.line());
    error.put("column", e.column());
    error.put("message", e.message());
    return error;
  }
}
