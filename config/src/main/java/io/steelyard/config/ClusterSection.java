package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Scalar;
import io.steelyard.config.bind.Scalars;
import io.steelyard.config.bind.Section;
import io.steelyard.core.session.Keyring;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code cluster}. */
final class ClusterSection {
  /** Every node talks to every other. */
  static final int PEERS_MAX = 64;

  /** Of two, both are more than half. */
  private static final int NODES_LEAST = 3;

  /** Virtual routers of one node. */
  static final int VIPS_MAX = 64;

  /** Where what was given is kept, for the rules of what sharing needs. */
  static final String GIVEN = "given in cluster";

  /** Where {@code quorum: store} is kept, for the rule of what it needs. */
  static final String IN_STORE = "quorum in a store";

  static final Option<String> NODE =
      Option.of("node", Names.TYPE, "", "What this node is called; the host's name by default.");
  static final Option<Optional<Address.Tcp>> BIND =
      Option.optional(
          "bind",
          NodeAddress.BIND,
          "Where this node listens for the others; \":port\" is every address. Needed to share with"
              + " peers.");
  static final Option<List<Address.Tcp>> PEERS =
      Option.of(
          "peers",
          new ListOf<>("peer", new PeerType(), 1, PEERS_MAX),
          List.of(),
          "Where the nodes listen, at most "
              + PEERS_MAX
              + "; this one may be among them. Needed to share with peers.");
  static final Option<Optional<Keyring>> KEY =
      Option.optional(
          "key",
          KeyFile.TYPE,
          "File with the secrets that nodes know each other by, one a line: the first is used, all"
              + " are good. The same on all nodes. Needed to share anything.");

  static final Option<List<VipConfig>> VIPS =
      Option.of(
          "vips",
          new ListOf<>("vip", VipSection.TYPE, 1, VIPS_MAX),
          List.of(),
          "Virtual addresses, at most "
              + VIPS_MAX
              + ", each of which one node owns at a time; needs CAP_NET_ADMIN and CAP_NET_RAW.");
  static final Option<QuorumMode> QUORUM =
      Option.of(
          "quorum",
          quorums(),
          QuorumMode.NONE,
          "What an owner of a virtual address needs: nodes is the votes of more than half of all"
              + " nodes, store a lease in the store that 'from' names.");
  static final Option<Duration> QUORUM_LEASE =
      Option.of(
          "quorum-lease",
          Scalars.duration(Duration.ofSeconds(2), Duration.ofMinutes(1)),
          ClusterConfig.QUORUM_LEASE_DEFAULT,
          "For 'quorum: store': for how long an owner may own without the store, and after which"
              + " others take over from one that is lost.");

  static final Section<ClusterConfig> TYPE =
      Section.of(ClusterSection::build, NODE, BIND, PEERS, KEY, VIPS, QUORUM, QUORUM_LEASE)
          .checked(ClusterSection::check);

  private ClusterSection() {}

  private static Scalar<QuorumMode> quorums() {
    LinkedHashMap<String, QuorumMode> choices = new LinkedHashMap<>();
    choices.put("none", QuorumMode.NONE);
    choices.put("nodes", QuorumMode.NODES);
    choices.put("store", QuorumMode.STORE);
    return Scalars.choice(choices, List.of());
  }

  private static void check(Fields f) {
    checkQuorum(f);
    for (Option<?> option : List.<Option<?>>of(BIND, PEERS, KEY)) {
      if (f.has(option)) {
        f.section().binding().note(GIVEN, f.at(option));
      }
    }
    f.find(BIND)
        .flatMap(given -> given)
        .ifPresent(address -> ListenerSection.claim(address, f.at(BIND), f.section()));
  }

  private static void checkQuorum(Fields f) {
    boolean store = f.find(QUORUM).filter(mode -> mode == QuorumMode.STORE).isPresent();
    if (store && f.has(QUORUM)) {
      f.section().binding().note(IN_STORE, f.at(QUORUM));
    } else if (f.has(QUORUM_LEASE)) {
      f.at(QUORUM_LEASE).problem("only 'quorum: store' has it");
    }
    if (!f.find(QUORUM).filter(mode -> mode == QuorumMode.NODES).isPresent()) {
      return;
    }
    for (Option<?> needed : List.<Option<?>>of(BIND, PEERS, KEY)) {
      if (!f.has(needed)) {
        f.at(QUORUM).problem("needs '%s' in 'cluster'".formatted(needed.key()));
      }
    }
    f.find(PEERS)
        .filter(peers -> f.has(PEERS) && nodes(peers, f.find(BIND).flatMap(b -> b)) < NODES_LEAST)
        .ifPresent(
            _ -> f.at(QUORUM).problem("a majority needs three nodes: list them all in 'peers'"));
  }

  /**
   * How many there are: this one may be among its peers, or not. One that listens at every address
   * cannot be told from its peers here, and counts.
   */
  private static int nodes(List<Address.Tcp> peers, Optional<Address.Tcp> bind) {
    Set<Address.Tcp> all = new HashSet<>(peers);
    boolean listed = bind.filter(all::contains).isPresent();
    return all.size() + (listed ? 0 : 1);
  }

  private static ClusterConfig build(Fields f) {
    return new ClusterConfig(
        f.get(NODE),
        f.get(BIND),
        f.get(PEERS),
        f.get(KEY),
        f.get(VIPS),
        f.get(QUORUM),
        f.get(QUORUM_LEASE),
        Optional.empty());
  }
}
