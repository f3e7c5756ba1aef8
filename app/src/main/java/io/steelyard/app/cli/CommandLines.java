package io.steelyard.app.cli;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds the command that is named and runs it. Standard output carries answers, standard error
 * complaints.
 */
public final class CommandLines {
  /** Done. */
  public static final int GOOD = 0;

  /** The request was refused or failed. */
  public static final int FAILED = 1;

  /** Wrong usage. */
  public static final int MISUSED = 2;

  private static final Map<String, Supplier<Command>> COMMANDS = new LinkedHashMap<>();

  /** Parts of others; not for people to type. */
  private static final Set<String> HIDDEN = Set.of("demo-server", "train");

  static {
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("proxy", ProxyCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("check", CheckCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("pools", PoolsCommand::new);
    COMMANDS.put("sessions", SessionsCommand::new);
    COMMANDS.put("explain", ExplainCommand::new);
    COMMANDS.put("cluster", ClusterCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("config", ConfigCommand::new);
    COMMANDS.put("events", EventsCommand::new);
    COMMANDS.put("drain", () -> new WishCommand(WishCommand.DRAIN));
    COMMANDS.put("maintain", () -> new WishCommand(WishCommand.MAINTAIN));
    COMMANDS.put("serve", () -> new WishCommand(WishCommand.SERVE));
    COMMANDS.put("simulate", SimulateCommand::new);
    COMMANDS.put("version", VersionCommand::new);
    COMMANDS.put("demo-server", DemoServerCommand::new);
    COMMANDS.put("train", TrainCommand::new);
  }

  private final PrintStream out;
  private final PrintStream err;

  private CommandLines(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /**
   * Runs a command; returns when it is done.
   *
   * @return the exit code: 0 good, 1 refused or failed, 2 wrong usage
   */
  public static int execute(PrintStream out, PrintStream err, String... args) {
    return new CommandLines(out, err).execute(List.of(args));
  }

  private int execute(List<String> args) {
    if (args.isEmpty()) {
      err.print(overview());
      return MISUSED;
    }
    String name = args.getFirst();
    List<String> rest = args.subList(1, args.size());
    if (name.equals("--help") || name.equals("-h") || name.equals("help")) {
      return help(rest);
    }
    if (name.equals("--version") || name.equals("-V")) {
      return execute(List.of("version"));
    }
    Supplier<Command> command = COMMANDS.get(name);
    return command == null ? unknown(name) : run(command.get(), rest);
  }

  private int run(Command command, List<String> args) {
    int options = args.contains("--") ? args.indexOf("--") : args.size();
    List<String> before = args.subList(0, options);
    if (before.contains("--help") || before.contains("-h")) {
      out.print(command.usage().page());
      return GOOD;
    }
    try {
      return command.run(Arguments.parse(command.usage(), args), out);
    } catch (UsageException e) {
      err.println("steelyard " + command.usage().name() + ": " + e.getMessage());
      err.println("Usage: " + command.usage().line());
      return MISUSED;
    } catch (Refused e) {
      if (before.contains(AdminClient.JSON.name())) {
        out.print(e.json());
      } else {
        err.println(e.getMessage());
      }
      return FAILED;
    } catch (Exception e) {
      e.printStackTrace(err);
      return FAILED;
    }
  }

  private int help(List<String> about) {
    if (about.isEmpty()) {
      out.print(overview());
      return GOOD;
    }
    Supplier<Command> command = COMMANDS.get(about.getFirst());
    if (command == null) {
      return unknown(about.getFirst());
    }
    out.print(command.get().usage().page());
    return GOOD;
  }

  private int unknown(String name) {
    err.println(
        "steelyard: unknown command '" + name + "'" + Nearest.hint(name, COMMANDS.keySet()));
    err.println("steelyard --help lists the commands.");
    return MISUSED;
  }

  private static String overview() {
    StringBuilder page = new StringBuilder();
    page.append("Usage: steelyard COMMAND\n\n");
    page.append("A load balancer for HTTP/1.1, TCP and UDP.\n\nCommands:\n");
    COMMANDS.forEach((name, command) -> {
      if (!HIDDEN.contains(name)) {
        page.append("  %-9s %s%n".formatted(name, command.get().usage().summary()));
      }
    });
    return page.append(
            """

            Begin with one of these:
              steelyard demo                  see it balance over three small servers
              steelyard proxy --from :8080 --to 127.0.0.1:9001 --to 127.0.0.1:9002
              steelyard check site.yaml       find every mistake in a configuration
              steelyard run site.yaml         run it; kill -HUP reloads, kill drains
              steelyard status                ask the running node how it fares
              steelyard doctor                find what is still a single point of failure
              steelyard drain app/b --wait    take a server out without cutting anything off
              steelyard simulate --balance all    compare the algorithms, without any server

            Each command explains itself: steelyard run --help
            Exit codes: 0 good, 1 refused or failed, 2 wrong usage.
            """)
        .toString();
  }
}
