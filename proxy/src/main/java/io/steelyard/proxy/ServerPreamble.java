package io.steelyard.proxy;

import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.wire.proxyprotocol.ProxyHeader;

/** How a connection to a server begins when the server is to know the client. Loop thread only. */
final class ServerPreamble {
  private ServerPreamble() {}

  /**
   * Sends it.
   *
   * @param more whether something else follows at once
   * @return false when there is no buffer for it
   */
  static boolean send(
      ProxyLoop ctx, Connection server, ProxyProtocol version, ProxyHeader whom, boolean more) {
    Buffer b = ctx.loop().takeBuffer();
    if (b == null) {
      return false;
    }
    byte[] bytes = version == ProxyProtocol.V1 ? whom.version1() : whom.version2();
    server.send(Buffers.fill(b, bytes, bytes.length), more);
    return true;
  }
}
