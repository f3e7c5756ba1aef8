package io.steelyard.app.cli;

import java.io.PrintStream;

/** {@code steelyard pools}. */
final class PoolsCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "pools",
        "[POOL] [--json] [--admin URL]",
        "Show the pools of the running node, or one of them.",
        1,
        AdminOptions.with(AdminClient.JSON),
        """
        For each server: HEALTH is what its checks say (up, down, unknown before the first,
        unchecked without any); STATE is why it takes no new requests, or that it does:
          serves       takes its share
          slow start   takes less than its share at first, as PART says
          drain        by the operator's wish, or (agent) by its own: keeps what it has
          maintenance  the same, and keeps nothing
          ejected      its traffic failed: it gets none for a while
          held         is up, but has flipped too often: has to stay up for a while first
          backup       beside those: gets something only while no other server is usable

        Examples:
          steelyard pools
          steelyard pools app --json
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    AdminClient admin = AdminClient.of("pools", arguments);
    String path =
        arguments.positional(0).map(p -> "/v1/pools/" + AdminClient.segment(p)).orElse("/v1/pools");
    String answer = admin.read(path);
    out.print(
        arguments.has(AdminClient.JSON.name()) ? answer : admin.understood(answer, PoolTable::of));
    return CommandLines.GOOD;
  }
}
