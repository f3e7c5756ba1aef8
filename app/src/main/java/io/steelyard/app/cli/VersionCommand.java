package io.steelyard.app.cli;

import io.steelyard.wire.json.JsonWriter;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code steelyard version}. */
final class VersionCommand implements Command {
  private static final Option JSON = Option.flag("--json", "Print one object of JSON.");

  @Override
  public Usage usage() {
    return new Usage(
        "version",
        "[--json]",
        "Say which version this is, and what it runs on.",
        0,
        List.of(JSON),
        "");
  }

  @Override
  public int run(Arguments arguments, PrintStream out) {
    String os = System.getProperty("os.name") + " " + System.getProperty("os.version");
    String arch = System.getProperty("os.arch");
    if (arguments.has(JSON.name())) {
      Map<String, Object> version = new LinkedHashMap<>();
      version.put("version", Version.current());
      version.put("java", Runtime.version());
      version.put("os", os);
      version.put("arch", arch);
      out.println(JsonWriter.text(version));
      return CommandLines.GOOD;
    }
    out.println("steelyard " + Version.current());
    out.println("java %s, %s %s".formatted(Runtime.version(), os, arch));
    return CommandLines.GOOD;
  }
}
