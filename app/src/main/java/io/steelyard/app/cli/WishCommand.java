package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code steelyard drain}, {@code maintain} and {@code serve}: what the operator wants of a server.
 */
final class WishCommand implements Command {
  private static final Option WAIT =
      Option.flag(
          "--wait", "Return only when nothing is in flight to it, and no session left, any more.");
  private static final Option TIMEOUT =
      new Option("--timeout", "DURATION", "How long --wait waits, as 30s or 5m; default: 60s.");

  static final Kind DRAIN =
      new Kind(
          "drain",
          "drain",
          "Let a server finish: it keeps its sessions and takes no new ones.",
          """
          The wish holds through reloads, until another takes its place or the server is
          removed from the configuration; a restart of the node forgets it, unless nodes share
          (state: {share: ...}).

          --wait ends when nothing is in flight and, where sessions are remembered, none is
          left; what clients carry in a cookie nobody can count. After --timeout it gives up:
          steelyard maintain moves the rest.

          Examples:
            steelyard drain app/b
            steelyard drain app/b --wait --timeout 5m && ssh b reboot
            steelyard serve app/b
          """);
  static final Kind MAINTAIN =
      new Kind(
          "maintain",
          "maintenance",
          "Take a server out: it takes nothing, sessions that are bound to it move.",
          """
          Requests that are in flight finish. When the server is put back to work by
          steelyard serve, ejections and hold-downs are forgiven, and it starts slowly.

          Examples:
            steelyard maintain app/b --wait
            steelyard serve app/b
          """);
  static final Kind SERVE =
      new Kind(
          "serve",
          "serve",
          "Put a server back to work.",
          """
          It takes requests once its checks pass, at first fewer if its pool starts slowly.

          Example:
            steelyard serve app/b
          """);

  private static final long LOOK_EVERY_MS = 200;

  private final Kind kind;

  WishCommand(Kind kind) {
    this.kind = kind;
  }

  /** One of the three. */
  record Kind(String command, String wish, String summary, String more) {
    boolean endsUse() {
      return !wish.equals("serve");
    }
  }

  @Override
  public Usage usage() {
    String options = kind.endsUse() ? "[--wait [--timeout 60s]] [--json]" : "[--json]";
    return new Usage(
        kind.command(),
        "POOL/SERVER " + options + " [--admin URL]",
        kind.summary(),
        1,
        kind.endsUse()
            ? List.of(WAIT, TIMEOUT, AdminClient.JSON, AdminClient.ADMIN)
            : List.of(AdminClient.JSON, AdminClient.ADMIN),
        kind.more());
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String name =
        arguments.positional(0).orElseThrow(() -> new UsageException("which POOL/SERVER?"));
    AdminClient admin = AdminClient.of(kind.command(), arguments);
    long timeoutMs = timeoutMs(arguments);
    String path = path(name);
    boolean json = arguments.has(AdminClient.JSON.name());
    String answer = admin.change(path, "{\"wish\":\"" + kind.wish() + "\"}");
    if (!json) {
      String stands = admin.understood(answer, server -> line(name, server));
      out.println(stands);
    }
    if (arguments.has(WAIT.name())) {
      answer = await(admin, name, timeoutMs, json ? null : out);
    }
    if (json) {
      out.print(answer);
    }
    return CommandLines.GOOD;
  }

  private String line(String name, Map<?, ?> server) {
    return "%s: %s, %s in flight".formatted(name, PoolTable.state(server), server.get("in_flight"));
  }

  /** Names of servers may hold slashes, names of pools do not. */
  private static String path(String name) throws UsageException {
    int slash = name.indexOf('/');
    if (slash <= 0 || slash == name.length() - 1) {
      throw new UsageException("a server is named POOL/SERVER, as app/b, not '" + name + "'");
    }
    return "/v1/pools/"
        + AdminClient.segment(name.substring(0, slash))
        + "/servers/"
        + AdminClient.segment(name.substring(slash + 1));
  }

  private static long timeoutMs(Arguments arguments) throws UsageException {
    Optional<String> given = arguments.one(TIMEOUT.name());
    if (given.isPresent() && !arguments.has(WAIT.name())) {
      throw new UsageException("--timeout is for --wait");
    }
    return Durations.of(TIMEOUT.name(), given, "60s").toMillis();
  }

  /**
   * Says how much is left whenever that changes; the last answer. A server that drains keeps the
   * sessions that are remembered: they are waited for as well.
   */
  private String await(AdminClient admin, String name, long timeoutMs, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String path = path(name);
    String sessionsPath = "/v1/sessions?list=0" + SessionsCommand.query(name);
    long startNs = System.nanoTime();
    String shown = "";
    while (true) {
      String answer = admin.read(path);
      long inFlight = admin.understood(answer, s -> ((Number) s.get("in_flight")).longValue());
      long sessions =
          kind.wish().equals("drain")
              ? admin.understood(admin.read(sessionsPath), WishCommand::sessions)
              : 0;
      if (inFlight == 0 && sessions == 0) {
        return answer;
      }
      String left = inFlight + " in flight" + (sessions == 0 ? "" : ", " + sessions + " sessions");
      if (out != null && !left.equals(shown)) {
        out.println(left);
        out.flush();
        shown = left;
      }
      if (System.nanoTime() - startNs > timeoutMs * 1_000_000) {
        String rest = sessions == 0 ? "" : "; steelyard maintain " + name + " moves the rest";
        throw new Refused(
            "steelyard %s: still %s after %d ms%s"
                .formatted(kind.command(), left, timeoutMs, rest));
      }
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private static long sessions(Map<?, ?> answer) {
    return ((Map<?, ?>) answer.get("pools"))
        .values().stream()
            .flatMap(servers -> ((Map<?, ?>) servers).values().stream())
            .mapToLong(count -> ((Number) count).longValue())
            .sum();
  }
}
