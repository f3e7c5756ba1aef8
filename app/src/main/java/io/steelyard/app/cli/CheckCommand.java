package io.steelyard.app.cli;

import io.steelyard.app.node.store.SharedCheck;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.wire.json.JsonWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code steelyard check}. */
final class CheckCommand implements Command {
  private static final Option SHARED =
      Option.flag("--shared", "Also check what comes from the store that FILE names.");
  private static final Option JSON =
      Option.flag("--json", "Print one object of JSON, also for what is refused.");

  @Override
  public Usage usage() {
    return new Usage(
        "check",
        "FILE|FOLDER|URL [--shared] [--json]",
        "Find every mistake in a configuration.",
        1,
        List.of(SHARED, JSON),
        """
        Prints one line for each mistake, with file, line and column, and exits 1; or says
        what the file configures and exits 0. Nothing is started. Of a file with 'from' only
        what stands in it is checked, unless --shared is given; the URL of a store is asked.

        Examples:
          steelyard check site.yaml && kill -HUP PID
          steelyard check site.yaml --json | jq .errors
          steelyard check etcd://10.0.0.21:2379/steelyard
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String file = arguments.positional(0).orElseThrow(() -> new UsageException("which FILE?"));
    boolean json = arguments.has(JSON.name());
    try {
      Map<String, Object> found = found(file, arguments.has(SHARED.name()));
      out.print(json ? JsonWriter.text(found) + "\n" : lines(found));
      return CommandLines.GOOD;
    } catch (ConfigException e) {
      if (!json) {
        throw Setup.refused(e);
      }
      out.println(JsonWriter.text(refused(file, e)));
      return CommandLines.FAILED;
    } catch (IOException e) {
      throw new Refused(e.getMessage());
    }
  }

  private static Map<String, Object> found(String file, boolean shared)
      throws ConfigException, IOException, UsageException, Refused, InterruptedException {
    OwnSource source = OwnArgument.source(file);
    List<ConfigText> texts = source.readOnce();
    Optional<OwnConfig> own = ConfigParser.own(texts);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("file", source.toString());
    found.put("ok", true);
    if (own.isEmpty()) {
      count(found, Setup.affordable(source, ConfigParser.parse(texts).config()));
      return found;
    }
    OwnConfig whole = ConfigParser.checkOwn(texts);
    found.put("from", whole.from().toString());
    boolean urlAlone = source instanceof OwnSource.CommandLine;
    if (shared || urlAlone) {
      Composed composed = SharedCheck.read(texts, whole);
      found.put("file", urlAlone ? whole.from().toString() : source.toString());
      found.put("not_used", composed.strays());
      count(found, Setup.affordable(whole.from(), composed.config()));
    }
    return found;
  }

  private static void count(Map<String, Object> found, Config config) {
    found.put("listeners", config.listeners().size());
    found.put("pools", config.pools().size());
    found.put("servers", config.pools().stream().mapToInt(p -> p.servers().size()).sum());
    long discovering = config.pools().stream().filter(p -> p.discover().isPresent()).count();
    if (discovering > 0) {
      found.put("discovering_pools", (int) discovering);
    }
  }

  private static String lines(Map<String, Object> found) {
    StringBuilder lines = new StringBuilder();
    if (found.get("not_used") instanceof List<?> strays) {
      strays.forEach(stray -> lines.append(stray).append(": is not used\n"));
    }
    lines.append(found.get("file")).append(": ok (");
    lines.append(
        found.containsKey("pools")
            ? counts(found)
            : "listeners and pools come from %s, see --shared".formatted(found.get("from")));
    return lines.append(")\n").toString();
  }

  private static String counts(Map<String, Object> found) {
    return "%s, %s, %s%s"
        .formatted(
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
