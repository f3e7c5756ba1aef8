package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.vip.VipId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a process that has let go says to the one that takes over from it, so that for other nodes
 * nothing happens, and what needs leases has one owner all the time:
 *
 * <pre>
 *   life NODE INCARNATION INSTANCE SEQUENCE LEASE
 *   until eth0 51 v4 NANOSECONDS
 * </pre>
 *
 * @param node as the others know it
 * @param life that goes on; empty if nobody is heard
 * @param untilNs what is owned under leases, and until when it may be, as {@link System#nanoTime}
 *     counts, which is the same in all processes of a host
 */
record LastWord(String node, Optional<Life> life, Map<VipId, Long> untilNs) {
  static final LastWord NOTHING = new LastWord("", Optional.empty(), Map.of());

  private static final int LIFE_WORDS = 6;
  private static final int UNTIL_WORDS = 5;

  LastWord {
    untilNs = Map.copyOf(untilNs);
  }

  String text() {
    List<String> lines = new ArrayList<>();
    life.ifPresent(l ->
        lines.add(
            String.join(
                " ",
                "life",
                node,
                Long.toString(l.incarnation()),
                Long.toString(l.instance()),
                Long.toString(l.sequence()),
                Long.toString(l.leaseNs()))));
    untilNs.forEach((id, ns) ->
        lines.add(
            String.join(
                " ",
                "until",
                id.link(),
                Integer.toString(id.routerId()),
                id.ipv6() ? "v6" : "v4",
                Long.toString(ns))));
    return String.join("\n", lines);
  }

  /** What is not known is passed over; an IllegalArgumentException says that it is malformed. */
  static LastWord read(String text) {
    LastWord read = NOTHING;
    Map<VipId, Long> untilNs = new TreeMap<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", -1);
      if (words[0].equals("life") && words.length >= LIFE_WORDS) {
        Life life =
            new Life(number(words, 2), number(words, 3), number(words, 4), number(words, 5));
        read = new LastWord(words[1], Optional.of(life), Map.of());
      } else if (words[0].equals("until") && words.length >= UNTIL_WORDS) {
        VipId id = new VipId(words[1], Integer.parseInt(words[2]), words[3].equals("v6"));
        untilNs.put(id, number(words, 4));
      }
    }
    return new LastWord(read.node, read.life, untilNs);
  }

  private static long number(String[] words, int at) {
    return Long.parseLong(words[at]);
  }

  /** The life that a node of that name goes on with. */
  Optional<Life> lifeOf(String name) {
    return node.equals(name) ? life.map(Life::next) : Optional.empty();
  }
}
