package io.steelyard.store.zookeeper;

import io.steelyard.store.FaultContract;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.testkit.ZooKeeper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's ZooKeeper, one member. */
final class ZooKeeperStoreTest extends FaultContract {
  @TempDir private Path dir;
  private ZooKeeper zookeeper;

  @Override
  protected void begin() throws Exception {
    zookeeper = ZooKeeper.start(dir, 1);
  }

  @Override
  protected void end() {
    zookeeper.close();
  }

  @Override
  protected KeyStore open(String prefix) {
    return ZooKeeperStore.of(
        new ZooKeeperOptions(
            zookeeper.addresses(),
            prefix,
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(2)));
  }

  @Override
  protected void writeRaw(String fullKey, byte[] value) throws Exception {
    try (Raw raw = Raw.at(zookeeper.endpoints())) {
      raw.put(fullKey, value);
    }
  }

  @Override
  protected void kill() {
    zookeeper.kill(0);
  }

  @Override
  protected void restart() throws Exception {
    zookeeper.restart(0);
  }

  @Override
  protected void restartEmpty() throws Exception {
    zookeeper.restartEmpty();
  }

  @Override
  protected void freeze() throws Exception {
    zookeeper.signal(0, "STOP");
  }

  @Override
  protected void thaw() throws Exception {
    zookeeper.signal(0, "CONT");
  }
}
