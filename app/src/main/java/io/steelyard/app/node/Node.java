package io.steelyard.app.node;

import io.steelyard.admin.NodeView;
import io.steelyard.app.node.cluster.NodeCluster;
import io.steelyard.app.node.sharing.NodeSharing;
import io.steelyard.app.node.store.StoreSource;
import io.steelyard.app.node.takeover.Heir;
import io.steelyard.app.node.takeover.Meeting;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.control.ConfigDesk;
import io.steelyard.control.ConfigFile;
import io.steelyard.control.Controller;
import io.steelyard.control.Events;
import io.steelyard.control.Follower;
import io.steelyard.control.NodeInfo;
import io.steelyard.control.Outcome;
import io.steelyard.control.ServerChange;
import io.steelyard.control.Sessions;
import io.steelyard.control.Sharing;
import io.steelyard.control.Status;
import io.steelyard.control.cluster.ClusterStatus;
import io.steelyard.core.explain.Explanation;
import io.steelyard.core.explain.Inquiry;
import io.steelyard.core.explain.NoListenerException;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.snapshot.ListenerLimits;
import io.steelyard.net.Descriptors;
import io.steelyard.proxy.Proxy;
import io.steelyard.proxy.ProxyOptions;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Data plane, control plane and admin server of one process.
 *
 * <p>Started in this order, stopped in the opposite one: the data plane's loops, the first
 * configuration, then the admin server, so that it does not hold up the first request.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private static final Duration READY_POLL = Duration.ofMillis(5);

  private final Proxy proxy;
  private final Controller controller;
  private final AdminApi admin = new AdminApi(new View());
  private final NodeSharing sharing;
  private final NodeCluster cluster;
  private final Succession succession;
  private volatile ConfigFile file;
  private volatile Follower follower;
  private volatile ConfigDesk desk;

  private Node(Proxy proxy, String version) throws IOException {
    this.proxy = proxy;
    long startMs = System.currentTimeMillis();
    this.cluster = new NodeCluster(proxy, version, hostName());
    this.sharing = new NodeSharing(proxy, hostName(), startMs, cluster);
    this.controller =
        new Controller(
            new NodeInfo(version, hostName()),
            new ProxyDataPlane(proxy),
            admin,
            sharing,
            new Events(InstantSource.system(), Events.DEFAULT_CAPACITY),
            InstantSource.system(),
            new SplittableRandom());
    cluster.follow(controller);
    sharing.follow(controller);
    succession = new Succession(proxy, controller, admin, sharing, cluster);
  }

  /** Starts the event loops; nothing listens yet. */
  public static Node start(ProxyOptions options, String version) throws IOException {
    Proxy proxy = Proxy.start(options);
    if (proxy.clientsMax() < ListenerLimits.DEFAULT.connections()) {
      LOG.log(
          Level.INFO,
          "at most {0} clients at a time: a process may have {1} open files here",
          Integer.toString(proxy.clientsMax()),
          Integer.toString(Descriptors.max()));
    }
    LOG.log(Level.INFO, "{0} event loops on {1}", proxy.loops(), proxy.transport());
    return new Node(proxy, version);
  }

  /**
   * Takes over from another process what it has; to be called before the first configuration, which
   * then is served, and takes clients from the other process, only with {@link #open}.
   */
  public void inherit(Heir heir) {
    succession.inherit(heir);
  }

  /** From now on another process can take over from this one. */
  public void offer(Meeting.Place place, Signals signals) {
    succession.offer(place, signals);
  }

  /** Serves a configuration that does not change. */
  public Outcome apply(Config config) {
    return controller.apply(config);
  }

  /**
   * Serves a configuration that was made of what was read at a source, and after {@link #open}
   * whatever it is changed to there.
   */
  public Outcome follow(OwnSource source, List<ConfigText> texts, Config config) {
    file = new ConfigFile(source, own -> ConfigParser.parse(own).config(), controller);
    return file.start(texts, config);
  }

  /**
   * Serves what the node's own configuration and the store that it names say together, and after
   * {@link #open} whatever they are changed to.
   */
  public Outcome follow(OwnSource source, OwnConfig own) {
    follower =
        new Follower(source, own, StoreSource.open(own.from()), controller, InstantSource.system());
    cluster.discover(follower::addresses);
    try {
      return follower.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Refused(List.of("interrupted before there was a configuration"));
    }
  }

  /** Reads the file again soon, if there is one. */
  public void reload() {
    if (follower != null) {
      follower.requestReload();
    } else if (file == null) {
      LOG.log(Level.INFO, "nothing to reload: there is no configuration file to read again");
    } else {
      file.requestReload();
    }
  }

  /** The file of the access log may have been renamed: it is opened again. */
  public void reopenAccessLog() {
    if (!proxy.reopenAccessLog()) {
      LOG.log(Level.INFO, "nothing to open again: access logs go to standard output");
    }
  }

  /**
   * Opens the admin API where the configuration that is served says, and begins to watch the file,
   * if there is one.
   */
  public void open() throws IOException {
    boolean heir = succession.isHeir();
    succession.succeed(() -> admin.start(controller.config().admin()));
    if (!heir && !controller.config().cluster().vips().isEmpty()) {
      // Whoever takes over serves at once, and needs its time for that.
      Thread.ofPlatform().daemon().name("rehearsal").start(this::rehearse);
    }
    if (follower != null) {
      desk = follower.desk();
      follower.follow(ConfigFile.DEFAULT_INTERVAL);
    }
    if (file != null) {
      desk = file.desk(InstantSource.system()).orElse(null);
      file.watch(ConfigFile.DEFAULT_INTERVAL);
    }
  }

  /** An address may come at any moment, and all its clients with it. */
  private void rehearse() {
    try {
      int answered = DataPlaneRehearsal.run(proxy.transport());
      LOG.log(Level.DEBUG, "rehearsed {0} requests", answered);
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.WARNING, "the first requests may be slow: no rehearsal, {0}", e.getMessage());
    }
  }

  /**
   * Waits for the first round of checks: before it, servers that are checked take nothing.
   *
   * @return whether it was ready in time
   */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    long startNs = System.nanoTime();
    while (!controller.ready() && System.nanoTime() - startNs < atMost.toNanos()) {
      Thread.sleep(READY_POLL);
    }
    return controller.ready();
  }

  /** Where the admin API listens. */
  public InetSocketAddress adminAddress() {
    return admin.address();
  }

  /**
   * Finishes what is in flight and takes nothing new.
   *
   * @return whether all had finished before the deadline
   */
  public boolean drain(Duration deadline) throws InterruptedException {
    cluster.announceLeaving();
    Set<InetAddress> moving = cluster.ownAddresses();
    if (!moving.isEmpty()) {
      int reset = proxy.depart(moving::contains);
      if (reset > 0) {
        LOG.log(Level.WARNING, "{0} connections were cut off: their address moves", reset);
      }
    }
    cluster.leave();
    return controller.drain(deadline);
  }

  /** Stops at once. */
  @Override
  public void close() {
    succession.close();
    if (follower != null) {
      follower.close();
    }
    if (file != null) {
      file.close();
    }
    admin.close();
    cluster.close();
    sharing.close();
    controller.close();
    proxy.close();
  }

  /** As the kernel has it: asking the resolver could block. */
  private static String hostName() throws IOException {
    return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
  }

  /** What the admin server sees. */
  private final class View implements NodeView {
    @Override
    public Status status() {
      return controller.status();
    }

    @Override
    public ClusterStatus cluster() {
      return cluster.status();
    }

    @Override
    public Optional<Explanation> explain(Inquiry inquiry) throws NoListenerException {
      return proxy
          .explain(inquiry)
          .map(routed -> Explanation.of(routed, new SplittableRandom(), System.nanoTime()));
    }

    @Override
    public Events events() {
      return controller.events();
    }

    @Override
    public Controller.Changed change(ServerId server, ServerChange change) {
      return controller.change(server, change);
    }

    @Override
    public Sessions sessions(Sessions.Selection selection, int listMax) {
      return controller.sessions(selection, listMax);
    }

    @Override
    public int forgetSessions(Sessions.Selection selection) {
      return controller.forgetSessions(selection);
    }

    @Override
    public String keysVersion() {
      return sharing.keys(controller.config()).map(Keyring::version).orElse("");
    }

    @Override
    public Sharing.Rotation rotateKeys() {
      return sharing.rotateKeys();
    }

    @Override
    public Optional<ConfigDesk> desk() {
      return Optional.ofNullable(desk);
    }

    @Override
    public String transport() {
      return proxy.transport();
    }

    @Override
    public int loops() {
      return proxy.loops();
    }

    @Override
    public void collect(MetricSink sink) {
      proxy.collect(sink);
      controller.collect(sink);
      cluster.collect(sink);
    }
  }
}
