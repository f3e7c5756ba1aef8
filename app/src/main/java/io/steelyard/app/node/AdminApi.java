package io.steelyard.app.node;

import io.steelyard.admin.Access;
import io.steelyard.admin.AdminHandler;
import io.steelyard.admin.AdminServer;
import io.steelyard.admin.AuditLog;
import io.steelyard.admin.NodeView;
import io.steelyard.admin.UnixServer;
import io.steelyard.app.node.takeover.Heir;
import io.steelyard.config.AdminConfig;
import io.steelyard.control.AdminSocket;
import io.steelyard.net.Descriptors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The admin API where and as the configuration wants it. It is opened only when the first
 * configuration is served, so as not to hold that up, and moves with later ones.
 */
final class AdminApi implements AdminSocket, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private final NodeView node;
  private AdminHandler handler;
  private AdminConfig config;
  private volatile AdminServer server;
  private volatile Optional<UnixServer> socket = Optional.empty();

  /** What another process has, that this one takes over from; null: none. */
  private Heir heir;

  AdminApi(NodeView node) {
    this.node = node;
  }

  /** Takes over what another process has opened; before the first configuration. */
  void inherit(Heir from) {
    heir = from;
  }

  /** Opens it for the first time. */
  void start(AdminConfig first) throws IOException {
    handler = new AdminHandler(node);
    Optional<AuditLog> log = auditLog(first);
    AdminServer next = first((InetSocketAddress) first.address().resolve(), Access.of(first));
    try {
      serve(firstSocket(first));
    } catch (IOException e) {
      next.close();
      throw e;
    }
    handler.auditTo(log);
    config = first;
    serve(next);
  }

  private AdminServer first(InetSocketAddress address, Access access) throws IOException {
    Optional<Integer> received = heir == null ? Optional.empty() : heir.takeAdmin(address);
    return received.isEmpty()
        ? bind(address, access)
        : AdminServer.adopt(
            address,
            handler,
            access,
            placeholder -> Descriptors.replace(own(placeholder), received.get()));
  }

  private static int own(InetSocketAddress address) throws IOException {
    return Descriptors.listening(address)
        .orElseThrow(() -> new IOException("the admin API's socket is not found"));
  }

  /** Nobody is in the way but the process that is taken over from. */
  private Optional<UnixServer> firstSocket(AdminConfig first) throws IOException {
    return heir != null && first.socket().isPresent()
        ? Optional.of(UnixServer.replace(Path.of(first.socket().get().path()), handler))
        : bind(first);
  }

  /** The descriptor of the socket that it listens at over TCP, by its address. */
  Map<SocketAddress, Integer> sockets() {
    AdminServer now = server;
    try {
      return now == null ? Map.of() : Map.of(now.address(), own(now.address()));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the admin API is not handed over: {0}", e.getMessage());
      return Map.of();
    }
  }

  /** Another process answers at the same addresses. */
  void retire() {
    AdminServer former = server;
    if (former != null) {
      server = null;
      try {
        // Or a client that is accepted in the moment in which it stops would get no answer.
        Descriptors.deafen(own(former.address()));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "somebody may find the admin API closed: {0}", e.getMessage());
      }
      former.retire();
    }
  }

  InetSocketAddress address() {
    return server.address();
  }

  @Override
  public Move open(AdminConfig next, InetSocketAddress address) throws IOException {
    if (server == null) {
      // It is opened after the first configuration, but what is wrong is found before clients are
      // served.
      if (heir == null || !heir.hasAdmin(address)) {
        probe(address);
      }
      if (heir == null && next.socket().isPresent()) {
        UnixServer.demandFree(Path.of(next.socket().get().path()));
      }
      if (next.auditLog().isPresent()) {
        AuditLog.open(next.auditLog().get());
      }
      return Move.NOWHERE;
    }
    if (next.equals(config) && server.address().equals(address)) {
      return Move.NOWHERE;
    }
    Access access = Access.of(next);
    Optional<AuditLog> log = auditLog(next);
    Move tcp = server(address, access);
    try {
      Move unix = socket(next);
      return move(next, log, tcp, unix);
    } catch (IOException e) {
      tcp.undo();
      throw e;
    }
  }

  private Move move(AdminConfig next, Optional<AuditLog> log, Move tcp, Move unix) {
    return new Move() {
      @Override
      public void make() {
        config = next;
        handler.auditTo(log);
        tcp.make();
        unix.make();
      }

      @Override
      public void undo() {
        unix.undo();
        tcp.undo();
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

  private static Optional<AuditLog> auditLog(AdminConfig config) throws IOException {
    return config.auditLog().isPresent()
        ? Optional.of(AuditLog.open(config.auditLog().get()))
        : Optional.empty();
  }

  /** The same socket that asks for something else, or another one. */
  private Move server(InetSocketAddress address, Access access) throws IOException {
    AdminServer former = server;
    boolean stays = former.address().equals(address);
    if (stays && former.access().encrypted() == access.encrypted()) {
      return onMake(() -> {
        former.admit(access);
        tell(former);
      });
    }
    if (former.address().getPort() == address.getPort()) {
      // They could not both be bound.
      return onMake(() -> replace(former, address, access));
    }
    AdminServer next = bind(address, access);
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

  private static Move onMake(Runnable make) {
    return new Move() {
      @Override
      public void make() {
        make.run();
      }

      @Override
      public void undo() {}
    };
  }

  /** The one after the other at the same port; if that cannot be, the former once more. */
  private void replace(AdminServer former, InetSocketAddress address, Access access) {
    InetSocketAddress before = former.address();
    former.close();
    try {
      serve(bind(address, access));
    } catch (IOException e) {
      LOG.log(Level.ERROR, "the admin API stays as it was: {0}", e.getMessage());
      try {
        serve(bind(before, former.access()));
      } catch (IOException again) {
        LOG.log(Level.ERROR, "the admin API is gone: {0}", again.getMessage());
      }
    }
  }

  private Move socket(AdminConfig next) throws IOException {
    if (next.socket().equals(config.socket())) {
      return Move.NOWHERE;
    }
    Optional<UnixServer> former = socket;
    Optional<UnixServer> bound = bind(next);
    return new Move() {
      @Override
      public void make() {
        serve(bound);
        former.ifPresent(UnixServer::close);
      }

      @Override
      public void undo() {
        bound.ifPresent(UnixServer::close);
      }
    };
  }

  private Optional<UnixServer> bind(AdminConfig next) throws IOException {
    return next.socket().isPresent()
        ? Optional.of(UnixServer.bind(Path.of(next.socket().get().path()), handler))
        : Optional.empty();
  }

  private void serve(Optional<UnixServer> next) {
    socket = next;
    if (next.isPresent()) {
      next.get().serve();
      LOG.log(Level.INFO, "admin API on unix:{0}", next.get().path());
    }
  }

  private AdminServer bind(InetSocketAddress address, Access access) throws IOException {
    try {
      return AdminServer.bind(address, handler, access);
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
    tell(next);
  }

  private static void tell(AdminServer served) {
    String scheme = served.access().encrypted() ? "https" : "http";
    LOG.log(Level.INFO, "admin API on {0}:/{1}", scheme, served.address());
    if (!served.access().encrypted() && !served.address().getAddress().isLoopbackAddress()) {
      LOG.log(
          Level.WARNING,
          "the token of the admin API passes the network unencrypted: give admin 'tls'");
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
    if (socket.isPresent()) {
      socket.get().close();
    }
  }
}
