package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.ListOf;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.core.session.Keyring;
import java.util.List;
import java.util.Optional;

/** {@code cluster}. */
final class ClusterSection {
  /** Every node talks to every other. */
  static final int PEERS_MAX = 64;

  /** Where what was given is kept, for the rules of what sharing needs. */
  static final String GIVEN = "given in cluster";

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

  static final Section<ClusterConfig> TYPE =
      Section.of(ClusterSection::build, NODE, BIND, PEERS, KEY)
          .later("vips")
          .checked(ClusterSection::check);

  private ClusterSection() {}

  private static void check(Fields f) {
    for (Option<?> option : List.<Option<?>>of(BIND, PEERS, KEY)) {
      if (f.has(option)) {
        f.section().binding().note(GIVEN, f.at(option));
      }
    }
    f.find(BIND)
        .flatMap(given -> given)
        .ifPresent(address -> ListenerSection.claim(address, f.at(BIND), f.section()));
  }

  private static ClusterConfig build(Fields f) {
    return new ClusterConfig(f.get(NODE), f.get(BIND), f.get(PEERS), f.get(KEY));
  }
}
