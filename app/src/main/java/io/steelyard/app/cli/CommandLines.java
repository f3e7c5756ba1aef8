package io.steelyard.app.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Puts the command line together and runs what it names. */
public final class CommandLines {
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("version", VersionCommand::new);
  }

  private CommandLines() {}

  /**
   * @return the exit code: 0 good, 1 refused or failed, 2 wrong usage
   */
  public static int execute(String... args) {
    CommandLine line = new CommandLine(new RootCommand());
    Supplier<Object> named = args.length > 0 ? COMMANDS.get(args[0]) : null;
    if (named != null) {
      // Only the one that is asked for: describing all of them costs start-up time.
      line.addSubcommand(args[0], named.get());
    } else {
      COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
    line.setUsageHelpWidth(100);
    line.setExecutionExceptionHandler(CommandLines::failed);
    line.setParameterExceptionHandler(CommandLines::misused);
    return line.execute(args);
  }

  private static int failed(Exception cause, CommandLine line, ParseResult parsed)
      throws Exception {
    if (cause instanceof Refused) {
      line.getErr().println(cause.getMessage());
      return ExitCode.SOFTWARE;
    }
    throw cause;
  }

  private static int misused(ParameterException misuse, String[] args) {
    CommandLine line = misuse.getCommandLine();
    line.getErr().println("steelyard: " + misuse.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(misuse, line.getErr())) {
      line.usage(line.getErr());
    }
    return ExitCode.USAGE;
  }
}
