package io.steelyard.config;

import io.steelyard.config.bind.Binding;
import io.steelyard.config.bind.Fields;
import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Value;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code state} needs of {@code cluster} when it is shared. */
final class SharingRules {
  private SharingRules() {}

  /** For the whole document, with both sections read. */
  static void check(Fields f) {
    require(
        f,
        StateSection.SHARED,
        ClusterSection.KEY,
        "a file with the secret of all nodes: make one with openssl rand -hex 32 > cluster.key");
    require(
        f,
        StateSection.SHARED_WITH_PEERS,
        ClusterSection.BIND,
        "where this node listens for the others");
    require(
        f, StateSection.SHARED_WITH_PEERS, ClusterSection.PEERS, "where the other nodes listen");
  }

  private static void require(Fields f, String scope, Option<?> needed, String what) {
    Binding binding = f.section().binding();
    if (given(binding).contains(needed.key())) {
      return;
    }
    for (Value share : binding.noted(scope)) {
      share.problem("needs '%s' in 'cluster', %s".formatted(needed.key(), what));
    }
  }

  private static Set<String> given(Binding binding) {
    return binding.noted(ClusterSection.GIVEN).stream().map(Value::key).collect(Collectors.toSet());
  }
}
