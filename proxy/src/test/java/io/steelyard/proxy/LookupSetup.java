package io.steelyard.proxy;

import io.steelyard.core.balance.Algorithm;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A balancer that asks {@link #others} for sessions that it does not know. */
abstract class LookupSetup extends ProxyTest {
  /** Longer than any test takes: the answer decides. */
  static final Duration LONG = Duration.ofMinutes(1);

  static final Duration SHORT = Duration.ofMillis(50);

  final OtherNodes others = new OtherNodes();

  /** What servers have done. */
  final List<String> served = Collections.synchronizedList(new ArrayList<>());

  SessionFeed feed;

  /** What begins anew begins at s0. */
  @BeforeEach
  final void first() {
    setup.balance = Algorithm.FIRST;
  }

  /** Starts the balancer, which waits that long for an answer. */
  final void startAsking(Duration deadline) throws IOException {
    start();
    feed = proxy.shareSessions(1, others, deadline);
  }

  final double lookups(String result) {
    return metric("steelyard_session_lookups", "result", result);
  }

  final int underWay() {
    return OtherNodes.underWay(proxy);
  }
}
