package io.steelyard.app.node;

import io.steelyard.admin.AdminServer;
import io.steelyard.admin.NodeView;
import io.steelyard.config.Address;
import io.steelyard.control.AdminSocket;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * The admin server where the configuration wants it. It is opened only when the first configuration
 * is served, so as not to hold that up, and moves with later ones.
 */
final class AdminApi implements AdminSocket, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private final NodeView node;
  private volatile AdminServer server;

  AdminApi(NodeView node) {
    this.node = node;
  }

  /** Opens it for the first time. */
  void start(Address.Tcp address) throws IOException {
    serve(bind((InetSocketAddress) address.resolve()));
  }

  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public Move open(InetSocketAddress address) throws IOException {
    AdminServer former = server;
    if (former == null) {
      // It is opened after the first configuration, but found to be taken before clients are
      // served.
      probe(address);
      return Move.NOWHERE;
    }
    if (former.address().equals(address)) {
      return Move.NOWHERE;
    }
    AdminServer next = bind(address);
    return new Move() {
      @Override
      public void make() {
        serve(next);
        former.close();
      }

      @Override
      public void undo() {
        next.close();
      }
    };
  }

  private static void probe(InetSocketAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    } catch (IOException e) {
      throw unavailable(address, e);
    }
  }

  private AdminServer bind(InetSocketAddress address) throws IOException {
    try {
      return AdminServer.bind(address, node);
    } catch (IOException e) {
      throw unavailable(address, e);
    }
  }

  private static IOException unavailable(InetSocketAddress address, IOException e) {
    String at = address.getHostString() + ":" + address.getPort();
    return new IOException("admin address " + at + ": " + e.getMessage(), e);
  }

  private void serve(AdminServer next) {
    next.serve();
    server = next;
    LOG.log(Level.INFO, "admin API on http:/{0}", next.address());
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
