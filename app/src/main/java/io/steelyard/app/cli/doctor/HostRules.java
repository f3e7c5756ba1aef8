package io.steelyard.app.cli.doctor;

import static io.steelyard.app.cli.doctor.Finding.risk;
import static io.steelyard.app.cli.doctor.Finding.single;

import io.steelyard.app.cli.doctor.Facts.Host;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the node's process may do on its machine, and what the packet filter lets through. */
final class HostRules {
  /** Two for each request in flight: fewer than these a busy node runs out of. */
  private static final long OPEN_FILES_LEAST = 10_000;

  private static final Pattern VRRP_DROPPED =
      Pattern.compile(
          "(?m)^.*\\b(?:vrrp|(?:protocol|l4proto|nexthdr) 112)\\b.*\\b(?:drop|reject)\\b");
  private static final Pattern VRRP_NAMED =
      Pattern.compile("(?m)^.*\\b(?:vrrp|112)\\b.*\\baccept\\b");
  private static final Pattern CLOSED =
      Pattern.compile("type filter hook input [^\\n]*policy drop");

  private HostRules() {}

  static void judge(Facts facts, List<Finding> out) {
    Optional<Host> known = facts.host();
    if (known.isEmpty()) {
      return;
    }
    Host host = known.get();
    openFiles(host, out);
    if (VipRules.exclusive(facts)) {
      capabilities(host, out);
      guard(host, out);
      vrrp(host, out);
    }
    if (NodeRules.nodes(facts).orElse(1) > 1) {
      beats(facts, host, out);
    }
  }

  private static void openFiles(Host host, List<Finding> out) {
    if (host.openFilesMax() < OPEN_FILES_LEAST) {
      out.add(
          risk(
              "open-files",
              "the node may have %d files open".formatted(host.openFilesMax()),
              "each request in flight has two; clients beyond that wait",
              "LimitNOFILE=200000 in the unit's [Service], or: ulimit -n 200000"));
    }
  }

  private static void capabilities(Host host, List<Finding> out) {
    if (!host.missing().isEmpty()) {
      String missing = String.join(" ", host.missing());
      out.add(
          single(
              "capabilities",
              "the node's process lacks " + missing,
              "it cannot own a virtual address",
              "AmbientCapabilities=" + missing + " in the unit's [Service], or run it as root"));
    }
  }

  private static void guard(Host host, List<Finding> out) {
    if (host.guarded().isPresent() && !host.guarded().get()) {
      out.add(
          risk(
              "guard",
              "no guard runs beside the node",
              "if the process is killed or hangs, its virtual addresses stay with it",
              "the log says why it could not be started: a small Java of 16 MB"));
    }
  }

  private static void vrrp(Host host, List<Finding> out) {
    String mend = "nft add rule inet filter input ip protocol 112 accept (IPv6: meta l4proto 112)";
    if (VRRP_DROPPED.matcher(host.filters()).find()) {
      out.add(
          single(
              "firewall-vrrp",
              "the packet filter drops protocol 112",
              "a node that hears no adverts takes addresses that another one owns",
              "nft -a list ruleset; delete that rule, then: " + mend));
    } else if (closed(host) && !VRRP_NAMED.matcher(host.filters()).find()) {
      out.add(
          risk(
              "firewall-vrrp",
              "the packet filter drops what it does not name, and does not name protocol 112",
              "a node that hears no adverts takes addresses that another one owns",
              mend));
    }
  }

  private static void beats(Facts facts, Host host, List<Finding> out) {
    facts
        .settings()
        .flatMap(settings -> settings.cluster().bind())
        .filter(bind -> closed(host) && !names(host, bind.port()))
        .ifPresent(bind ->
            out.add(
                risk(
                    "firewall-beats",
                    "the packet filter drops what it does not name, and does not name port %d"
                        .formatted(bind.port()),
                    "nodes hear each other at this port of UDP, and share sessions at that of TCP",
                    "nft add rule inet filter input meta l4proto { tcp, udp } th dport %d accept"
                        .formatted(bind.port()))));
  }

  private static boolean closed(Host host) {
    return CLOSED.matcher(host.filters()).find();
  }

  private static boolean names(Host host, int port) {
    return Pattern.compile("(?m)^.*\\bdport\\b.*\\b" + port + "\\b").matcher(host.filters()).find();
  }
}
