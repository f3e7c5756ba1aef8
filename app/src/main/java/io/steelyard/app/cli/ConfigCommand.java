package io.steelyard.app.cli;

import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.FileContent;
import io.steelyard.wire.json.JsonWriter;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code steelyard config}. */
final class ConfigCommand implements Command {
  private static final Option FORCE =
      Option.flag(
          "--force", "Also if it is empty or takes more than half of a pool's servers away.");
  private static final Option WAIT =
      Option.flag("--wait", "Return when every node serves it, or say who refused it and why.");
  private static final Option TIMEOUT =
      new Option("--timeout", "DURATION", "How long --wait waits, as 30s or 5m; default: 60s.");
  private static final Option CANARY =
      new Option(
          "--canary",
          "NODES",
          "Let some nodes try it first, not all: a number, a share as 25%, or names as lb1,lb2.");
  private static final Option FOR =
      new Option("--for", "DURATION", "How long they try it; default: 60s.");
  private static final Option OVERWRITE =
      Option.flag("--overwrite", "Also if somebody else has changed it since FILE was got.");

  /** Precondition Failed (RFC 9110 section 15.5.13). */
  private static final int CHANGED = 412;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
  private static final String USAGE =
      "get [REV] | put FILE | diff FILE|REV [REV] | history |" + " rollback REV | abort";

