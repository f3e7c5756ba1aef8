package io.steelyard.vip;

import io.steelyard.testkit.Programs;
import io.steelyard.testkit.netns.Host;
import io.steelyard.testkit.netns.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's keepalived on a host of a lab, with one virtual router. */
final class Keepalived {
  private Keepalived() {}

  /**
   * Starts it.
   *
   * @param peer to which adverts go; empty for the group
   */
  static Program start(Host host, Path dir, int priority, String address, String peer)
      throws IOException {
    String way = address.contains(":") ? "native_ipv6\n" : "";
    if (!peer.isEmpty()) {
      String source = peer.contains(":") ? host.address6() : host.address();
      way += "unicast_src_ip " + source + "\nunicast_peer {\n" + peer + "\n}\n";
    }
    Path file = dir.resolve("keepalived-" + host.name() + ".conf");
    Files.writeString(
        file,
        """
        global_defs {
          vrrp_version 3
          vrrp_garp_master_delay 1
        }
        vrrp_instance V {
          interface eth0
          virtual_router_id 51
          priority %d
          advert_int 0.1
          state BACKUP
          %s
          virtual_ipaddress {
            %s
          }
        }
        """
            .formatted(priority, way, address));
    return host.start(
        Programs.found("keepalived"),
        "-P",
        "-n",
        "-l",
        "-D",
        "-f",
        file.toString(),
        "-p",
        dir.resolve(host.name() + ".pid").toString(),
        "-r",
        dir.resolve(host.name() + "-vrrp.pid").toString());
  }
}
