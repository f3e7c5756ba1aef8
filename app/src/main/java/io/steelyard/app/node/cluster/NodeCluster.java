package io.steelyard.app.node.cluster;

import io.steelyard.cluster.member.Membership.Life;
import io.steelyard.cluster.member.NodeReport;
import io.steelyard.config.ClusterConfig;
import io.steelyard.config.Config;
import io.steelyard.config.QuorumMode;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.Controller;
import io.steelyard.control.cluster.ClusterMetrics;
import io.steelyard.control.cluster.ClusterStatus;
import io.steelyard.core.metric.MetricSink;
import io.steelyard.proxy.Proxy;
import io.steelyard.share.member.Rehearsal;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Has this node take part in its cluster as the configuration says: it hears the others, and owns
 * virtual addresses. Configurations come one after the other.
 */
public final class NodeCluster implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");
  private static final Duration RETRY = Duration.ofMillis(100);

  /** So often it is looked which nodes a store tells of. */
  private static final long FIND_NS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String hostName;
  private final OwnReport own;
  private final LoopWatch loops;
  private final Vips vips;
  private volatile Controller controller;
  private volatile Membership membership = Membership.NONE;
  private volatile QuorumMode quorum = QuorumMode.NONE;
  private volatile boolean leaving;
  private volatile String failure = "";
  private volatile LastWord inherited = LastWord.NOTHING;
  private volatile LastWord lastWord = LastWord.NOTHING;

  /** A former process of this node has not let go yet. */
  private volatile boolean succeeds;

  private volatile boolean handedOver;

  /** Null but with {@code quorum: nodes}. */
  private volatile NodeLeases nodeLeases;

  /** Null where no store tells of other nodes. */
  private volatile Supplier<Map<String, String>> discovery;

  private volatile long foundNs = System.nanoTime() - FIND_NS;

  /** Null if nothing is to be joined. */
  private Attempt wanted;

  /** The nodes as a configuration has them; {@code nodes} is null for a node that is alone. */
  private record Membership(
      Nodes nodes, String name, ClusterConfig cluster, Optional<InetSocketAddress> bind) {
    static final Membership NONE = new Membership(null, "", ClusterConfig.NONE, Optional.empty());

    /** Whether the same socket and the same life go on. */
    boolean goesOn(String nextName, ClusterConfig next, Optional<InetSocketAddress> nextBind) {
      return nodes != null
          && name.equals(nextName)
          && bind.equals(nextBind)
          && cluster.key().equals(next.key())
          && VipPlan.lease(cluster).equals(VipPlan.lease(next));
    }
  }

  /** Takes part in nothing before a configuration says so. */
  public NodeCluster(Proxy proxy, String version, String hostName) {
    this.hostName = hostName;
    this.loops = new LoopWatch(proxy);
    this.vips = new Vips(() -> controller, loops);
    this.own = new OwnReport(version, this::state);
  }

  /** Whom it asks how this node is. */
  public void follow(Controller with) {
    controller = with;
  }

  /**
   * A store tells of other nodes; before the first configuration.
   *
   * @param from where they listen, by their names, this one perhaps among them; must not block
   */
  public void discover(Supplier<Map<String, String>> from) {
    discovery = from;
  }

  private void find() {
    Nodes nodes = membership.nodes();
    Supplier<Map<String, String>> from = discovery;
    long nowNs = System.nanoTime();
    if (nodes != null && from != null && nowNs - foundNs >= FIND_NS) {
      foundNs = nowNs;
      nodes.found(FoundNodes.others(from.get(), nodes.name()));
    }
  }

  private NodeReport.State state() {
    if (leaving) {
      return NodeReport.State.LEAVING;
    }
    Controller with = controller;
    return with != null && with.ready() ? NodeReport.State.READY : NodeReport.State.STARTING;
  }

  /**
   * Gets ready to take part as a configuration says.
   *
   * @param bind the address that {@code cluster.bind} leads to
   * @throws IOException if it cannot
   */
  public Move open(Config config, Optional<InetSocketAddress> bind) throws IOException {
    ClusterConfig cluster = config.cluster();
    String name = cluster.node().isEmpty() ? hostName : cluster.node();
    VipPlan plan = VipPlan.of(cluster, name);
    if (!plan.isEmpty()) {
      loops.start();
    }
    Move addresses = vips.open(plan, () -> leases(name, cluster));
    Steps nodes = nodes(config, name, bind);
    return new Move() {
      @Override
      public void make() {
        quorum = cluster.quorum();
        nodes.make();
        addresses.make();
      }

      @Override
      public void undo() {
        addresses.undo();
      }
    };
  }

  private Leases leases(String name, ClusterConfig cluster) {
    nodeLeases = null;
    return switch (cluster.quorum()) {
      case NONE -> null;
      case NODES -> {
        nodeLeases = new NodeLeases(() -> membership.nodes(), VipPlan.guardTimeout(cluster));
        yield nodeLeases;
      }
      case STORE -> StoreLeases.open(name, cluster);
    };
  }

  private Steps nodes(Config config, String name, Optional<InetSocketAddress> bind) {
    ClusterConfig cluster = config.cluster();
    boolean others = !cluster.peers().isEmpty() || discovery != null;
    boolean together = bind.isPresent() && others && cluster.key().isPresent();
    Membership now = membership;
    if (!together && now.nodes() == null && !isJoining()) {
      return serving(config);
    }
    if (together && now.goesOn(name, cluster, bind) && !isJoining()) {
      return serving(config).then(() -> goOn(now, cluster, bind));
    }
    return serving(config).then(() -> replace(together, name, cluster, bind));
  }

  /** Steps that cannot fail. */
  private interface Steps {
    void make();

    default Steps then(Runnable next) {
      return () -> {
        make();
        next.run();
      };
    }
  }

  private Steps serving(Config config) {
    return () -> own.serves(config);
  }

  private synchronized boolean isJoining() {
    return wanted != null && !wanted.joined;
  }

  private synchronized void goOn(
      Membership now, ClusterConfig cluster, Optional<InetSocketAddress> bind) {
    now.nodes().peers(cluster, bind.orElseThrow());
    membership = new Membership(now.nodes(), now.name(), cluster, bind);
  }

  /** The former socket must be closed before the next can have its address. */
  private synchronized void replace(
      boolean together, String name, ClusterConfig cluster, Optional<InetSocketAddress> bind) {
    Membership before = membership;
    boolean other = !together || !before.name().equals(name);
    if (other) {
      closeNodes();
    } else if (before.nodes() != null && !isJoining()) {
      // The others go on hearing the same node, and what it holds it holds.
      silence(before.nodes());
      Optional<Life> life = Optional.of(before.nodes().life());
      inherited = new LastWord(before.name(), life, List.of(), Map.of());
    }
    if (!together) {
      return;
    }
    loops.start();
    Attempt attempt = new Attempt(name, cluster, bind);
    wanted = attempt;
    if (!join(attempt)) {
      Thread.ofVirtual().name("join-cluster").start(() -> joinLater(attempt));
    }
  }

  /** What a configuration wants. Told apart by identity. */
  private static final class Attempt {
    private final String name;
    private final ClusterConfig cluster;
    private final Optional<InetSocketAddress> bind;
    private String failure = "";
    private boolean joined;

    Attempt(String name, ClusterConfig cluster, Optional<InetSocketAddress> bind) {
      this.name = name;
      this.cluster = cluster;
      this.bind = bind;
    }
  }

  /** A process that this one takes over from may still have the address. */
  private void joinLater(Attempt attempt) {
    try {
      if (succeeds) {
        warmUp(attempt);
      }
      do {
        Thread.sleep(RETRY);
      } while (!joinOrLater(attempt));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** There is little time later. What goes wrong here would only have been quicker. */
  private void warmUp(Attempt attempt) throws InterruptedException {
    try {
      Rehearsal.of(attempt.cluster.key().orElseThrow(), report());
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "the first beats were not rehearsed", e);
    }
  }

  /** No mistake of ours may be the last attempt. */
  private boolean joinOrLater(Attempt attempt) {
    try {
      return join(attempt);
    } catch (RuntimeException e) {
      if (!e.toString().equals(attempt.failure)) {
        attempt.failure = e.toString();
        LOG.log(Level.ERROR, "this node has not joined the others; it is tried again", e);
      }
      return false;
    }
  }

  /** Whether nothing is left to be tried. */
  private synchronized boolean join(Attempt attempt) {
    if (!attempt.equals(wanted) || attempt.joined) {
      return true;
    }
    if (succeeds) {
      return false;
    }
    try {
      InetSocketAddress bind = attempt.bind.orElseThrow();
      Nodes nodes =
          new Nodes(
              attempt.name,
              inherited
                  .lifeOf(attempt.name)
                  .orElseGet(() -> Nodes.newLife(System.currentTimeMillis())),
              bind,
              attempt.cluster,
              this::report,
              controller.events(),
              this::find);
      // For the next time it is over.
      inherited = LastWord.NOTHING;
      NodeLeases leases = nodeLeases;
      nodes.goOn(leases == null ? Set.of() : leases.wanted(), membership.nodes());
      attempt.joined = true;
      membership = new Membership(nodes, attempt.name, attempt.cluster, attempt.bind);
      failure = "";
      nodes.start();
      return true;
    } catch (IOException e) {
      failure = e.getMessage();
      if (!failure.equals(attempt.failure)) {
        attempt.failure = failure;
        LOG.log(Level.WARNING, "other nodes are not heard: {0}; it is tried again", failure);
      }
      return false;
    }
  }

  private NodeReport report() {
    own.load(loops.connections(), loops.requestsPerSecond());
    return own.report(vips.owned());
  }

  /** Returns those that were there before, which are silent now. */
  private synchronized Membership closeNodes() {
    wanted = null;
    Membership before = membership;
    membership = Membership.NONE;
    if (before.nodes() != null) {
      silence(before.nodes());
    }
    return before;
  }

  private static void silence(Nodes nodes) {
    try {
      nodes.close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "the beacon was not closed in good order", e);
    }
  }

  /** This node is about to go: others are told at once. */
  public void announceLeaving() {
    leaving = true;
    Nodes nodes = membership.nodes();
    if (nodes != null) {
      nodes.now();
    }
  }

  /**
   * Those of this node that other hosts take over when it goes; none any more once another process
   * of this host has them.
   */
  public Set<InetAddress> ownAddresses() {
    return handedOver ? Set.of() : vips.ownAddresses();
  }

  /** Gives all addresses up. */
  public void leave() throws InterruptedException {
    vips.leave();
  }

  /** What this process owns, for the one that takes over from it. */
  public List<String> inheritable() {
    return vips.inheritable();
  }

  /**
   * Before the first configuration: a former process of this node goes on until this one serves,
   * and lets go then.
   */
  public void succeed() {
    succeeds = true;
    loops.succeed();
  }

  /** Before the first configuration: what the former process owns. */
  public void inherit(List<String> lines) {
    vips.inherit(lines);
  }

  /** The former process has let go, and says what {@link #lastWord} said there. */
  public void inheritLast(String word) {
    LastWord read = LastWord.read(word);
    inherited = read;
    vips.inheritLast(read.handed(), read.untilNs());
    joinNow();
  }

  /** The former process says nothing any more, whatever it has said: this one goes on by itself. */
  public void succeeded() {
    if (succeeds) {
      vips.inheritWithoutWord();
      joinNow();
    }
  }

  private void joinNow() {
    succeeds = false;
    Attempt attempt = attempt();
    if (attempt != null) {
      join(attempt);
    }
  }

  private synchronized Attempt attempt() {
    return wanted;
  }

  /** The process that takes over serves: what this one owned is its own now. */
  public void handOver() {
    freshenLeases();
    handedOver = true;
    Vips.HandedOver handed = vips.handOver();
    Membership before = closeNodes();
    Optional<Life> life = Optional.ofNullable(before.nodes()).map(Nodes::life);
    lastWord = new LastWord(before.name(), life, handed.lines(), handed.untilNs());
  }

  /** The other process is young, and the machine perhaps busy: it gets all the time there is. */
  private void freshenLeases() {
    Nodes nodes = membership.nodes();
    if (nodes != null && nodeLeases != null) {
      try {
        nodes.freshen();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** After {@link #handOver}: what the process that takes over has to know. */
  public String lastWord() {
    return lastWord.text();
  }

  /** Whether an address may come to this host. */
  public static boolean isVirtual(Config config, InetAddress address) {
    return config.cluster().vips().stream()
        .flatMap(vip -> vip.addresses().stream())
        .anyMatch(network -> network.address().equals(address));
  }

  /** How it stands; does not block. */
  public ClusterStatus status() {
    Membership now = membership;
    Nodes nodes = now.nodes();
    List<String> troubles = new ArrayList<>(vips.troubles());
    if (!failure.isEmpty()) {
      troubles.add(failure);
    }
    if (nodes == null) {
      return new ClusterStatus(
          "",
          Optional.empty(),
          1,
          List.of(),
          quorum(),
          vips.status(),
          troubles,
          Map.of(),
          vips.leaseCounts());
    }
    troubles.addAll(nodes.troubles());
    if (discovery != null
        && now.cluster().peers().isEmpty()
        && now.cluster().reachableAt().isEmpty()) {
      troubles.add(
          "other nodes are not told where this one listens: 'cluster.bind' names no address");
    }
    return new ClusterStatus(
        nodes.name(),
        Optional.of(report()),
        nodes.configured(),
        nodes.members(),
        quorum(),
        vips.status(),
        troubles,
        nodes.counts(),
        vips.leaseCounts());
  }

  private String quorum() {
    return quorum.name().toLowerCase(Locale.ROOT);
  }

  /** Metrics of nodes and virtual addresses. */
  public void collect(MetricSink sink) {
    ClusterMetrics.collect(status(), sink);
  }

  @Override
  public void close() {
    vips.close();
    loops.close();
    closeNodes();
  }
}
