package io.steelyard.control.link;

import io.steelyard.core.snapshot.ProxyProtocol;
import io.steelyard.wire.proxyprotocol.ProxyHeader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * One connection to a server for one short conversation. When its time is up it closes, which ends
 * whatever blocks on it; so does an interrupt. For one thread.
 */
public final class Link implements AutoCloseable {
  private static final int READ_BYTES = 4096;

  private final SocketAddress address;
  private final Duration allowed;
  private final SocketChannel channel;
  private final Deadline deadline;
  private final InputStream in;
  private final OutputStream out;
  private boolean connected;

  private Link(SocketAddress address, Duration allowed, SocketChannel channel) {
    this.address = address;
    this.allowed = allowed;
    this.channel = channel;
    this.in = new BufferedInputStream(Channels.newInputStream(channel), READ_BYTES);
    this.out = Channels.newOutputStream(channel);
    this.deadline = new Deadline(channel, allowed);
  }

  /**
   * Not connected yet; its time runs from now.
   *
   * @param address resolved
   * @param allowed for everything, from the connect on
   */
  public static Link to(SocketAddress address, Duration allowed) throws IOException {
    return new Link(address, allowed, open(address));
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  /**
   * Connects; before that there is nothing to read or write.
   *
   * @param announces in which form it is said first that nobody is forwarded
   */
  public void connect(ProxyProtocol announces) throws IOException {
    channel.connect(address);
    connected = true;
    switch (announces) {
      case NONE -> {}
      case V1 -> out.write(ProxyHeader.OWN.version1());
      case V2 -> out.write(ProxyHeader.OWN.version2());
    }
  }

  public InputStream in() {
    return in;
  }

  /** Unbuffered. */
  public OutputStream out() {
    return out;
  }

  /** The connection as a socket, for those that need one; not for Unix sockets. */
  public Socket socket() {
    return channel.socket();
  }

  /** Whether it is a Unix socket's. */
  public boolean isUnix() {
    return address instanceof UnixDomainSocketAddress;
  }

  /** What ended the conversation, in a few words: {@code connect refused}. */
  public String describe(Exception e) {
    String phase = connected ? "answer" : "connect";
    if (deadline.passed()) {
      return phase + " timed out after " + allowed.toMillis() + "ms";
    }
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    // No switch over patterns on the way of a start: the JDK spins a class for each, every time.
    if (e instanceof Disagreement) {
      return message;
    }
    if (e instanceof ConnectException && message.contains("refused")) {
      return phase + " refused";
    }
    return e instanceof NoRouteToHostException
        ? phase + " found no route"
        : phase + " failed: " + message;
  }

  @Override
  public void close() throws IOException {
    deadline.close();
    channel.close();
  }
}
