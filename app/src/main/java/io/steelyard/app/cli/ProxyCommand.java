package io.steelyard.app.cli;

import io.steelyard.app.node.Life;
import io.steelyard.app.node.Signals;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.QuickConfig;
import io.steelyard.proxy.ProxyOptions;
import java.io.PrintStream;
import java.util.List;

/** {@code steelyard proxy}. */
final class ProxyCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "proxy",
        "--from ADDRESS --to ADDRESS... [--balance NAME]",
        "Balance HTTP over some servers without a configuration file.",
        0,
        List.of(
            new Option("--from", "ADDRESS", "Where to listen: :8080, 127.0.0.1:8080, [::1]:8080."),
            new Option("--to", "ADDRESS", "A server; once for each. They are checked by TCP."),
            new Option(
                "--balance", "NAME", "round-robin (default), least-connections, ip-hash, ..."),
            Setup.THREADS,
            Setup.TRANSPORT),
        """
        The admin API is on 127.0.0.1:7700: steelyard status shows how it goes.

        Example:
          steelyard proxy --from :8080 --to 127.0.0.1:9001 --to 127.0.0.1:9002
        """);
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    String from = arguments.one("--from").orElseThrow(() -> new UsageException("--from is needed"));
    List<String> to = arguments.all("--to");
    if (to.isEmpty()) {
      throw new UsageException("--to is needed, once for each server");
    }
    ProxyOptions options = Setup.proxyOptions(arguments);
    Config config = config(from, to, arguments.one("--balance").orElse("round-robin"));
    Signals signals = Signals.install();
    Life.lead(Setup.serve(options, node -> node.apply(config)), signals);
    return CommandLines.GOOD;
  }

  private static Config config(String from, List<String> to, String balance) throws UsageException {
    try {
      return QuickConfig.of(from, to, balance);
    } catch (ConfigException e) {
      throw new UsageException(Setup.refused(e).getMessage());
    }
  }
}
