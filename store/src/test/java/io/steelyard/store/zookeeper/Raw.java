package io.steelyard.store.zookeeper;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/** What others do to a ZooKeeper: the plain client. */
final class Raw implements AutoCloseable {
  /** The client looks for a null in it, which lists that allow none do not bear. */
  private static final List<ACL> OPEN =
      Collections.singletonList(new ACL(ZooDefs.Perms.ALL, new Id("world", "anyone")));

  private final ZooKeeper client;

  private Raw(ZooKeeper client) {
    this.client = client;
  }

  static Raw at(String members) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    Watcher watcher =
        event -> {
          if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            connected.countDown();
          }
        };
    ZooKeeper client = new ZooKeeper(members, (int) Duration.ofSeconds(10).toMillis(), watcher);
    if (!connected.await(20, TimeUnit.SECONDS)) {
      client.close();
      throw new AssertionError("no session at " + members);
    }
    return new Raw(client);
  }

  /** What nobody but its owner may read. */
  boolean isHidden(String path) throws Exception {
    try {
      client.getData(path, false, null);
      return false;
    } catch (KeeperException.NoAuthException e) {
      return true;
    }
  }

  void remove(String path) throws Exception {
    client.delete(path, -1);
  }

  /** With all parents. */
  void put(String path, byte[] value) throws Exception {
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      create(path.substring(0, slash), new byte[0]);
    }
    if (!create(path, value)) {
      client.setData(path, value, -1);
    }
  }

  /** Names with numbers behind them, many at once. */
  void putMany(String path, int count) throws Exception {
    put(path + 0, new byte[] {'x'});
    for (int i = 1; i < count; i += 1000) {
      List<Op> some = new ArrayList<>();
      for (int j = i; j < Math.min(count, i + 1000); j++) {
        some.add(Op.create(path + j, new byte[] {'x'}, OPEN, CreateMode.PERSISTENT));
      }
      client.multi(some);
    }
  }

  private boolean create(String path, byte[] value) throws Exception {
    try {
      client.create(path, value, OPEN, CreateMode.PERSISTENT);
      return true;
    } catch (KeeperException.NodeExistsException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
