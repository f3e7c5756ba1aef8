package io.steelyard.store.consul;

import io.steelyard.config.ClientTls;
import io.steelyard.config.Secret;
import io.steelyard.testkit.consul.FakeConsul;
import io.steelyard.testkit.consul.FakeConsulOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** What tests with fakes of Consul in this process have in common. */
abstract class FakeConsulTest {
  static final Duration SOON = Duration.ofSeconds(10);
  static final Duration A_MOMENT = Duration.ofMillis(50);

  /** For an answer: a crowded machine shakes hands for a second. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  static final String PREFIX = "steelyard/";

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  final void closeAll() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  final FakeConsul fake(FakeConsulOptions options) throws Exception {
    FakeConsul fake = FakeConsul.start(options);
    open.add(fake);
    return fake;
  }

  final FakeConsul fake() throws Exception {
    return fake(FakeConsulOptions.DEFAULT);
  }

  /** A client of some agents, with or without a token. */
  final ConsulStore client(String token, List<X509Certificate> ca, String... agents) {
    ConsulStore store =
        ConsulStore.of(
            new ConsulOptions(
                List.of(agents),
                PREFIX,
                token.isEmpty() ? Optional.empty() : Optional.of(Secret.of(token)),
                ClientTls.believing(ca),
                PATIENCE,
                Duration.ofSeconds(1)));
    open.add(store);
    return store;
  }

  final ConsulStore client(FakeConsul... agents) {
    String[] urls = new String[agents.length];
    for (int i = 0; i < agents.length; i++) {
      urls[i] = agents[i].url();
    }
    return client("", List.of(), urls);
  }
}
