package io.steelyard.config;

import io.steelyard.config.bind.Option;
import io.steelyard.config.bind.Section;
import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Of a node's own file only what it says of the rest: enough to fetch that, and to read both
 * together then. Nothing where there is no {@code from}.
 */
final class OwnType implements Type<Optional<OwnConfig>> {
  static final OwnType TYPE = new OwnType();

  /** All that a file may say where the rest comes from elsewhere. */
  static final Section<OwnConfig> WHOLE =
      Section.of(
              f ->
                  OwnConfig.of(f.get(ConfigSection.FROM).orElseThrow(), f.get(ConfigSection.STORE)),
              ConfigSection.FROM,
              ConfigSection.STORE,
              ConfigSection.ZONE,
              ConfigSection.ADMIN,
              ConfigSection.STATE,
              ConfigSection.CLUSTER)
          .checked(FromSection::check)
          .checked(SharingRules::check)
          .checked(QuorumRules::check);

  private OwnType() {}

  @Override
  public Optional<Optional<OwnConfig>> read(Value value) {
    if (!(value.node() instanceof MappingNode root)) {
      // Reading it as a whole says what is wrong.
      return Optional.of(Optional.empty());
    }
    Optional<Optional<FromConfig>> from = find(value, root, ConfigSection.FROM);
    Optional<FromOptions> options = find(value, root, ConfigSection.STORE);
    if (from.isEmpty() || options.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(from.get().map(url -> OwnConfig.of(url, options.get())));
  }

  private static <T> Optional<T> find(Value value, MappingNode root, Option<T> option) {
    for (NodeTuple entry : root.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key && key.getValue().equals(option.key())) {
        return option.type().read(value.child(option.key(), option.key(), entry.getValueNode()));
      }
    }
    return option.fallback();
  }

  @Override
  public String expected() {
    return "a mapping";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("type", "object");
  }
}
