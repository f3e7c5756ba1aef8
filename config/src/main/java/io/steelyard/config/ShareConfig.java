package io.steelyard.config;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whom a node shares its state with; prints as it is written, without user and password. */
public sealed interface ShareConfig {
  /** With nobody. */
  record None() implements ShareConfig {
    @Override
    public String toString() {
      return "none";
    }
  }

  /** With the other nodes of the cluster, directly. */
  record Peers() implements ShareConfig {
    @Override
    public String toString() {
      return "peers";
    }
  }

  /**
   * With whoever asks the same store.
   *
   * @param endpoints where it is, at least one and none twice; exactly one of {@link Kind#REDIS}
   * @param user who asks; empty for the store's default user
   * @param password of that user, or of the default one
   * @param sentinelPassword what sentinels are told; empty: nothing
   * @param ca whose certificates are believed through TLS; none: those that Java believes
   * @param master the name that sentinels know the master by; empty unless {@link
   *     Kind#REDIS_SENTINEL}
   * @param db the number of the database; 0 for kinds that have only one
   */
  record Store(
      Kind kind,
      boolean tls,
      List<Address.Tcp> endpoints,
      String user,
      Optional<Secret> password,
      Optional<Secret> sentinelPassword,
      List<X509Certificate> ca,
      String master,
      int db)
      implements ShareConfig {
    public Store {
      endpoints = List.copyOf(endpoints);
      ca = List.copyOf(ca);
    }

    /** As a URL says it. */
    Store(
        Kind kind,
        boolean tls,
        List<Address.Tcp> endpoints,
        String user,
        Optional<Secret> password,
        String master,
        int db) {
      this(kind, tls, endpoints, user, password, Optional.empty(), List.of(), master, db);
    }

    /** The same with what stands beside the URL; what is empty there stays as it is. */
    Store with(
        Optional<Secret> givenPassword,
        Optional<Secret> givenSentinelPassword,
        List<X509Certificate> givenCa) {
      return new Store(
          kind,
          tls,
          endpoints,
          user,
          givenPassword.or(() -> password),
          givenSentinelPassword,
          givenCa,
          master,
          db);
    }

    @Override
    public String toString() {
      return kind.scheme(tls)
          + "://"
          + endpoints.stream().map(Address.Tcp::toString).collect(Collectors.joining(","))
          + (master.isEmpty() ? "" : "/" + master)
          + (db == 0 ? "" : "/" + db);
    }
  }

  /** What speaks at a store's endpoints. */
  enum Kind {
    /** One server of Redis, or what speaks like it. */
    REDIS("redis", "rediss", 6379),

    /** Sentinels, who know which server of Redis is the master. */
    REDIS_SENTINEL("redis+sentinel", "rediss+sentinel", 26_379),

    /** Some of the nodes of a Redis cluster, who know the others. */
    REDIS_CLUSTER("redis+cluster", "rediss+cluster", 6379),

    /** Servers of memcached, among which keys are divided. */
    MEMCACHED("memcached", "", 11_211);

    private final String plain;
    private final String encrypted;
    private final int portDefault;

    Kind(String plain, String encrypted, int portDefault) {
      this.plain = plain;
      this.encrypted = encrypted;
      this.portDefault = portDefault;
    }

    /** How its URLs begin; empty when there is no such thing with TLS. */
    String scheme(boolean tls) {
      return tls ? encrypted : plain;
    }

    int portDefault() {
      return portDefault;
    }

    /** Whether one knows clients by password. */
    boolean knowsUsers() {
      return this != MEMCACHED;
    }
  }
}
