package io.steelyard.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code steelyard status}. */
final class StatusCommand implements Command {
  static final Option ADMIN =
      new Option("--admin", "URL", "The node's admin API; default: http://127.0.0.1:7700.");

  private static final String DEFAULT_ADMIN = "http://127.0.0.1:7700";
  private static final int CONNECT_TIMEOUT_MS = 2_000;
  private static final int READ_TIMEOUT_MS = 10_000;

  /** More than any node has to say. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  @Override
  public Usage usage() {
    return new Usage(
        "status",
        "[--json] [--admin URL]",
        "Say how the running node and its servers fare.",
        0,
        List.of(Option.flag("--json", "Print the answer as it came, for machines."), ADMIN),
        """
        Examples:
          steelyard status
          steelyard status --json --admin http://127.0.0.1:7701
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out) throws UsageException, Refused {
    String admin = arguments.one(ADMIN.name()).orElse(DEFAULT_ADMIN);
    String answer = ask(admin);
    out.print(arguments.has("--json") ? answer : table(admin, answer));
    return CommandLines.GOOD;
  }

  private static String table(String admin, String answer) throws Refused {
    try {
      return StatusTable.of(answer);
    } catch (RuntimeException e) {
      // Anything may answer there: a web server's page, an empty document, other JSON.
      throw new Refused("steelyard status: what answers at " + admin + " is no Steelyard node");
    }
  }

  private static String ask(String admin) throws UsageException, Refused {
    HttpURLConnection connection = connection(admin);
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Refused("steelyard status: no answer from " + admin + ": " + e.getMessage());
    }
  }

  private static HttpURLConnection connection(String admin) throws UsageException, Refused {
    try {
      URI uri = URI.create(admin.endsWith("/") ? admin + "v1/status" : admin + "/v1/status");
      if (!(uri.toURL().openConnection() instanceof HttpURLConnection connection)) {
        throw new UsageException("--admin must be an http:// URL, not '" + admin + "'");
      }
      connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
      connection.setReadTimeout(READ_TIMEOUT_MS);
      return connection;
    } catch (IllegalArgumentException | IOException e) {
      throw new UsageException("--admin must be an http:// URL, not '" + admin + "'");
    }
  }
}
