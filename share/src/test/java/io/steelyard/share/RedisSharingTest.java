package io.steelyard.share;

import io.steelyard.share.contract.Peer;

final class RedisSharingTest extends StoreSharingContract {
  @Override
  Peer start() throws Exception {
    return Peer.redis(dir, Peer.freePort());
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
