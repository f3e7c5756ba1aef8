package io.steelyard.app.cli;

import java.io.PrintStream;

/** {@code steelyard status}. */
final class StatusCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "status",
        "[--json] [--admin URL]",
        "Say how the running node and its servers fare.",
        0,
        AdminOptions.with(AdminClient.JSON),
        """
        Examples:
          steelyard status
          steelyard status --json --admin http://127.0.0.1:7701
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("status", arguments);
    String answer = admin.read("/v1/status");
    out.print(
        arguments.has(AdminClient.JSON.name())
            ? answer
            : admin.understood(answer, StatusTable::of));
    return CommandLines.GOOD;
  }
}
