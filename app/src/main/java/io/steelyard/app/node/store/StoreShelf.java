package io.steelyard.app.node.store;

import io.steelyard.control.revision.Shelf;
import io.steelyard.store.Layout;
import io.steelyard.store.tree.KeyStore;
import java.io.IOException;
import java.util.SortedMap;

/**
 * The keys of a store below {@code revisions/}.
 *
 * @param silent whether nothing can be written there: it is left out then
 */
record StoreShelf(KeyStore store, boolean silent) implements Shelf {
  /** Others may write the same one in between. */
  private static final int TRIES_MAX = 8;

  @Override
  public SortedMap<String, String> all() throws IOException, InterruptedException {
    return Layout.below(store.read(), Layout.REVISIONS);
  }

  @Override
  public boolean add(String name, String text) throws IOException, InterruptedException {
    return silent || store.write(key(name), text, 0);
  }

  @Override
  public void replace(String name, String text) throws IOException, InterruptedException {
    for (int tried = 0; !silent && tried < TRIES_MAX; tried++) {
      if (store.write(key(name), text, store.read().version(key(name)))) {
        return;
      }
    }
  }

  @Override
  public void remove(String name) throws IOException, InterruptedException {
    long version = store.read().version(key(name));
    if (!silent && version != 0) {
      store.remove(key(name), version);
    }
  }

  private static String key(String name) {
    return Layout.REVISIONS + name;
  }
}
