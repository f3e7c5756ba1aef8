package io.steelyard.store;

import io.steelyard.config.Address;
import io.steelyard.config.FromConfig;
import io.steelyard.store.consul.ConsulOptions;
import io.steelyard.store.consul.ConsulStore;
import io.steelyard.store.etcd.EtcdOptions;
import io.steelyard.store.etcd.EtcdStore;
import io.steelyard.store.folder.FolderStore;
import io.steelyard.store.tls.StoreTls;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.zookeeper.ZooKeeperOptions;
import io.steelyard.store.zookeeper.ZooKeeperStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Opens the store that a configuration names. */
public final class Stores {
  /** Of one call: longer than an election takes a store, short enough for a start without it. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private Stores() {}

  /** Connects when it is asked something. */
  public static KeyStore open(FromConfig from) {
    if (from instanceof FromConfig.Folder folder) {
      return FolderStore.of(folder.path());
    }
    return open((FromConfig.Store) from, "", TIMEOUT);
  }

  /**
   * Only what stands below a key; connects when it is asked something.
   *
   * @param below ends with a slash, or is empty
   * @param timeout of one call to one member
   */
  public static KeyStore open(FromConfig.Store from, String below, Duration timeout) {
    FromConfig.Store part =
        new FromConfig.Store(
            from.kind(),
            from.tls(),
            from.endpoints(),
            from.user(),
            from.password(),
            from.client(),
            from.prefix() + below);
    return switch (part.kind()) {
      case ETCD -> EtcdStore.of(etcd(part, timeout));
      case ZOOKEEPER -> ZooKeeperStore.of(zookeeper(part, timeout));
      case CONSUL -> ConsulStore.of(consul(part, timeout));
    };
  }

  private static List<String> urls(FromConfig.Store store) {
    return store.endpoints().stream()
        .map(Address.Tcp::toString)
        .map(address -> (store.tls() ? "https://" : "http://") + address)
        .toList();
  }

  /** Consul's keys begin with no slash. */
  private static ConsulOptions consul(FromConfig.Store store, Duration timeout) {
    return new ConsulOptions(
        urls(store),
        store.prefix().substring(1),
        store.password(),
        store.client(),
        timeout,
        ConsulOptions.TTL_MIN);
  }

  /** Made only where it is needed: it takes Java a while. */
  private static Optional<SSLContext> tls(FromConfig.Store store) {
    return store.tls() ? Optional.of(StoreTls.context(store.client())) : Optional.empty();
  }

  private static EtcdOptions etcd(FromConfig.Store store, Duration timeout) {
    Optional<EtcdOptions.User> user =
        store
            .password()
            .map(p ->
                new EtcdOptions.User(store.user(), new String(p.bytes(), StandardCharsets.UTF_8)));
    return new EtcdOptions(urls(store), store.prefix(), user, timeout, tls(store));
  }

  private static ZooKeeperOptions zookeeper(FromConfig.Store store, Duration timeout) {
    return new ZooKeeperOptions(
        store.endpoints().stream().map(Address.Tcp::toString).toList(),
        store.prefix(),
        store
            .password()
            .map(p ->
                new ZooKeeperOptions.User(
                    store.user(), new String(p.bytes(), StandardCharsets.UTF_8))),
        store.tls() ? Optional.of(store.client()) : Optional.empty(),
        timeout);
  }
}
