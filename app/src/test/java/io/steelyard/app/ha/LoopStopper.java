package io.steelyard.app.ha;

import io.steelyard.testkit.netns.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes an event loop hang as a debugger does: jdb suspends that thread alone. The product knows
 * nothing of it, but that its Java was started with a port for debuggers.
 */
final class LoopStopper {
  private static final String PORT = "127.0.0.1:5005";
  private static final Duration END = Duration.ofSeconds(10);
  private static final Pattern LOOP = Pattern.compile("\\)(0x[0-9a-f]+|[0-9]+)\\s+loop-0");

  /** What a node needs in its Java options. */
  static final String JAVA_OPTION =
      "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,quiet=y,address=" + PORT;

  private LoopStopper() {}

  /** From the node's own host: the port is on its loopback. */
  static void stop(Round round, long ms) {
    String jdb = Path.of(System.getProperty("java.home"), "bin", "jdb").toString();
    Program debugger = round.owner().start(jdb, "-attach", PORT);
    debugger.awaitLine("Initializing jdb");
    debugger.say("threads");
    Matcher loop = LOOP.matcher(debugger.awaitLine("loop-0").text());
    if (!loop.find()) {
      throw new AssertionError("no event loop among the threads:\n" + debugger.output());
    }
    round.mark();
    for (String command : List.of("suspend", "resume")) {
      debugger.say(command + " " + loop.group(1));
      round.passMs(ms);
    }
    debugger.say("quit");
    debugger.awaitEnd(END);
  }
}
