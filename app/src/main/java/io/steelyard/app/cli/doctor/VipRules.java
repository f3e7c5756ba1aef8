package io.steelyard.app.cli.doctor;

import static io.steelyard.app.cli.doctor.Finding.ok;
import static io.steelyard.app.cli.doctor.Finding.risk;
import static io.steelyard.app.cli.doctor.Finding.single;

import io.steelyard.app.cli.doctor.Facts.Live;
import io.steelyard.app.cli.doctor.Facts.Peer;
import io.steelyard.app.cli.doctor.Facts.Settings;
import io.steelyard.app.cli.doctor.Facts.Vip;
import io.steelyard.config.Address;
import io.steelyard.config.ListenerConfig;
import io.steelyard.config.QuorumMode;
import io.steelyard.config.VipConfig;
import io.steelyard.config.VipConfig.Announce;
import io.steelyard.core.address.IpText;
import io.steelyard.core.snapshot.TrustedProxies.Network;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether virtual addresses have an owner, one only, and somebody who would be the next. */
final class VipRules {
  private static final String VRRP = "nft add rule inet filter input ip protocol 112 accept";

  private VipRules() {}

  static String word(QuorumMode quorum) {
    return quorum.name().toLowerCase(Locale.ROOT);
  }

  /** Whether there are addresses that one node owns at a time. */
  static boolean exclusive(Facts facts) {
    return facts
        .live()
        .map(live -> live.vips().stream().anyMatch(vip -> !vip.everywhere()))
        .or(() -> facts.settings().map(VipRules::exclusive))
        .orElse(false);
  }

  private static boolean exclusive(Settings settings) {
    return settings.cluster().vips().stream().anyMatch(v -> v.announce() != Announce.NONE);
  }

  static void judge(Facts facts, List<Finding> out) {
    Optional<Boolean> any =
        facts
            .live()
            .map(live -> !live.vips().isEmpty())
            .or(() -> facts.settings().map(s -> !s.cluster().vips().isEmpty()));
    if (any.isPresent() && !any.get() && NodeRules.nodes(facts).orElse(1) > 1) {
      out.add(
          risk(
              "no-vip",
              "there is no virtual address",
              "clients that know one node's address do not find another one when it fails",
              "cluster: {vips: [{address: 10.0.0.100/24, interface: eth0, router-id: 51, prefer:"
                  + " [lb1, lb2]}]}, on all nodes; or know that DNS, a router or a cloud does it"));
    }
    facts.live().ifPresent(live -> live.vips().forEach(vip -> judge(live, vip, out)));
    facts.settings().ifPresent(settings -> listeners(settings, out));
  }

  private static void judge(Live live, Vip vip, List<Finding> out) {
    int before = out.size();
    owner(live, vip, out);
    if (!vip.everywhere()) {
      standby(live, vip, out);
    }
    strangers(vip, out);
    if (out.size() == before) {
      out.add(ok("vip", vip.text() + ": " + (vip.here() ? "owned here, " : "") + next(live, vip)));
    }
  }

  private static String next(Live live, Vip vip) {
    if (vip.everywhere()) {
      return "every ready node has it";
    }
    return vip.here()
        ? live.heard().stream()
                .filter(Peer::ready)
                .map(Peer::node)
                .collect(Collectors.joining(", "))
            + " ready to take over"
        : "owned by " + vip.owner() + ", this node is ready to take over";
  }

  private static void owner(Live live, Vip vip, List<Finding> out) {
    List<String> others = live.heard().stream().filter(p -> owns(p, vip)).map(Peer::node).toList();
    if (!vip.everywhere() && others.size() + (vip.here() ? 1 : 0) > 1) {
      out.add(
          single(
              "vip-two-owners",
              "%s is owned by %s"
                  .formatted(
                      vip.text(), String.join(", ", others) + (vip.here() ? " and this node" : "")),
              "nodes hear each other's beats but not their adverts: protocol 112 (VRRP) is dropped",
              VRRP + "; where multicast is not forwarded: unicast: [\"10.0.0.12\"]"));
    } else if (!vip.here() && vip.owner().isEmpty() && !vip.everywhere()) {
      out.add(
          single(
              "vip-no-owner",
              vip.text() + " has no owner that is heard",
              others.isEmpty()
                  ? "nobody answers at it"
                  : "node %s owns it, but its adverts do not arrive: is protocol 112 dropped?"
                      .formatted(others.getFirst()),
              others.isEmpty()
                  ? "steelyard cluster, on all nodes, says in WHY NOT what hinders each of them"
                  : VRRP));
    }
  }

