package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code steelyard sessions}. */
final class SessionsCommand implements Command {
  private static final Option LIST =
      new Option("--list", "N", "List so many of the sessions as well.");
  private static final Option CLEAR =
      Option.flag("--clear", "Forget them: their next requests begin new sessions.");
  private static final int LIST_MAX = 10_000;

  @Override
  public Usage usage() {
    return new Usage(
        "sessions",
        "[POOL[/SERVER]] [--list N | --clear] [--json] [--admin URL]",
        "Show or clear what the running node remembers of sessions.",
        1,
        AdminOptions.with(LIST, CLEAR, AdminClient.JSON),
        """
        Pools with sticky: {learn: ...}, {source: true}, {header: ...} and {query: ...}
        remember sessions. Those with sticky: {cookie: NAME} have nothing to remember:
        their clients carry a signed cookie.

        Examples:
          steelyard sessions
          steelyard sessions app --list 20
          steelyard sessions app/b --clear
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("sessions", arguments);
    Optional<Integer> list = arguments.number(LIST.name(), 0, LIST_MAX);
    boolean clear = arguments.has(CLEAR.name());
    if (clear && list.isPresent()) {
      throw new UsageException("either --list or --clear");
    }
    String path = path(arguments.positional(0), list.orElse(0));
    String answer = clear ? admin.delete(path) : admin.read(path);
    if (arguments.has(AdminClient.JSON.name())) {
      out.print(answer);
    } else {
      out.print(
          admin.understood(answer, clear ? SessionsCommand::forgotten : SessionsCommand::table));
    }
    return CommandLines.GOOD;
  }

  private static String path(Optional<String> whose, int list) {
    StringBuilder path = new StringBuilder("/v1/sessions?list=" + list);
    whose.ifPresent(name -> path.append(query(name)));
    return path.toString();
  }

  /** Names of servers may hold slashes, names of pools do not. */
  static String query(String name) {
    int slash = name.indexOf('/');
    return slash < 0
        ? "&pool=" + AdminClient.segment(name)
        : "&pool="
            + AdminClient.segment(name.substring(0, slash))
            + "&server="
            + AdminClient.segment(name.substring(slash + 1));
  }

  private static String forgotten(Map<?, ?> answer) {
    return number(answer, "forgotten") + " sessions forgotten\n";
  }

  private static String table(Map<?, ?> answer) {
    StringBuilder out = new StringBuilder();
    out.append(number(answer, "sessions")).append(" of ").append(number(answer, "capacity"));
    out.append(" remembered, ").append(number(answer, "evicted")).append(" evicted, ");
    out.append(number(answer, "expired")).append(" expired\n");
    Map<?, ?> pools = (Map<?, ?>) answer.get("pools");
    if (pools.isEmpty()) {
      out.append("no pool that is asked for remembers sessions: ");
      out.append("what cookies say (sticky: {cookie: NAME}) is remembered nowhere\n");
    } else {
      Columns.append(out, counts(pools));
    }
    List<?> listed = (List<?>) answer.get("list");
    if (!listed.isEmpty()) {
      out.append('\n');
      Columns.append(out, rows(listed));
    }
    return out.toString();
  }

  private static List<List<String>> counts(Map<?, ?> pools) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("POOL", "SERVER", "SESSIONS"));
    pools.forEach((pool, servers) ->
        ((Map<?, ?>) servers)
            .forEach((server, count) ->
                rows.add(List.of(pool.toString(), server.toString(), count.toString()))));
    return rows;
  }

  private static List<List<String>> rows(List<?> listed) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("SESSION", "POOL", "SERVER", "IDLE"));
    for (Object one : listed) {
      Map<?, ?> session = (Map<?, ?>) one;
      Object server = session.get("server");
      rows.add(
          List.of(
              session.get("key").toString(),
              session.get("pool").toString(),
              server == null ? "-" : server.toString(),
              number(session, "idle_seconds") + "s"));
    }
    return rows;
  }

  private static long number(Map<?, ?> object, String key) {
    return ((Number) object.get(key)).longValue();
  }
}
