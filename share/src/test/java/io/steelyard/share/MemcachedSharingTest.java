package io.steelyard.share;

import io.steelyard.testkit.FreePorts;
import io.steelyard.testkit.RealServer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

final class MemcachedSharingTest extends StoreSharingContract {
  @Override
  RealServer start() throws Exception {
    return RealServer.memcached(dir, FreePorts.any());
  }

  @Override
  String url(RealServer at) {
    return "memcached://" + at.address();
  }

  @Override
  void flush(RealServer at) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
      socket.getOutputStream().write("flush_all\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readNBytes("OK\r\n".length());
    }
  }
}
