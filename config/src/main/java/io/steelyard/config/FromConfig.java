package io.steelyard.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where the part of a configuration is that nodes share; prints as it is written, without user. */
public sealed interface FromConfig {
  /**
   * Keys in a store that nodes have in common.
   *
   * @param endpoints where it is, at least one
   * @param user who asks; empty for nobody in particular
   * @param password of that user
   * @param prefix that all its keys begin with; begins and ends with a slash
   */
  record Store(
      Kind kind,
      boolean tls,
      List<Address.Tcp> endpoints,
      String user,
      Optional<Secret> password,
      String prefix)
      implements FromConfig {
    public Store {
      endpoints = List.copyOf(endpoints);
    }

    @Override
    public String toString() {
      return kind.scheme(tls)
          + "://"
          + endpoints.stream().map(Address.Tcp::toString).collect(Collectors.joining(","))
          + prefix.substring(0, prefix.length() - 1);
    }
  }

  /** What speaks at a store's endpoints. */
  enum Kind {
    ETCD("etcd", 2379);

    private final String scheme;
    private final int portDefault;

    Kind(String scheme, int portDefault) {
      this.scheme = scheme;
      this.portDefault = portDefault;
    }

    String scheme(boolean tls) {
      return tls ? scheme + "s" : scheme;
    }

    int portDefault() {
      return portDefault;
    }
  }
}
