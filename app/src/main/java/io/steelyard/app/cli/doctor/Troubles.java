package io.steelyard.app.cli.doctor;

import java.util.LinkedHashMap;
import java.util.Map;

/** What helps against what a node complains of, by words that stand in it. */
final class Troubles {
  private static final Map<String, String> MENDS = new LinkedHashMap<>();

  static {
    MENDS.put(
        "not sealed with a key", "the same cluster.key on all nodes: scp it, compare sha256sum");
    MENDS.put("is called", "cluster: {node: NAME}, another name on each node");
    MENDS.put(
        "is no beat", "nothing else may send to the port of cluster.bind; same version on all");
    MENDS.put("are heard, of", "the same cluster.peers, with every node in it, on all nodes");
    MENDS.put(
        "no room for node", "fewer nodes, or restart this one: it forgets those that are gone");
    MENDS.put(
        "guard", "journalctl -u steelyard says why; it needs memory for a small Java of its own");
    MENDS.put("came too fast", "a longer 'advertise', and fewer others with this router id");
    MENDS.put("networks of", "an address out of a network that the interface has: ip address show");
    MENDS.put(
        "virtual addresses stay as they were", "mend what it names; the next change is tried");
    MENDS.put(
        "leases of virtual addresses",
        "let this node reach the store of 'from', and write below vips/ there");
    MENDS.put("are not told", "cluster: {bind: \"10.0.0.11:7701\"}, the address that others reach");
    MENDS.put(
        "advertises nothing, uses",
        "take it off that host, which 'ip neighbour' knows, or have another virtual address");
    MENDS.put("quorum", "see what else is found about the nodes");
  }

  private Troubles() {}

  static String mend(String trouble) {
    return MENDS.entrySet().stream()
        .filter(e -> trouble.contains(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(
            "docs/high-availability.md, 'When something is wrong'; steelyard events has the rest");
  }
}
