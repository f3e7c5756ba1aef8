package io.steelyard.control.cluster;

import io.steelyard.cluster.member.Member;
import io.steelyard.cluster.member.NodeReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The nodes and the virtual addresses, as this node sees them.
 *
 * @param node this one's name; empty if it is alone
 * @param own what it says of itself; empty if it is alone
 * @param nodes how many there are to be, this one included
 * @param members the others, by name
 * @param quorum what an owner of an address needs, as configured
 * @param vips this node's, as configured
 * @param troubles what an operator should know, a sentence each
 * @param counts of datagrams, by what became of them
 * @param leases of a store, by what became of them; empty if none are needed
 */
public record ClusterStatus(
    String node,
    Optional<NodeReport> own,
    int nodes,
    List<Member> members,
    String quorum,
    List<Vip> vips,
    List<String> troubles,
    Map<String, Long> counts,
    Map<String, Long> leases) {
  /** Of a node that has nothing to do with others. */
  public static final ClusterStatus ALONE =
      new ClusterStatus(
          "", Optional.empty(), 1, List.of(), "none", List.of(), List.of(), Map.of(), Map.of());

  public ClusterStatus {
    members = List.copyOf(members);
    vips = List.copyOf(vips);
    troubles = List.copyOf(troubles);
  }

  /**
   * A virtual address, or several that move together.
   *
   * @param name {@code eth0/51}, or of one that nobody is told of its address
   * @param addresses with their prefixes
   * @param role owner, backup, out, or every
   * @param priority in effect
   * @param owner the address of who owns it; empty if nobody does, or that is not known
   * @param since for how long it has been in this role
   * @param why it may not own it; empty if it may
   * @param transitions how often it came and went
   * @param adverts of this virtual router, by what became of them
   */
  public record Vip(
      String name,
      List<String> addresses,
      String role,
      int priority,
      String owner,
      Duration since,
      String why,
      long transitions,
      Map<String, Long> adverts) {
    /** This node has the addresses. */
    public static final String OWNER = "owner";

    /** It would take them if the owner went. */
    public static final String BACKUP = "backup";

    /** It may not own them. */
    public static final String OUT = "out";

    /** It has them, as every ready node does. */
    public static final String EVERY = "every";

    public Vip {
      addresses = List.copyOf(addresses);
    }

    /** Whether this node has the addresses. */
    public boolean here() {
      return role.equals(OWNER) || role.equals(EVERY);
    }
  }
}
