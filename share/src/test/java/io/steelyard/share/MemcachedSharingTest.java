package io.steelyard.share;

import io.steelyard.share.contract.Peer;
import io.steelyard.testkit.FreePorts;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

final class MemcachedSharingTest extends StoreSharingContract {
  @Override
  Peer start() throws Exception {
    return Peer.memcached(dir, FreePorts.any());
  }

  @Override
  String url(Peer at) {
    return "memcached://" + at.address();
  }

  @Override
  void flush(Peer at) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
      socket.getOutputStream().write("flush_all\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes("OK\r\n".length());
    }
  }
}
