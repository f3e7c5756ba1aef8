package io.steelyard.control;

import io.steelyard.config.AdminConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** Stands at port 7700 at first and writes down where it is moved; can fail to open. */
final class FakeAdminSocket implements AdminSocket {
  volatile boolean fails;
  private final List<String> calls;
  private int now = 7700;

  FakeAdminSocket(List<String> calls) {
    this.calls = calls;
  }

  @Override
  public Move open(AdminConfig config, InetSocketAddress address) throws IOException {
    if (fails) {
      throw new IOException("admin address taken");
    }
    int port = address.getPort();
    if (port == now) {
      return Move.NOWHERE;
    }
    calls.add("open admin " + port);
    return new Move() {
      @Override
      public void make() {
        now = port;
        calls.add("move admin " + port);
      }

      @Override
      public void undo() {
        calls.add("undo admin " + port);
      }
    };
  }
}
