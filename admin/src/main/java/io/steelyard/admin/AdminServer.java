package io.steelyard.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/**
 * The admin API over TCP, with TLS or without. Each connection is on a virtual thread; everything
 * it takes is bounded.
 */
public final class AdminServer implements AutoCloseable {
  private static final int BACKLOG = 64;

  /** Connections at a time. */
  private static final int CONNECTIONS_MAX = 192;

  /** Of one address: all the requests and streams that there may be. */
  private static final int ADDRESS_MAX = 48;

  /** For those on this machine, who look after the process. */
  private static final int LOOPBACK_KEPT = 16;

  /** A network of IPv6, all of which one machine may have, has so many bytes of an address. */
  private static final int NETWORK_BYTES = 8;

  /** For answers that are being written when another process goes on in this one's place. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  private final PlainServer server;

  /** Where it is to be reached. */
  private final InetSocketAddress address;

  /** Where its own socket was bound. */
  private final InetSocketAddress bound;

  private volatile Access access;

  private AdminServer(
      InetSocketAddress address,
      InetSocketAddress at,
      AdminHandler handler,
      Access access,
      PlainServer.Limits limits)
      throws IOException {
    this.access = access;
    ServerSocketChannel listening = listen(at);
    this.bound = (InetSocketAddress) listening.getLocalAddress();
    this.address = at.equals(address) ? bound : address;
    Places places = new Places(CONNECTIONS_MAX, ADDRESS_MAX, LOOPBACK_KEPT);
    this.server = new PlainServer(listening, new Door(), handler, limits, places);
  }

  /** An address of IPv4 is one of IPv4 alone. */
  private static ServerSocketChannel listen(InetSocketAddress at) throws IOException {
    ServerSocketChannel listening =
        at.getAddress() instanceof Inet4Address
            ? ServerSocketChannel.open(StandardProtocolFamily.INET)
            : ServerSocketChannel.open();
    try {
      return listening.bind(at, BACKLOG);
    } catch (IOException e) {
      listening.close();
      throw e;
    }
  }

  /** Who comes is who comes from an address; a connection is encrypted as is configured then. */
  private final class Door implements Peer.Door {
    @Override
    public Places.Origin origin(SocketChannel channel) throws IOException {
      InetAddress from = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
      byte[] bytes = from.getAddress();
      Object key = from instanceof Inet4Address ? from : ByteBuffer.wrap(bytes, 0, NETWORK_BYTES);
      return new Places.Origin(key, from.isLoopbackAddress());
    }

    @Override
    public Peer open(SocketChannel channel) throws IOException {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Optional<Encryption> encryption = access.encryption();
      return encryption.isPresent()
          ? encrypted(channel, encryption.get())
          : peer(
              channel,
              Channels.newInputStream(channel),
              Channels.newOutputStream(channel),
              channel::shutdownOutput,
              Optional.empty());
    }

    private Peer encrypted(SocketChannel channel, Encryption encryption) throws IOException {
      SSLSocket tls = encryption.over(channel.socket());
      tls.startHandshake();
      return peer(
          channel,
          tls.getInputStream(),
          tls.getOutputStream(),
          () -> {
            tls.shutdownOutput();
            channel.shutdownOutput();
          },
          Optional.of(tls.getSession()));
    }

    private Peer peer(
        SocketChannel channel,
        InputStream in,
        OutputStream out,
        Peer.HalfClose end,
        Optional<SSLSession> tls)
        throws IOException {
      Peer.Ends ends =
          new Peer.Ends(
              (InetSocketAddress) channel.getRemoteAddress(),
              (InetSocketAddress) channel.getLocalAddress());
      return new Peer(
          new RewindInput(in),
          out,
          end,
          exchange -> access.admit(exchange),
          Optional.of(ends),
          tls,
          true);
    }
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
    return bind(address, handler, access, PlainServer.Limits.DEFAULT);
  }

  static AdminServer bind(
      InetSocketAddress address, AdminHandler handler, Access access, PlainServer.Limits limits)
      throws IOException {
    demandPermitted(address, access);
    return new AdminServer(address, address, handler, access, limits);
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
   * The same at a socket that another process has opened: a channel of the JDK cannot be made of
   * one, so that its own is exchanged before it looks at it.
   *
   * @param address of that socket
   */
  public static AdminServer adopt(
      InetSocketAddress address, AdminHandler handler, Access access, Exchange exchange)
      throws IOException {
    demandPermitted(address, access);
    InetSocketAddress placeholder = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    AdminServer admin =
        new AdminServer(address, placeholder, handler, access, PlainServer.Limits.DEFAULT);
    try {
      exchange.at(admin.bound);
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

  /** How many connections there are. */
  int busy() {
    return server.busy();
  }

  /** Answers from now on; to be called once. */
  public void serve() {
    server.serve();
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
          try (server) {
            Thread.sleep(Duration.ofSeconds(1));
            server.finish(FAREWELL);
          } catch (InterruptedException | IOException e) {
            // It ends all the same.
          }
        });
  }

  /** Stops at once. */
  @Override
  public void close() {
    server.close();
  }
}
