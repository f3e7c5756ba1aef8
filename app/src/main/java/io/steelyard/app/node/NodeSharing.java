package io.steelyard.app.node;

import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.config.Address;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Config;
import io.steelyard.config.Secret;
import io.steelyard.config.ShareConfig;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.Controller;
import io.steelyard.control.Sharing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionShard;
import io.steelyard.proxy.Proxy;
import io.steelyard.share.LocalState;
import io.steelyard.share.PeerSettings;
import io.steelyard.share.PeerSharing;
import io.steelyard.share.SharedState;
import io.steelyard.share.StoreSettings;
import io.steelyard.share.StoreSharing;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What this node shares with others: opens the carrier that the configuration names, and does what
 * other nodes say of wishes and keys.
 */
final class NodeSharing implements Sharing, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");
  private static final String WISH = "wish/";
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final LocalState local;
  private final String hostName;
  private final long startMs = System.currentTimeMillis();

  /** One after the other, so that the later word holds. */
  private final ExecutorService says =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("says").factory());

  /** What was said last, by whichever node and through whichever carrier. */
  private final FactBook book;

  private final SharedClears clears;

  private volatile SharedKeys keys = SharedKeys.NONE;
  private volatile Settings settings = Settings.ALONE;
  private volatile SharedState state;

  /** Why nothing is shared although the configuration says so; null: it is. */
  private volatile String failure;

  /** Null before the first configuration. */
  private volatile Controller controller;

  /** What decides whether the carrier is another one. */
  private record Settings(ShareConfig share, Duration lookupTimeout, ClusterConfig cluster) {
    static final Settings ALONE =
        new Settings(new ShareConfig.None(), Duration.ZERO, ClusterConfig.NONE);

    static Settings of(Config config) {
      return config.state().share() instanceof ShareConfig.None
          ? ALONE
          : new Settings(config.state().share(), config.state().lookupTimeout(), config.cluster());
    }

    /** Whether all is the same but the other nodes' addresses. */
    boolean differsInPeersOnly(Settings next) {
      return share instanceof ShareConfig.Peers
          && share.equals(next.share)
          && cluster.node().equals(next.cluster.node())
          && cluster.bind().equals(next.cluster.bind())
          && cluster.key().equals(next.cluster.key());
    }

    boolean sameSocket(Settings next) {
      return share instanceof ShareConfig.Peers
          && next.share instanceof ShareConfig.Peers
          && cluster.bind().equals(next.cluster.bind());
    }
  }

  NodeSharing(Proxy proxy, String hostName) {
    this.local = new ProxyState(proxy, this::heard);
    this.clears = new SharedClears(proxy::clearSessions);
    this.hostName = hostName;
    this.book = new FactBook((int) SessionShard.number(hostName + "/" + startMs));
  }

  /** Whom what others say is done with. */
  void follow(Controller with) {
    controller = with;
  }

  // ---- keys

  @Override
  public Optional<Keyring> keys(Config config) {
    Optional<Keyring> own = config.state().keys();
    return own.isPresent()
        ? own
        : config.cluster().key().map(key -> keys.ring(key, System.currentTimeMillis()));
  }

  @Override
  public Rotation rotateKeys() {
    Config config = controller.config();
    if (config.state().keys().isPresent()) {
      return Rotation.KEYS_IN_FILE;
    }
    if (state == null) {
      return Rotation.NOT_SHARED;
    }
    if (status().trouble().isPresent()) {
      return Rotation.NOT_IN_STEP;
    }
    CompletableFuture<Rotation> rotated = new CompletableFuture<>();
    says.execute(() -> rotated.complete(rotateNow()));
    return rotated.join();
  }

  private Rotation rotateNow() {
    SharedState with = state;
    byte[] next = told().withNew(System.currentTimeMillis()).written();
    if (with == null || !with.say(SharedKeys.FACT, next)) {
      return Rotation.NO_ROOM;
    }
    follow(SharedKeys.FACT);
    return Rotation.DONE;
  }

  private SharedKeys told() {
    return book.value(SharedKeys.FACT).map(SharedKeys::read).orElse(SharedKeys.NONE);
  }

  private void adopt(SharedKeys next) {
    if (!next.equals(keys)) {
      keys = next;
      LOG.log(Level.INFO, "session keys: {0} that the nodes have in common", next.made().size());
      serveAgain();
      serveAgainWhenNextSigns();
    }
  }

  private void serveAgainWhenNextSigns() {
    Duration wait = keys.untilNextSigns(System.currentTimeMillis());
    if (!wait.isZero()) {
      Thread.ofVirtual().name("new-keys-sign").start(() -> serveAgainIn(wait));
    }
  }

  private void serveAgainIn(Duration wait) {
    try {
      Thread.sleep(wait.plusMillis(1));
      serveAgain();
      serveAgainWhenNextSigns();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same configuration, with the keys as they are now. */
  private void serveAgain() {
    Controller with = controller;
    if (with != null) {
      Thread.ofVirtual().name("new-keys").start(with::serveAgain);
    }
  }

  // ---- what is said

  @Override
  public void wish(ServerId server, Wish wish) {
    String name = WISH + server.pool() + "/" + server.server();
    byte[] word = wish.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
    says.execute(() -> {
      SharedState with = state;
      if (with != null) {
        with.say(name, word);
        follow(name);
      }
    });
  }

  @Override
  public void cleared(Clearing clearing) {
    SharedState with = state;
    if (with == null) {
      return;
    }
    clears.follow(clearing);
    CompletableFuture.runAsync(
            () -> {
              if (!with.say(clearing.name(), clearing.value())) {
                LOG.log(
                    Level.WARNING,
                    "there is no room to tell all nodes which sessions have ended: those that are"
                        + " not known here may go on");
              }
            },
            says)
        .join();
  }

  /** One after the other, and what the book says by then: words may overtake each other. */
  private void heard(Fact fact) {
    // Before sessions are heard of that it ends.
    fact.value().ifPresent(value -> clears.heard(fact.name(), value));
    says.execute(() -> follow(fact.name()));
  }

  private void follow(String name) {
    byte[] value = book.value(name).orElse(null);
    if (value == null) {
      return;
    }
    if (name.equals(SharedKeys.FACT)) {
      adopt(SharedKeys.read(value));
    } else if (name.startsWith(WISH)) {
      followWish(name.substring(WISH.length()), new String(value, StandardCharsets.US_ASCII));
    }
  }

  private void followWish(String server, String word) {
    int slash = server.indexOf('/');
    for (Wish wish : Wish.values()) {
      if (slash > 0 && wish.name().toLowerCase(Locale.ROOT).equals(word)) {
        controller.wished(
            new ServerId(server.substring(0, slash), server.substring(slash + 1)), wish);
      }
    }
  }

  /** For servers that have come since. */
  private void followAll() {
    says.execute(() -> book.all().forEach(fact -> follow(fact.name())));
  }

  // ---- the carrier

  @Override
  public Move open(Config config, Optional<InetSocketAddress> bind) throws IOException {
    Settings now = settings;
    Settings next = Settings.of(config);
    if (next.share instanceof ShareConfig.None && now.share instanceof ShareConfig.None) {
      // Comparing records costs a good part of the start the first time.
      return Move.NOWHERE;
    }
    if (next.equals(now)) {
      return new Change(this::followAll, () -> {});
    }
    if (now.differsInPeersOnly(next)) {
      return new Change(
          () -> {
            settings = next;
            ((PeerSharing) state).peers(addresses(next.cluster));
            followAll();
          },
          () -> {});
    }
    if (now.sameSocket(next)) {
      // Nobody else can have it before this node has let go of it.
      return new Change(() -> replace(next, null, bind), () -> {});
    }
    SharedState opened = open(next, bind);
    return new Change(
        () -> replace(next, opened, bind),
        () -> {
          if (opened != null) {
            opened.close();
          }
        });
  }

  private record Change(Runnable makes, Runnable undoes) implements Move {
    @Override
    public void make() {
      makes.run();
    }

    @Override
    public void undo() {
      undoes.run();
    }
  }

  private void replace(Settings next, SharedState opened, Optional<InetSocketAddress> bind) {
    SharedState before = state;
    state = null;
    if (before != null) {
      before.close();
    }
    settings = next;
    failure = null;
    try {
      SharedState after = opened == null ? open(next, bind) : opened;
      state = after;
      if (after != null) {
        after.start();
        followAll();
      }
    } catch (IOException e) {
      settings = Settings.ALONE;
      failure = e.getMessage();
      LOG.log(Level.ERROR, "nothing is shared: {0}; it is tried again", failure);
      Thread.ofVirtual().name("share-again").start(() -> serveAgainIn(RETRY));
    }
  }

  private SharedState open(Settings next, Optional<InetSocketAddress> bind) throws IOException {
    try {
      return carrier(next, bind);
    } catch (RuntimeException e) {
      throw new IOException("state.share: " + e.getMessage(), e);
    }
  }

  private SharedState carrier(Settings next, Optional<InetSocketAddress> bind) throws IOException {
    String name = next.cluster.node().isEmpty() ? hostName : next.cluster.node();
    int origin = (int) SessionShard.number(name + "/" + startMs);
    return switch (next.share) {
      case ShareConfig.None none -> null;
      case ShareConfig.Peers peers ->
          new PeerSharing(peers(name, next.cluster, bind), local, book, origin);
      case ShareConfig.Store store ->
          new StoreSharing(
              name,
              settings(store).open(),
              local,
              next.cluster.key().orElseThrow(),
              book,
              origin,
              next.lookupTimeout);
    };
  }

  private PeerSettings peers(String name, ClusterConfig cluster, Optional<InetSocketAddress> bind)
      throws IOException {
    Address.Tcp wanted = cluster.bind().orElseThrow();
    return new PeerSettings(
        name,
        startMs,
        bind.orElseThrow(
            () -> new IOException("cluster.bind: no address was found for " + wanted.host())),
        addresses(cluster),
        cluster.key().orElseThrow());
  }

  private static List<String> addresses(ClusterConfig cluster) {
    return cluster.peers().stream().map(Address.Tcp::toString).toList();
  }

  private static StoreSettings settings(ShareConfig.Store store) {
    return new StoreSettings(
        store.toString(),
        store.user(),
        store.password().map(NodeSharing::text),
        store.sentinelPassword().map(NodeSharing::text),
        store.ca());
  }

  private static String text(Secret secret) {
    return new String(secret.bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public ShareStatus status() {
    SharedState with = state;
    String why = failure;
    if (why != null) {
      return ShareStatus.broken(why);
    }
    return with == null ? ShareStatus.NONE : with.status();
  }

  @Override
  public void close() {
    if (state != null) {
      state.close();
    }
    says.shutdownNow();
  }
}
