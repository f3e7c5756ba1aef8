package io.steelyard.config;

import io.steelyard.config.bind.Fields;
import java.util.Optional;

/** What {@code quorum: store} needs of {@code from}. */
final class QuorumRules {
  private QuorumRules() {}

  /** Of the section that both stand in. */
  static void check(Fields f) {
    Optional<FromConfig> from = f.find(ConfigSection.FROM).orElse(Optional.empty());
    if (from.isPresent() && from.get() instanceof FromConfig.Store) {
      return;
    }
    String found =
        f.has(ConfigSection.FROM)
            ? from.map(folder -> "'%s' is no store that nodes have in common".formatted(folder))
                .orElse("there is a mistake in 'from'")
            : "there is no 'from'";
    f.section()
        .binding()
        .noted(ClusterSection.IN_STORE)
        .forEach(at ->
            at.problem(
                ("needs 'from' to be etcd://, zookeeper:// or consul://, where leases can be had:"
                        + " %s; without a store 'quorum: nodes' does the same with three nodes")
                    .formatted(found)));
  }
}
