package io.steelyard.app.cli;

import io.steelyard.app.demo.DemoServer;
import io.steelyard.app.node.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code steelyard demo-server}: one of the servers of the demo, a process of its own. */
final class DemoServerCommand implements Command {
  @Override
  public Usage usage() {
    return new Usage(
        "demo-server",
        "--port PORT --name NAME",
        "Run one small web server, as the demo has three of.",
        0,
        List.of(
            new Option("--port", "PORT", "Where to listen on 127.0.0.1."),
            new Option("--name", "NAME", "How it calls itself in its answers."),
            Option.flag("--child", "End with the process that holds standard input.")),
        "");
  }

  @Override
  public int run(Arguments arguments, PrintStream out)
      throws UsageException, Refused, InterruptedException {
    int port =
        arguments
            .number("--port", 1, 65535)
            .orElseThrow(() -> new UsageException("--port is needed"));
    String name = arguments.one("--name").orElse("demo");
    try (DemoServer server = DemoServer.start(name, port)) {
      out.println("demo server " + name + " on 127.0.0.1:" + server.port());
      if (arguments.has("--child")) {
        untilParentEnds();
      } else {
        new CountDownLatch(1).await();
      }
    } catch (IOException e) {
      throw new Refused("steelyard demo-server: 127.0.0.1:" + port + ": " + e.getMessage());
    }
    return CommandLines.GOOD;
  }

  private static void untilParentEnds() throws IOException {
    // Ctrl-C reaches the whole group; the parent drains first and then ends us.
    Signals.ignoreInterrupt();
    while (System.in.read() >= 0) {
      // Nothing is ever written there.
    }
  }
}
