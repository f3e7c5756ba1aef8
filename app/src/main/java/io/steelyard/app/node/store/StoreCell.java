package io.steelyard.app.node.store;

import io.steelyard.control.revision.Cell;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.Tree;
import java.io.IOException;

/** One key of a store. */
record StoreCell(KeyStore store, String key) implements Cell {
  @Override
  public Held read() throws IOException, InterruptedException {
    Tree tree = store.read();
    return new Held(tree.value(key).orElse(""), tree.version(key));
  }

  @Override
  public boolean write(String text, long version) throws IOException, InterruptedException {
    return store.write(key, text, version);
  }
}
