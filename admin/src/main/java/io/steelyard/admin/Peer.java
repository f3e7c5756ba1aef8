package io.steelyard.admin;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/**
 * Who is at the other end of a connection, once it can be spoken with.
 *
 * @param in what it sends
 * @param end says that nothing more will be sent
 * @param persistent whether it may ask more than once
 */
record Peer(
    RewindInput in,
    OutputStream out,
    HalfClose end,
    Gate gate,
    Optional<Ends> ends,
    Optional<SSLSession> tls,
    boolean persistent) {

  /** Where a TCP connection begins and ends. */
  record Ends(InetSocketAddress remote, InetSocketAddress local) {}

  /** Ends one direction of a connection. */
  interface HalfClose {
    void close() throws IOException;
  }

  /** How a kind of socket is spoken with. */
  interface Door {
    /** Who shares a bound with whom. */
    Places.Origin origin(SocketChannel channel) throws IOException;

    /** Makes a connection ready to be asked over; blocks, until it is closed at the latest. */
    Peer open(SocketChannel channel) throws IOException;
  }
}
