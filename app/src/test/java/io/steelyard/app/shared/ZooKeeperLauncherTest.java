package io.steelyard.app.shared;

import io.steelyard.config.FromConfig;
import io.steelyard.testkit.ZooKeeper;
import java.io.IOException;
import java.nio.file.Path;

/** A node whose listeners and pools stand in a real ZooKeeper. */
final class ZooKeeperLauncherTest extends SharedNode {
  private ZooKeeper zookeeper;

  ZooKeeperLauncherTest() {
    super(FromConfig.Kind.ZOOKEEPER);
  }

  @Override
  String begin(Path storeDir) throws IOException {
    zookeeper = ZooKeeper.start(storeDir, 1);
    return zookeeper.endpoints();
  }

  @Override
  void end() {
    zookeeper.close();
  }

  @Override
  void kill() {
    zookeeper.kill(0);
  }

  @Override
  void restart() throws Exception {
    zookeeper.restart(0);
  }

  @Override
  void restartEmpty() throws Exception {
    zookeeper.restartEmpty();
  }

  @Override
  void signal(String name) throws Exception {
    zookeeper.signal(0, name);
  }
}
