package io.steelyard.vip;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipOptions;
import io.steelyard.vip.guard.Hold;
import io.steelyard.vip.link.Link;
import io.steelyard.vip.link.VrrpSocket;
import io.steelyard.vip.link.VrrpTransport;
import java.util.List;

/** A configured virtual router, on its link. */
final class Router {
  private final VipOptions options;
  private final VrrpSocket socket;
  private final VrrpTransport transport;
  private volatile boolean taken;

  Router(VipOptions options, VrrpSocket socket, VrrpTransport transport) {
    this.options = options;
    this.socket = socket;
    this.transport = transport;
  }

  VipOptions options() {
    return options;
  }

  Link link() {
    return socket.link();
  }

  VrrpSocket socket() {
    return socket;
  }

  List<VipAddress> addresses() {
    return options.addresses();
  }

  /** Whether this process has put its addresses on the link. */
  boolean taken() {
    return taken;
  }

  void taken(boolean now) {
    taken = now;
  }

  Hold hold() {
    return new Hold(
        options.id(),
        link().index(),
        Adverts.centiseconds(options.advertise()),
        socket.source(),
        transport,
        options.addresses());
  }
}
