package io.steelyard.store.zookeeper;

import io.steelyard.store.tree.StoreException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.PathUtils;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

/**
 * A session with ZooKeeper, kept by Curator: connected to one member or another, and begun anew
 * when it has expired. Curator repeats nothing by itself: time-outs and repetitions are this
 * package's. Any thread; waits for {@code timeout} at most. It has four threads, all daemons: two
 * of ZooKeeper's client, two of Curator.
 */
final class Link implements AutoCloseable {
  /** Of one answer: a list of all names; the client's own default is the server's for requests. */
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  private final ZooKeeperOptions options;
  private final Duration session;

  /** Guards the fields below. */
  private final ReentrantLock starting = new ReentrantLock();

  private CuratorFramework client;
  private volatile TlsFiles tlsFiles;
  private boolean closed;

  /**
   * Connects when it is asked for a session.
   *
   * @param session after which members forget who does not answer; they may have bounds of theirs
   */
  Link(ZooKeeperOptions options, Duration session) {
    this.options = options;
    this.session = session;
  }

  ZooKeeperOptions options() {
    return options;
  }

  /** The session's present handle, once it is connected. */
  ZooKeeper connected() throws StoreException, InterruptedException {
    CuratorFramework curator = client();
    if (!curator.blockUntilConnected((int) options.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
      throw new StoreException(Reachability.why(options, tlsFiles));
    }
    try {
      return curator.getZookeeperClient().getZooKeeper();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // What Curator met when it began a session anew; it tries again.
      throw new Lost(this + " cannot be connected to: " + e.getMessage(), e);
    }
  }

  private CuratorFramework client() throws StoreException {
    starting.lock();
    try {
      if (closed) {
        throw new StoreException(this + " was closed");
      }
      if (client == null) {
        client = start();
      }
      return client;
    } finally {
      starting.unlock();
    }
  }

  private CuratorFramework start() throws StoreException {
    int timeoutMs = (int) options.timeout().toMillis();
    CuratorFrameworkFactory.Builder builder =
        CuratorFrameworkFactory.builder()
            .connectString(String.join(",", options.members()))
            .sessionTimeoutMs((int) session.toMillis())
            .connectionTimeoutMs(Math.min(timeoutMs, (int) session.toMillis()))
            .maxCloseWaitMs(timeoutMs)
            .retryPolicy((_, _, _) -> false)
            .ensembleTracker(false)
            .zkClientConfig(config());
    options
        .user()
        .map(user -> (user.name() + ":" + user.password()).getBytes(StandardCharsets.UTF_8))
        .ifPresent(digest -> builder.authorization("digest", digest));
    CuratorFramework started = builder.build();
    started.start();
    return started;
  }

  private ZKClientConfig config() throws StoreException {
    ZKClientConfig config = new ZKClientConfig();
    config.setProperty(ZKClientConfig.JUTE_MAXBUFFER, "" + ANSWER_BYTES_MAX);
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
    if (options.tls().isPresent()) {
      // Or Netty, which speaks TLS here and nothing else, has the machine warn on standard error.
      System.setProperty("io.netty.noUnsafe", "true");
      System.setProperty("io.netty.transport.noNative", "true");
      config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
      config.setProperty(
          ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET,
          "org.apache.zookeeper.ClientCnxnSocketNetty");
      TlsFiles files = tlsFiles();
      config.setProperty("zookeeper.ssl.trustStore.location", files.trusted().toString());
      config.setProperty("zookeeper.ssl.trustStore.type", "PEM");
      if (files.own().isPresent()) {
        config.setProperty("zookeeper.ssl.keyStore.location", files.own().get().toString());
        config.setProperty("zookeeper.ssl.keyStore.type", "PEM");
      }
      config.setProperty("zookeeper.ssl.hostnameVerification", "true");
      // Alone, servers of 3.8 speak 1.2 by default, and clients of 3.9 speak 1.3.
      config.setProperty("zookeeper.ssl.enabledProtocols", "TLSv1.3,TLSv1.2");
    }
    return config;
  }

  private TlsFiles tlsFiles() throws StoreException {
    try {
      tlsFiles = TlsFiles.of(options.tls().orElseThrow());
      return tlsFiles;
    } catch (IOException | GeneralSecurityException e) {
      throw new StoreException(
          this + ": cannot tell it whose certificates are believed: " + e.getMessage(), e);
    }
  }

  /** Who may do what with what is written: its user everything, or everybody if there is none. */
  List<ACL> acl() {
    Id who = options.user().isPresent() ? new Id("auth", "") : new Id("world", "anyone");
    return List.of(new ACL(ZooDefs.Perms.ALL, who));
  }

  /** Where a key stands; not every text can be one. */
  String path(String key) throws StoreException {
    String path = options.prefix() + key;
    try {
      PathUtils.validatePath(path);
      return path;
    } catch (IllegalArgumentException e) {
      throw new StoreException(
          "%s: %s cannot be a key: %s".formatted(this, key, e.getMessage()), e);
    }
  }

  /** What all keys stand below. */
  String root() {
    return options.prefix().substring(0, options.prefix().length() - 1);
  }

  /** Ends the session; returns when the members know, or after the time-out. */
  @Override
  public void close() {
    CuratorFramework ended;
    starting.lock();
    try {
      closed = true;
      ended = client;
      client = null;
    } finally {
      starting.unlock();
    }
    if (ended != null) {
      end(ended);
    }
    if (tlsFiles != null) {
      tlsFiles.close();
    }
  }

  /** A member that is frozen would hold it up for as long as the session lives. */
  private void end(CuratorFramework ended) {
    Thread ending = Thread.ofVirtual().name("zookeeper end").start(ended::close);
    try {
      ending.join(options.timeout());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "ZooKeeper at " + String.join(", ", options.members());
  }
}
