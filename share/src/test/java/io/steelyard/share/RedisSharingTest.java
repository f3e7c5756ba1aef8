package io.steelyard.share;

import io.steelyard.share.contract.Peer;
import io.steelyard.testkit.FreePorts;

final class RedisSharingTest extends StoreSharingContract {
  @Override
  Peer start() throws Exception {
    return Peer.redis(dir, FreePorts.any());
  }

  @Override
  String url(Peer at) {
    return "redis://" + at.address();
  }

  @Override
  void flush(Peer at) throws Exception {
    at.cli("flushall");
  }
}
