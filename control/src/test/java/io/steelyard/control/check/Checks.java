package io.steelyard.control.check;

import io.steelyard.config.HealthConfig.Check;
import io.steelyard.core.snapshot.ProxyProtocol;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;

/** Short ways to check once. */
final class Checks {
  static final Duration LONG = Duration.ofSeconds(10);

  private Checks() {}

  static CheckResult check(SocketAddress address, Check check) {
    return check(address, check, LONG);
  }

  static CheckResult check(SocketAddress address, Check check, Duration timeout) {
    return new Checker(InstantSource.system())
        .check(new Question(check, address, "the-host:1", timeout, ProxyProtocol.NONE));
  }
}
