package io.steelyard.admin;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The admin API over TCP, with TLS or without. Each request runs on a virtual thread; everything it
 * takes is bounded.
 */
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 64;

  static {
    bound("sun.net.httpserver.maxReqTime", "10");
    // Longer than a stream of events lasts.
    bound("sun.net.httpserver.maxRspTime", "300");
    bound("sun.net.httpserver.maxReqHeaders", "64");
    bound("sun.net.httpserver.maxReqHeaderSize", "16384");
    bound("sun.net.httpserver.maxIdleConnections", "16");
    bound("jdk.httpserver.maxConnections", "128");
  }

  /** For answers that are being written when another process goes on in this one's place. */
  private static final int FAREWELL_S = 2;

  private final HttpServer server;

  /** Where it is to be reached. */
  private final InetSocketAddress address;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile Access access;
  private volatile boolean serving;

  private AdminServer(
      InetSocketAddress address, InetSocketAddress at, AdminHandler handler, Access access)
      throws IOException {
    this.access = access;
    this.server =
        access.encrypted()
            ? TlsServer.create(at, BACKLOG, () -> this.access.encryption().orElseThrow())
            : HttpServer.create(at, BACKLOG);
    this.address = at.equals(address) ? server.getAddress() : address;
    server.setExecutor(threads);
    server.createContext("/", exchange -> handler.handle(exchange, this.access::admit));
  }

  /**
   * Listens and serves until closed, for whoever is on this machine.
   *
   * @param address a loopback address; port 0 takes a free one
   * @throws IOException if the address cannot be bound, or is not a loopback address
   */
  public static AdminServer start(InetSocketAddress address, NodeView node) throws IOException {
    AdminServer admin = bind(address, new AdminHandler(node), Access.LOOPBACK);
    admin.serve();
    return admin;
  }

  /**
   * Listens; whoever connects waits until it serves.
   *
   * @param address port 0 takes a free one
   * @throws IOException if the address cannot be bound, or is not a loopback address although
   *     nothing is asked of those who reach it
   */
  public static AdminServer bind(InetSocketAddress address, AdminHandler handler, Access access)
      throws IOException {
    demandPermitted(address, access);
    return new AdminServer(address, address, handler, access);
  }

  /** Gets a socket to listen at in place of one's own. */
  @FunctionalInterface
  public interface Exchange {
    /**
     * From now on the socket of this process that is bound to an address is another one.
     *
     * @param placeholder a free port of the loopback address, which nobody knows
     */
    void at(InetSocketAddress placeholder) throws IOException;
  }

  /**
   * The same at a socket that another process has opened: the JDK's server cannot be given one, so
   * that its own is exchanged before it looks at it.
   *
   * @param address of that socket
   */
  public static AdminServer adopt(
      InetSocketAddress address, AdminHandler handler, Access access, Exchange exchange)
      throws IOException {
    demandPermitted(address, access);
    InetSocketAddress placeholder = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    AdminServer admin = new AdminServer(address, placeholder, handler, access);
    try {
      exchange.at(admin.server.getAddress());
      return admin;
    } catch (IOException e) {
      admin.close();
      throw e;
    }
  }

  private static void demandPermitted(InetSocketAddress address, Access access) throws IOException {
    if (address.isUnresolved()) {
      throw new IOException("there is no such address: " + address.getHostString());
    }
    if (!access.demandsWho() && !address.getAddress().isLoopbackAddress()) {
      throw new IOException(
          "without a token the admin address must be a loopback address, not " + address);
    }
  }

  /**
   * Asks something else of requests from now on; connections stay.
   *
   * @param next encrypted as the one before
   */
  public void admit(Access next) {
    if (next.encrypted() != access.encrypted()) {
      throw new IllegalArgumentException("TLS begins and ends with the socket");
    }
    access = next;
  }

  /** What is asked of requests. */
  public Access access() {
    return access;
  }

  /** Answers from now on; to be called once. */
  public void serve() {
    serving = true;
    server.start();
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Ends soon: another process answers at the same socket, and nobody new comes here any more. Who
   * has come is answered, for three seconds at most; returns at once.
   */
  public void retire() {
    Thread.ofVirtual()
        .name("admin farewell")
        .start(() -> {
          LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
          server.stop(FAREWELL_S);
          threads.shutdownNow();
        });
  }

  /** Stops at once. */
  @Override
  public void close() {
    if (!serving) {
      // Or the JDK's server keeps the socket: its selector lets go of it only while it runs.
      server.start();
    }
    server.stop(0);
    threads.shutdownNow();
  }

  private static void bound(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
