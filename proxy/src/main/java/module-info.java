/** The data plane: listeners, exchanges, tunnels, server connection pools. */
module io.steelyard.proxy {
  requires transitive io.steelyard.core;
  requires io.steelyard.net;
  requires io.steelyard.wire;

  exports io.steelyard.proxy;
}
