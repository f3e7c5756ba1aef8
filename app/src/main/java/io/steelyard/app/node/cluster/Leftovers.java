package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipAddress;
import io.steelyard.cluster.vip.VipId;
import io.steelyard.vip.link.AddressTable;
import io.steelyard.vip.link.Link;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Addresses that a former process of this host had: left behind, or handed over. */
final class Leftovers {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  private Leftovers() {}

  /** Removes those that are there. */
  static void remove(String link, List<VipAddress> addresses) throws IOException {
    try (AddressTable table = new AddressTable()) {
      for (VipAddress address : addresses) {
        if (table.remove(Link.named(link), address)) {
          LOG.log(Level.WARNING, "removed {0}, which a former process has left behind", address);
        }
      }
    }
  }

  /** A virtual router that is handed over: {@code eth0 51 v4 10.0.0.100/24 ...}. */
  record Line(VipId id, List<VipAddress> addresses) {
    private static final int WORDS_MIN = 4;

    String text() {
      List<String> words = new ArrayList<>();
      words.add(id.link());
      words.add(Integer.toString(id.routerId()));
      words.add(id.ipv6() ? "v6" : "v4");
      addresses.forEach(address -> words.add(address.toString()));
      return String.join(" ", words);
    }

    /** An IllegalArgumentException says that it is none. */
    static Line read(String line) {
      String[] words = line.split(" ", -1);
      if (words.length < WORDS_MIN) {
        throw new IllegalArgumentException("not a virtual router: " + line);
      }
      List<VipAddress> addresses = new ArrayList<>();
      for (int i = WORDS_MIN - 1; i < words.length; i++) {
        int slash = words[i].indexOf('/');
        addresses.add(
            new VipAddress(
                InetAddress.ofLiteral(words[i].substring(0, slash)),
                Integer.parseInt(words[i].substring(slash + 1))));
      }
      VipId id = new VipId(words[0], Integer.parseInt(words[1]), words[2].equals("v6"));
      return new Line(id, addresses);
    }
  }
}
