package io.steelyard.control.probe;

import io.steelyard.config.HealthConfig.Check;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.InstantSource;

/** Checks a server once. Blocks for the target's time-out at most; interrupting ends it at once. */
final class Checker {
  private final InstantSource clock;

  Checker(InstantSource clock) {
    this.clock = clock;
  }

  /** Connects to the target and asks what its check asks; never throws for what a server does. */
  CheckResult check(Target target) {
    long startNs = System.nanoTime();
    Answer answer = attempt(target);
    Duration took = Duration.ofNanos(System.nanoTime() - startNs);
    return new CheckResult(answer.passed(), answer.text(), took, clock.instant());
  }

  private static Answer attempt(Target target) {
    try (SocketChannel channel = open(target.address());
        Deadline deadline = new Deadline(channel, target.timeout())) {
      return converse(channel, target, deadline);
    } catch (IOException e) {
      return Answer.failed("no socket: " + e.getMessage());
    }
  }

  private static Answer converse(SocketChannel channel, Target target, Deadline deadline) {
    boolean connected = false;
    try {
      channel.connect(target.address());
      connected = true;
      return switch (target.check()) {
        case Check.Tcp() -> Answer.passed("connected");
        case Check.Http http -> HttpCheck.ask(channel, http.path(), target.host());
        // Each of these has its own prober's part.
        case Check.Tls _, Check.Grpc _, Check.Script _ ->
            Answer.failed("is of a kind that is not known");
      };
    } catch (IOException e) {
      String phase = connected ? "answer" : "connect";
      return Answer.failed(
          deadline.passed()
              ? phase + " timed out after " + target.timeout().toMillis() + "ms"
              : phase + " " + reason(e));
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e) {
      case ConnectException _ when message.contains("refused") -> "refused";
      case NoRouteToHostException _ -> "found no route";
      default -> "failed: " + message;
    };
  }

  /** The verdict of one attempt. */
  record Answer(boolean passed, String text) {
    static Answer passed(String text) {
      return new Answer(true, text);
    }

    static Answer failed(String text) {
      return new Answer(false, text);
    }
  }
}
