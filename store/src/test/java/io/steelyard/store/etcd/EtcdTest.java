package io.steelyard.store.etcd;

import io.steelyard.testkit.Etcd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real etcd for each test, and a client of all of its members. */
abstract class EtcdTest {
  static final Duration SOON = Duration.ofSeconds(10);
  static final Duration A_MOMENT = Duration.ofMillis(50);

  private final int members;
  private final Duration timeout;

  @TempDir private Path dir;

  Etcd etcd;
  EtcdStore store;

  EtcdTest(int members, Duration timeout) {
    this.members = members;
    this.timeout = timeout;
  }

  @BeforeEach
  final void start() throws Exception {
    etcd = Etcd.start(dir, members);
    store = store("/steelyard/");
  }

  @AfterEach
  final void stop() {
    store.close();
    etcd.close();
  }

  /** A further client. */
  final EtcdStore store(String prefix) {
    return EtcdStore.of(new EtcdOptions(etcd.urls(), prefix, Optional.empty(), timeout));
  }
}
