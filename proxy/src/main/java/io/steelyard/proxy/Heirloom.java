package io.steelyard.proxy;

import io.steelyard.net.ListenSocket;
import java.net.SocketAddress;

/** The sockets of one address, for another process to accept from as well. */
public final class Heirloom {
  private final SocketAddress address;
  private final ListenSocket socket;

  Heirloom(SocketAddress address, ListenSocket socket) {
    this.address = address;
    this.socket = socket;
  }

  /** As it was asked for. */
  public SocketAddress address() {
    return address;
  }

  /** Whether they are for datagrams. */
  public boolean datagrams() {
    return socket.datagrams();
  }

  /** Open here; the other process gets its own. */
  public int[] descriptors() {
    return socket.descriptors();
  }

  /** The other process has them, too: when this one stops, who waits there stays, for the other. */
  public void handedOver() {
    socket.handedOver();
  }

  /** The other process does not have them any more. */
  public void takenBack() {
    socket.takenBack();
  }
}
