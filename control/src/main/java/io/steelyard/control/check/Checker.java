package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.control.link.Link;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
    SocketAddress address = resolved(question.address());
    if (address instanceof InetSocketAddress inet && inet.isUnresolved()) {
      return Answer.failed("the name " + inet.getHostString() + " is not known");
    }
    try (Link link = Link.to(address, question.timeout())) {
      return converse(link, question);
    } catch (IOException e) {
      return Answer.failed("no socket: " + e.getMessage());
    }
  }

  private static Answer converse(Link link, Question question) {
    try {
      link.connect();
      return switch (question.check()) {
        case Check.Tcp() -> Answer.passed("connected");
        case Check.Tls tls -> TlsCheck.ask(link, tls, question.host());
        case Check.Http http -> HttpCheck.ask(link, http, question.host());
        case Check.Grpc grpc -> GrpcCheck.ask(link, grpc, question.host());
        case Check.Script script -> ScriptCheck.ask(link, script);
      };
    } catch (IOException e) {
      return Answer.failed(link.describe(e));
    }
  }

  private static SocketAddress resolved(SocketAddress address) {
    return address instanceof InetSocketAddress inet && inet.isUnresolved()
        ? new InetSocketAddress(inet.getHostString(), inet.getPort())
        : address;
  }
}
