package io.steelyard.app.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code steelyard} without a command: wrong usage, answered with what there is. */
@Command(
    name = "steelyard",
    mixinStandardHelpOptions = true,
    versionProvider = Version.Provider.class,
    description = "A load balancer that is highly available by itself.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Begin with one of these:",
      "  steelyard demo                                  see it balance over three small servers",
      "  steelyard proxy --from :8080 --to 127.0.0.1:9001 --to 127.0.0.1:9002",
      "  steelyard check site.yaml                       find every mistake in a configuration",
      "  steelyard run site.yaml                         run it; kill -HUP reloads, kill drains",
      "  steelyard status                                ask the running node how it fares",
      "",
      "Each command explains itself: steelyard run --help",
      "Exit codes: 0 good, 1 refused or failed, 2 wrong usage."
    })
final class RootCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }
}
