package io.steelyard.app.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code steelyard events}. */
final class EventsCommand implements Command {
  private static final Option FOLLOW =
      Option.flag("--follow", "Go on with what happens from now on, until interrupted.");
  private static final String PATH = "/v1/events";
  private static final String DATA = "data:";
  private static final long RETRY_MS = 1_000;

  @Override
  public Usage usage() {
    return new Usage(
        "events",
        "[--follow] [--json] [--admin URL]",
        "Show what has happened on the running node: servers up and down, reloads, wishes.",
        0,
        AdminOptions.with(
            FOLLOW, Option.flag("--json", "Print each event as one line of JSON, for machines.")),
        """
        The node keeps the latest 1024 events in its memory.

        Examples:
          steelyard events
          steelyard events --follow --json | jq .text
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("events", arguments);
    boolean json = arguments.has("--json");
    long last = admin.understood(admin.read(PATH), answer -> printAll(out, answer, json));
    if (arguments.has(FOLLOW.name())) {
      follow(admin, out, json, last);
    }
    return CommandLines.GOOD;
  }

  /** Until the node is gone: a stream that ends is only the occasion to ask for the next. */
  private static void follow(AdminClient admin, PrintStream out, boolean json, long from)
      throws Refused, InterruptedException {
    long last = from;
    while (true) {
      last = followOne(admin, out, json, last);
      Thread.sleep(RETRY_MS);
    }
  }

  private static long followOne(AdminClient admin, PrintStream out, boolean json, long from)
      throws Refused, InterruptedException {
    long last = from;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(admin.stream(PATH, from), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(DATA)) {
          String event = line.substring(DATA.length()).strip();
          last = admin.understood(event, e -> print(out, e, json));
        }
      }
    } catch (IOException e) {
      // The node closed the stream, or is gone; the next attempt tells.
    }
    return last;
  }

  private static long printAll(PrintStream out, Map<?, ?> answer, boolean json) {
    long last = 0;
    for (Object event : (List<?>) answer.get("events")) {
      last = print(out, (Map<?, ?>) event, json);
    }
    return last;
  }

  /** Prints an event; answers its number. */
  private static long print(PrintStream out, Map<?, ?> event, boolean json) {
    out.println(
        json
            ? JsonLine.of(event)
            : "%s  %-15s  %s"
                .formatted(Times.of(event, "at", "-"), event.get("kind"), event.get("text")));
    out.flush();
    return ((Number) event.get("sequence")).longValue();
  }
}
