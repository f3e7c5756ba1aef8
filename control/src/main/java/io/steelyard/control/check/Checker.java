package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.Link;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/** Checks a server once. Blocks for the time-out at most; interrupting ends it at once. */
public final class Checker {
  private final InstantSource clock;

  /** {@code clock} gives the times that are shown. */
  public Checker(InstantSource clock) {
    this.clock = clock;
  }

  /** Connects and asks; never throws for what a server does. */
  public CheckResult check(Question question) {
    long startNs = System.nanoTime();
    Answer answer = attempt(question);
    Duration took = Duration.ofNanos(System.nanoTime() - startNs);
    return new CheckResult(answer.passed(), answer.text(), took, clock.instant());
  }

  private static Answer attempt(Question question) {
    if (question.check() instanceof Check.Udp udp) {
      return UdpCheck.ask(question.address(), udp, question.timeout());
    }
    try (Link link = Link.to(question.address(), question.timeout())) {
      return converse(link, question);
    } catch (IOException | RuntimeException e) {
      return Answer.failed("no socket: " + e);
    }
  }

  private static Answer converse(Link link, Question question) {
    try {
      link.connect(question.announces());
      return switch (question.check()) {
        case Check.Tcp() -> Answer.passed("connected");
        case Check.Tls tls -> TlsCheck.ask(link, tls, question.host());
        case Check.Http http -> HttpCheck.ask(link, http, question.host());
        case Check.Grpc grpc -> GrpcCheck.ask(link, grpc, question.host());
        case Check.Script script -> ScriptCheck.ask(link, script);
        case Check.Udp _ -> throw new IllegalStateException("it has no connection");
      };
    } catch (IOException | RuntimeException e) {
      // Also what no channel can connect to: a check never ends the thread that checks.
      return Answer.failed(link.describe(e));
    }
  }
}