  @Override
  public Usage usage() {
    return new Usage(
        "config",
        "get|put|diff|history|rollback|abort ...",
        "Read, change and take back the configuration of the running nodes.",
        3,
        AdminOptions.with(FORCE, WAIT, TIMEOUT, CANARY, FOR, OVERWRITE, AdminClient.JSON),
        """
        get [REV]            print the document, or a former one; passwords are masked. Its first
                             line says which one it is: put takes that for what it replaces
        put FILE             make FILE the document, if it has no mistakes; - is standard input
        diff FILE            say what FILE would change; nothing is changed
        diff REV [REV]       say what changed from a revision to another, or to what is there now
        history              list the last 50 revisions: when, who, and what came of them
        rollback REV         make a former document the document again
        abort                have nodes that try something go back

        Where nodes share their configuration (from: etcd://...), the document is the shared
        one and all nodes follow it; otherwise it is the node's own file. A document with
        mistakes is refused with every one of them, and nothing has changed. What somebody
        else has changed since FILE was got is not overwritten, unless with --overwrite.

        With --canary some nodes serve it first. If requests fail or take longer there than
        with the others, or a node refuses it, all go back, and history says why.

        Examples:
          steelyard config get > site.yaml
          steelyard config diff site.yaml
          steelyard config put site.yaml --wait
          steelyard config put site.yaml --canary 1 --for 60s --wait
          steelyard config history
          steelyard config rollback 12 --wait
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String action = arguments.positional(0).orElseThrow(() -> new UsageException(USAGE));
    AdminClient admin = AdminClient.of("config", arguments);
    return switch (action) {
      case "get" -> get(admin, arguments, out);
      case "put" -> put(admin, arguments, out);
      case "diff" -> diff(admin, arguments, out);
      case "history" -> history(admin, arguments, out);
      case "rollback" -> rollback(admin, arguments, out);
      case "abort" -> abort(admin, arguments, out);
      default ->
          throw new UsageException(
              "unknown action '"
                  + action
                  + "'"
                  + Nearest.hint(
                      action, List.of("get", "put", "diff", "history", "rollback", "abort")));
    };
  }

  private static boolean json(Arguments arguments) {
    return arguments.has(AdminClient.JSON.name());
  }

  private static int get(AdminClient admin, Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String path =
        arguments.positional(1).isPresent()
            ? "/v1/config/revisions/" + revision(arguments, 1)
            : "/v1/config";
    if (arguments.positional(1).isPresent()) {
      out.print(admin.text(path));
      return CommandLines.GOOD;
    }
    String answer = admin.read(path);
    out.print(json(arguments) ? answer : admin.understood(answer, Seen::marked));
    return CommandLines.GOOD;
  }

  private static String revision(Arguments arguments, int position) throws UsageException {
    String revision =
        arguments
            .positional(position)
            .orElseThrow(() -> new UsageException("which REV? 'config history' lists them"));
    if (!NUMBER.matcher(revision).matches()) {
      throw new UsageException("a revision is a number, not '" + revision + "'");
    }
    return revision;
  }

  private static int put(AdminClient admin, Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    Seen given = Seen.of(document(arguments));
    String match =
        given.digest().isPresent() && !arguments.has(OVERWRITE.name())
            ? '"' + given.digest().get() + '"'
            : '"' + digest(admin, admin.read("/v1/config")) + '"';
    StringBuilder query = new StringBuilder("?force=" + arguments.has(FORCE.name()));
    if (arguments.one(CANARY.name()).isPresent()) {
      query.append("&canary=").append(encoded(arguments.one(CANARY.name()).get()));
      query.append("&for=").append(encoded(arguments.one(FOR.name()).orElse("60s")));
    } else if (arguments.one(FOR.name()).isPresent()) {
      throw new UsageException("--for is for --canary");
    }
    String answer = put(admin, arguments, query.toString(), given, match);
    return written(admin, arguments, out, answer);
  }

  /** Gives a document to the node; mistakes are told with the file that it stands in. */
  private static String put(
      AdminClient admin, Arguments arguments, String query, Seen given, String match)
      throws Refused, InterruptedException {
    try {
      return admin.put("/v1/config" + query, given.document(), match);
    } catch (Refused e) {
      if (e.status() == CHANGED) {
        throw e.with(
            "Get it again with 'steelyard config get' and make the change there, or give"
                + " --overwrite, which takes the place of whatever stands there.");
      }
      String source =
          admin.understood(admin.read("/v1/config"), now -> String.valueOf(now.get("source")));
      String file = arguments.positional(1).orElse("-");
      int linesBefore = given.digest().isPresent() ? 1 : 0;
      throw e.in(text -> Places.inFile(text, source, file, linesBefore));
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String digest(AdminClient admin, String answer) throws Refused {
    return admin.understood(answer, written -> (String) written.get("digest"));
  }

  private static String document(Arguments arguments) throws UsageException, Refused {
    String file = arguments.positional(1).orElseThrow(() -> new UsageException("which FILE?"));
    try {
      Path path = file.equals("-") ? Path.of("/dev/stdin") : Path.of(file);
      return ConfigParser.text(file, FileContent.readOnce(path));
    } catch (ConfigException e) {
      throw Setup.refused(e);
    }
  }

  /** What became of writing; with --wait, what all nodes made of it. */
  private static int written(AdminClient admin, Arguments arguments, PrintStream out, String answer)
      throws UsageException, Refused, InterruptedException {
    if (!json(arguments)) {
      out.print(admin.understood(answer, ConfigTable::written));
      out.flush();
    }
    if (arguments.has(WAIT.name())) {
      Duration patience = Durations.of(TIMEOUT.name(), arguments.one(TIMEOUT.name()), "60s");
      Duration trial = Durations.of(FOR.name(), arguments.one(FOR.name()), "60s");
      long tried = admin.understood(answer, ConfigCommand::tried);
      Duration all = tried > 0 ? patience.plus(trial) : patience;
      long revision = admin.understood(answer, ConfigCommand::revision);
      Convergence nodes = new Convergence(admin, json(arguments) ? null : out, all, revision);
      try {
        nodes.await(digest(admin, answer), tried);
      } catch (Refused e) {
        // It is written all the same: programs are told as what.
        throw new Refused(e.getMessage(), admin.understood(answer, written -> written));
      }
    } else if (arguments.one(TIMEOUT.name()).isPresent()) {
      throw new UsageException("--timeout is for --wait");
    }
    if (json(arguments)) {
      out.print(answer);
    }
    return CommandLines.GOOD;
  }

  /** Its number; 0 when nothing was written. */
  private static long revision(Map<?, ?> answer) {
    return answer.get("revision") == null ? 0 : ((Number) answer.get("revision")).longValue();
  }

  /** The revision that some nodes try; 0 when all follow it at once. */
  private static long tried(Map<?, ?> answer) {
    return "tried".equals(answer.get("result")) ? ((Number) answer.get("revision")).longValue() : 0;
  }

  private static int diff(AdminClient admin, Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String first =
        arguments.positional(1).orElseThrow(() -> new UsageException("which FILE or REV?"));
    String answer;
    if (NUMBER.matcher(first).matches() && !Files.exists(Path.of(first))) {
      String to = arguments.positional(2).isPresent() ? "&to=" + revision(arguments, 2) : "";
      answer = admin.read("/v1/config/diff?from=" + first + to);
    } else {
      String force = "&force=" + arguments.has(FORCE.name());
      Seen given = Seen.of(document(arguments));
      answer = put(admin, arguments, "?dry-run=true" + force, given, "");
    }
    out.print(json(arguments) ? answer : admin.understood(answer, ConfigTable::changes));
    return CommandLines.GOOD;
  }

  private static int history(AdminClient admin, Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String answer = admin.read("/v1/config/revisions");
    out.print(json(arguments) ? answer : admin.understood(answer, ConfigTable::history));
    return CommandLines.GOOD;
  }

  private static int rollback(AdminClient admin, Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String order =
        JsonWriter.text(
            Map.of(
                "revision",
                Long.parseLong(revision(arguments, 1)),
                "force",
                arguments.has(FORCE.name())));
    String match = '"' + digest(admin, admin.read("/v1/config")) + '"';
    return written(admin, arguments, out, admin.post("/v1/config/rollback", order, match));
  }

  private static int abort(AdminClient admin, Arguments arguments, PrintStream out)
      throws Refused, InterruptedException {
    String answer = admin.delete("/v1/config/canary");
    out.print(json(arguments) ? answer : "the nodes that tried it go back\n");
    return CommandLines.GOOD;
  }
}
