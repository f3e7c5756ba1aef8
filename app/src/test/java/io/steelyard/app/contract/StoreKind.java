package io.steelyard.app.contract;

import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.io.IOException;
import java.nio.file.Path;

/** What a store speaks that balancers share. */
enum StoreKind {
  REDIS,
  MEMCACHED;

  /** One that can be killed and comes back with nothing. */
  RealServer start(Path dir) throws IOException {
    int port = FreePorts.any();
    return switch (this) {
      case REDIS -> RealServer.redis(dir, port);
      case MEMCACHED -> RealServer.memcached(dir, port);
    };
  }
}
