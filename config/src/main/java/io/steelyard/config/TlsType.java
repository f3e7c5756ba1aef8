package io.steelyard.config;

import io.steelyard.config.bind.Type;
import io.steelyard.config.bind.Value;
import io.steelyard.core.snapshot.TlsTerms;
import io.steelyard.core.snapshot.TlsTerms.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** {@code listeners.NAME.tls}: a mapping, or just a list of certificates. */
final class TlsType implements Type<TlsTerms> {
  @Override
  public Optional<TlsTerms> read(Value value) {
    if (value.node() instanceof SequenceNode) {
      return TlsSection.LIST
          .read(value)
          .map(read -> read.stream().flatMap(Optional::stream).toList())
          .filter(credentials -> !credentials.isEmpty())
          .map(credentials -> new TlsTerms(credentials, Version.TLS_1_2));
    }
    return TlsSection.TYPE.read(value).flatMap(terms -> terms);
  }

  @Override
  public String expected() {
    return "a mapping with 'certificate' and 'key', or a list of such";
  }

  @Override
  public Map<String, Object> schema() {
    return Map.of("anyOf", List.of(TlsSection.TYPE.schema(), TlsSection.LIST.schema()));
  }
}
