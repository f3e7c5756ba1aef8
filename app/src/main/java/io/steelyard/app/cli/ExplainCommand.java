package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code steelyard explain}. */
final class ExplainCommand implements Command {
  private static final Option HEADER =
      new Option("--header", "'K: V'", "A header field of the request; as often as needed.");
  private static final Option FROM =
      new Option("--from", "IP", "The client's address (127.0.0.1).");
  private static final Option METHOD = new Option("--method", "WORD", "The method (GET).");
  private static final Option LISTENER =
      new Option("--listener", "NAME", "Where it comes in, if its URL's port does not say it.");

  @Override
  public Usage usage() {
    return new Usage(
        "explain",
        "[--header 'K: V'] [--from IP] URL",
        "Say where a request would go now, and why; nothing is sent.",
        1,
        AdminOptions.with(HEADER, FROM, METHOD, LISTENER, AdminClient.JSON),
        """
        The running node is asked: its routes, sessions, servers and balancers answer, as
        they would if the request came now. A URL of a port that no listener has stands for
        the only listener that takes its scheme. tcp://HOST:PORT asks for a connection.

        Examples:
          steelyard explain http://127.0.0.1:8080/
          steelyard explain --from 192.0.2.7 http://shop.example/cart
          steelyard explain --header 'Cookie: srv=...' https://shop.example/
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("explain", arguments);
    Optional<String> url = arguments.positional(0);
    if (url.isEmpty()) {
      throw new UsageException("a URL, such as http://127.0.0.1:8080/, is missing");
    }
    StringBuilder path = new StringBuilder("/v1/explain?url=" + AdminClient.segment(url.get()));
    for (Option option : List.of(FROM, METHOD, LISTENER)) {
      arguments.one(option.name()).ifPresent(value -> append(path, option, value));
    }
    arguments.all(HEADER.name()).forEach(field -> append(path, HEADER, field));
    String answer = admin.read(path.toString());
    out.print(
        arguments.has(AdminClient.JSON.name())
            ? answer
            : admin.understood(answer, ExplainCommand::steps));
    return CommandLines.GOOD;
  }

  /** Parameters are called as options are. */
  private static void append(StringBuilder path, Option option, String value) {
    path.append('&').append(option.name().substring(2)).append('=');
    path.append(AdminClient.segment(value));
  }

  private static String steps(Map<?, ?> answer) {
    StringBuilder out = new StringBuilder();
    for (Object step : (List<?>) answer.get("steps")) {
      out.append(step).append('\n');
    }
    return out.toString();
  }
}
