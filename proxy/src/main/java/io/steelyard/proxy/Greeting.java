package io.steelyard.proxy;

import io.steelyard.net.Buffer;
import io.steelyard.net.Connection;
import io.steelyard.net.tls.TlsConnection;
import io.steelyard.net.tls.TlsServer;

/** A client that has to greet first: the handshake of TLS. Loop thread only. */
final class Greeting extends Opening {
  private final ClientIdentity who;
  private final TlsConnection tls;
  private boolean counted;

  /** Begins to speak TLS on the connection. */
  Greeting(
      ProxyLoop ctx,
      LoopListener listener,
      Connection connection,
      TlsServer server,
      ClientIdentity who) {
    super(ctx, listener, connection);
    this.who = who;
    this.tls = server.accept(ctx.tlsMemory(), connection, this);
  }

  /** Takes what comes from below. */
  TlsConnection tls() {
    return tls;
  }

  @Override
  public void connected() {
    done();
    listener.greeted(this, tls, who);
  }

  @Override
  public void received(Buffer bytes) {
    throw new IllegalStateException("bytes before the greeting");
  }

  @Override
  public void failed(int errno) {
    countRefused();
    super.failed(errno);
  }

  /** Not only the connection below: the handshake holds memory of its own. */
  @Override
  void abort() {
    tls.abort();
  }

  @Override
  void countRefused() {
    if (!counted) {
      counted = true;
      listener.countGreetingRefused();
    }
  }
}
