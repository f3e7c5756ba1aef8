/** Where configurations are kept that several nodes share: the adapters to stores. */
module io.steelyard.store {
  requires transitive io.steelyard.config;
  requires io.steelyard.wire;
  requires java.net.http;

  exports io.steelyard.store;
  exports io.steelyard.store.tree;
}
