package io.steelyard.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where the part of a configuration is that nodes share; prints as it is written, without user. */
public sealed interface FromConfig {
  /** The same with what stands beside its URL. */
  FromConfig with(FromCredentials given);

  /** What stands before a key where messages name it. */
  String root();

  /**
   * Files below a folder, which nodes have in common or of which each has a copy.
   *
   * @param path absolute
   */
  record Folder(Path path) implements FromConfig {
    @Override
    public Folder with(FromCredentials given) {
      return this;
    }

    /** Its files are called as elsewhere. */
    @Override
    public String root() {
      return path + "/";
    }

    @Override
    public String toString() {
      return "file:" + path;
    }
  }

  /**
   * Keys in a store that nodes have in common.
   *
   * @param endpoints where it is, at least one
   * @param user who asks; empty for nobody in particular
   * @param password of that user, or a token that stands for one
   * @param client how this end speaks TLS
   * @param prefix that all its keys begin with; begins and ends with a slash
   */
  record Store(
      Kind kind,
      boolean tls,
      List<Address.Tcp> endpoints,
      String user,
      Optional<Secret> password,
      ClientTls client,
      String prefix)
      implements FromConfig {
    public Store {
      endpoints = List.copyOf(endpoints);
    }

    @Override
    public Store with(FromCredentials given) {
      return new Store(
          kind, tls, endpoints, user, given.password().or(() -> password), given.tls(), prefix);
    }

    @Override
    public String root() {
      return this + "/";
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
    ETCD("etcd", 2379),
    ZOOKEEPER("zookeeper", 2181),
    CONSUL("consul", 8500);

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
