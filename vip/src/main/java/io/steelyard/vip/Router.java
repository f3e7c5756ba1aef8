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
  private volatile List<VipAddress> taken;

  /** What its last advert said. */
  private int priority;

  /**
   * @param taken what this process has put on the link under a former configuration
   */
  Router(VipOptions options, VrrpSocket socket, VrrpTransport transport, List<VipAddress> taken) {
    this.options = options;
    this.socket = socket;
    this.transport = transport;
    this.taken = taken;
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

  VrrpTransport transport() {
    return transport;
  }

  List<VipAddress> addresses() {
    return options.addresses();
  }

  /** What this process has put on the link: of a former configuration as well. */
  List<VipAddress> taken() {
    return taken;
  }

  boolean isTaken() {
    return !taken.isEmpty();
  }

  void taken(List<VipAddress> now) {
    taken = now;
  }

  /** An owner's advert is about to say so; returns whether that is news to a guard. */
  boolean says(int next) {
    boolean news = isTaken() && next != priority;
    priority = next;
    return news;
  }

  Hold hold() {
    return new Hold(
        options.id(),
        link().index(),
        Adverts.centiseconds(options.advertise()),
        priority,
        socket.source(),
        transport,
        options.addresses());
  }
}
