package io.steelyard.share;

import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;

final class RedisSharingTest extends StoreSharingContract {
  @Override
  RealServer start() throws Exception {
    return RealServer.redis(dir, FreePorts.any());
  }

  @Override
  String url(RealServer at) {
    return "redis://" + at.address();
  }

  @Override
  void flush(RealServer at) throws Exception {
    at.cli("flushall");
  }
}