  /** Names of links differ between machines, numbers of routers do not. */
  private static boolean owns(Peer peer, Vip vip) {
    return peer.owns().stream().anyMatch(name -> router(name).equals(router(vip.name())));
  }

  private static String router(String name) {
    return name.substring(name.indexOf('/') + 1);
  }

  private static void standby(Live live, Vip vip, List<Finding> out) {
    List<Peer> ready = live.heard().stream().filter(Peer::ready).toList();
    if (vip.here() && ready.isEmpty()) {
      out.add(
          single(
              "vip-no-standby",
              vip.text() + " is owned here, and no other node is ready",
              "when this node fails nobody takes it over",
              "start another node with the same cluster.vips; steelyard cluster shows its STATE"));
    } else if (!vip.here() && !vip.why().isEmpty()) {
      String what = "%s: this node could not take it over: %s".formatted(vip.text(), vip.why());
      boolean others = ready.stream().anyMatch(peer -> !owns(peer, vip));
      out.add(
          others
              ? risk("vip-hindered", what, "one fewer stands by", hindered(vip))
              : single("vip-hindered", what, "nobody else would, either", hindered(vip)));
    }
  }

  private static String hindered(Vip vip) {
    if (vip.why().contains("listeners")) {
      return "steelyard pools: servers of its listeners that take requests";
    }
    if (vip.why().contains("advertises nothing")) {
      return Troubles.mend(vip.why());
    }
    if (vip.why().contains("majority")) {
      return "start more than half of the nodes in cluster.peers, or: cluster: {quorum: none}";
    }
    if (vip.why().contains("store")) {
      return "let this node reach the store of 'from', and write below vips/ there";
    }
    if (vip.why().contains("ready")) {
      return "steelyard status says what it waits for: first checks, sessions of other nodes";
    }
    return vip.why().contains("link ") || vip.why().contains("script ")
        ? "mend what is tracked, or take it out of 'track'"
        : "steelyard events says since when, and why";
  }

  private static void strangers(Vip vip, List<Finding> out) {
    if (vip.secondOwners() > 0) {
      out.add(
          risk(
              "vip-second-owner",
              "%s: %d adverts of a second owner were heard since its start"
                  .formatted(vip.text(), vip.secondOwners()),
              "nodes did not hear each other for a while, or a process stood still",
              "steelyard events says when; cluster: {quorum: nodes} with three nodes prevents it"));
    }
    if (vip.foreign() > 0) {
      out.add(
          risk(
              "vip-foreign",
              "%s: %d adverts for other addresses were heard".formatted(vip.text(), vip.foreign()),
              "another router on this network uses the same number, or nodes are configured"
                  + " differently",
              "another router-id, on all nodes: {router-id: 52}; or equal 'addresses' on all"));
    }
  }

  /** Nothing may listen at an address that moves to this node. */
  private static void listeners(Settings settings, List<Finding> out) {
    for (VipConfig vip : settings.cluster().vips()) {
      for (Network address : vip.addresses()) {
        boolean served =
            settings.config().listeners().isEmpty()
                || settings.config().listeners().stream()
                    .anyMatch(listener -> serves(listener, address.address()));
        if (!served) {
          String text = IpText.of(address.address());
          out.add(
              single(
                  "vip-not-served",
                  "no listener is at the virtual address " + text,
                  "its owner refuses every connection to it",
                  "listeners: {web: {address: \":8080\"}}, or \"%s\""
                      .formatted(new Address.Tcp(text, 8080))));
        }
      }
    }
  }

  private static boolean serves(ListenerConfig listener, InetAddress address) {
    if (!(listener.address() instanceof Address.Tcp tcp)) {
      return false;
    }
    if (tcp.host().isEmpty() || tcp.isName()) {
      // What a name leads to is not looked up here.
      return true;
    }
    InetAddress at = InetAddress.ofLiteral(tcp.host());
    return at.isAnyLocalAddress() || at.equals(address);
  }
}
