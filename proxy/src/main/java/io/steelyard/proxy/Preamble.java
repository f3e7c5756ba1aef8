package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.wire.proxyprotocol.ProxyRead.Header;
import io.steelyard.wire.proxyprotocol.ProxyRead.Malformed;
import io.steelyard.wire.proxyprotocol.ProxyRead.Partial;
import io.steelyard.wire.proxyprotocol.ProxyReader;
import java.util.Arrays;

/**
 * A connection from a proxy that has to say first whom it forwards (PROXY protocol). Loop thread
 * only.
 */
final class Preamble extends Opening {
  /** Most headers are shorter than this. */
  private static final int BYTES_FIRST = 128;

  private byte[] bytes = new byte[BYTES_FIRST];
  private int size;

  Preamble(ProxyLoop ctx, LoopListener listener, Connection connection) {
    super(ctx, listener, connection);
  }

  @Override
  public void received(Buffer b) {
    int before = size;
    take(b);
    switch (ProxyReader.read(bytes, size)) {
      case Partial() -> b.release();
      case Malformed(_) -> {
        b.release();
        refuse();
      }
      case Header(var header, int length) -> {
        done();
        b.skip(length - before);
        listener.begins(this, connection, header, b);
      }
    }
  }

  private void take(Buffer b) {
    int more = Math.min(b.size(), ProxyReader.BYTES_MAX - size);
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.min(ProxyReader.BYTES_MAX, 2 * (size + more)));
    }
    b.copyTo(b.from(), bytes, size, more);
    size += more;
  }

  @Override
  void countRefused() {
    listener.countPreambleRefused();
  }
}
