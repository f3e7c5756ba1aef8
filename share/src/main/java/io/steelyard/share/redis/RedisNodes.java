package io.steelyard.share.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.Pool;

/**
 * The connections to Redis, and who is asked for which keys. Nothing is connected before it is
 * needed: a node starts without its store. Any number of threads may call.
 */
final class RedisNodes implements AutoCloseable {
  /** To each server. */
  private static final int CONNECTIONS_MAX = 8;

  private static final int SLOTS = 16_384;

  private final RedisUrl url;
  private final SSLContext tls;
  private final int timeoutMs;
  private final ReentrantLock opening = new ReentrantLock();
  private volatile ConnectionProvider provider;
  private boolean closed;

  RedisNodes(RedisUrl url, SSLContext tls, int timeoutMs) {
    this.url = url;
    this.tls = tls;
    this.timeoutMs = timeoutMs;
  }

  /** A connection to who keeps {@code slot}; the caller closes it, which gives it back. */
  Connection connection(int slot) throws InterruptedException {
    ConnectionProvider now = provider();
    return now instanceof ClusterConnectionProvider cluster
        ? cluster.getConnectionFromSlot(slot)
        : now.getConnection();
  }

  /** A connection to a node that a cluster has named; the caller closes it. */
  Connection connection(HostAndPort node) throws InterruptedException {
    ConnectionProvider now = provider();
    return now instanceof ClusterConnectionProvider cluster
        ? cluster.getConnection(node)
        : now.getConnection();
  }

  /** Who keeps {@code slot}; any constant if one server keeps all. */
  Object owner(int slot) throws InterruptedException {
    if (provider() instanceof ClusterConnectionProvider cluster) {
      HostAndPort node = cluster.getNode(slot);
      return node == null ? "" : node;
    }
    return "";
  }

  /**
   * A slot of each server that keeps keys, lowest first. Asks a cluster for its layout, so that all
   * who call see the same.
   */
  List<Integer> slots() throws InterruptedException {
    if (!(provider() instanceof ClusterConnectionProvider cluster)) {
      return List.of(0);
    }
    cluster.renewSlotCache();
    Map<HostAndPort, Integer> lowest = new HashMap<>();
    for (int slot = SLOTS - 1; slot >= 0; slot--) {
      HostAndPort node = cluster.getNode(slot);
      if (node != null) {
        lowest.put(node, slot);
      }
    }
    return lowest.values().stream().sorted().toList();
  }

  /** Whether keys are spread over servers. */
  boolean spread() {
    return url.kind() == RedisUrl.Kind.CLUSTER;
  }

  /** A connection of its own, for a subscription; the caller closes it. */
  Connection subscription() throws InterruptedException {
    HostAndPort node =
        switch (provider()) {
          case ClusterConnectionProvider cluster -> any(cluster);
          case SentineledConnectionProvider sentinels -> sentinels.getCurrentMaster();
          default -> url.nodes().iterator().next();
        };
    return new Connection(node, config(timeoutMs, true));
  }

  private static HostAndPort any(ClusterConnectionProvider cluster) {
    List<String> names = new ArrayList<>(cluster.getPrimaryNodes().keySet());
    if (names.isEmpty()) {
      throw new JedisConnectionException("the cluster has no nodes");
    }
    Collections.shuffle(names);
    return HostAndPort.from(names.getFirst());
  }

  /** Drops idle connections: after one has failed, the others are likely to be dead as well. */
  void drop() {
    ConnectionProvider now = provider;
    if (now != null) {
      for (Object pool : now.getConnectionMap().values()) {
        ((Pool<?>) pool).clear();
      }
    }
  }

  /** Asks a cluster again who keeps what. */
  void renew() {
    if (provider instanceof ClusterConnectionProvider cluster) {
      cluster.renewSlotCache();
    }
  }

  private ConnectionProvider provider() throws InterruptedException {
    ConnectionProvider now = provider;
    if (now != null) {
      return now;
    }
    opening.lockInterruptibly();
    try {
      if (closed) {
        throw new JedisConnectionException("the store is closed");
      }
      if (provider == null) {
        provider = open();
      }
      return provider;
    } finally {
      opening.unlock();
    }
  }

  private ConnectionProvider open() {
    return switch (url.kind()) {
      case SINGLE ->
          new PooledConnectionProvider(
              url.nodes().iterator().next(), config(timeoutMs, true), pool());
      // Whom we ask for the way has to answer well within the time-out: the next one may be alive.
      case CLUSTER -> new ClusterConnectionProvider(url.nodes(), config(share(2), true), pool());
      case SENTINEL ->
          new SentineledConnectionProvider(
              url.master(),
              config(timeoutMs, true),
              pool(),
              url.nodes(),
              config(share(url.nodes().size() + 1), false));
    };
  }

  private int share(int parts) {
    return Math.max(20, timeoutMs / parts);
  }

  private JedisClientConfig config(int eachMs, boolean data) {
    DefaultJedisClientConfig.Builder config =
        DefaultJedisClientConfig.builder()
            .protocol(RedisProtocol.RESP2)
            .clientSetInfoConfig(ClientSetInfoConfig.DISABLED)
            .connectionTimeoutMillis(eachMs)
            .socketTimeoutMillis(eachMs);
    if (url.tls()) {
      encrypt(config);
    }
    if (data) {
      config.user(url.user()).password(url.password()).database(url.db());
    } else {
      config.password(url.sentinelPassword());
    }
    return config.build();
  }

  /** What came in place of these takes no context, and reads its files for each connection. */
  @SuppressWarnings("deprecation")
  private void encrypt(DefaultJedisClientConfig.Builder config) {
    SSLParameters checked = new SSLParameters();
    checked.setEndpointIdentificationAlgorithm("HTTPS"); // or the certificate could be anyone's
    config.ssl(true).sslSocketFactory(tls.getSocketFactory()).sslParameters(checked);
  }

  private ConnectionPoolConfig pool() {
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS_MAX);
    pool.setMaxIdle(CONNECTIONS_MAX);
    pool.setMaxWait(Duration.ofMillis(timeoutMs));
    pool.setJmxEnabled(false); // it costs the start more than all the rest
    return pool;
  }

  @Override
  public void close() {
    opening.lock();
    try {
      closed = true;
      if (provider != null) {
        provider.close();
      }
    } catch (Exception e) {
      System.getLogger("steelyard.share").log(System.Logger.Level.DEBUG, "closing " + url, e);
    } finally {
      opening.unlock();
    }
  }
}
