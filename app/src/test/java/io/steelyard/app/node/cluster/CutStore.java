package io.steelyard.app.node.cluster;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store that can be cut off: its answers do not arrive any more. */
final class CutStore implements KeyStore {
  private final KeyStore store;
  private final AtomicBoolean cut;

  /**
   * @param cut whether it is cut off
   */
  CutStore(KeyStore store, AtomicBoolean cut) {
    this.store = store;
    this.cut = cut;
  }

  private void arrive() throws StoreException {
    if (cut.get()) {
      throw new StoreException("cut off");
    }
  }

  @Override
  public Tree read() throws StoreException, InterruptedException {
    arrive();
    Tree tree = store.read();
    arrive();
    return tree;
  }

  @Override
  public Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    arrive();
    Tree tree = store.awaitNewer(known, atMost);
    arrive();
    return tree;
  }

  @Override
  public boolean write(String key, String value, long version)
      throws StoreException, InterruptedException {
    arrive();
    boolean done = store.write(key, value, version);
    arrive();
    return done;
  }

  @Override
  public boolean remove(String key, long version) throws StoreException, InterruptedException {
    arrive();
    return store.remove(key, version);
  }

  @Override
  public Lease lease(Duration ttl) throws StoreException, InterruptedException {
    return store.lease(ttl);
  }

  @Override
  public void close() {
    store.close();
  }
}
