package io.steelyard.app.node.sharing;

import io.steelyard.app.node.cluster.NodeCluster;
import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.config.Config;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.control.Controller;
import io.steelyard.control.Sharing;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.Keyring;
import io.steelyard.proxy.Proxy;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What this node shares with others: joins the carrier with what is said through it. */
public final class NodeSharing implements Sharing, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private final LateController controller = new LateController();
  private final CurrentCarrier carrier;
  private final SharedFacts facts;
  private final CommonKeys keys;
  private final SharedWishes wishes;
  private final SharedClears clears;
  private final NodeCluster cluster;
  private final Proxy proxy;

  /** Shares nothing before a configuration says so. */
  public NodeSharing(Proxy proxy, String hostName, long startMs, NodeCluster cluster) {
    this.proxy = proxy;
    this.cluster = cluster;
    FactBook book = new FactBook(Carriers.origin(hostName, startMs));
    Carriers carriers = new Carriers(hostName, startMs, new ProxyState(proxy, this::heard), book);
    this.carrier = new CurrentCarrier(carriers, controller, this::followAll);
    this.facts = new SharedFacts(book, carrier, this::follow);
    this.keys = new CommonKeys(facts, carrier, controller);
    this.wishes = new SharedWishes(facts, controller);
    this.clears = new SharedClears(proxy::clearSessions);
  }

  /** Whom what others say is done with. */
  public void follow(Controller with) {
    controller.is(with);
  }

  private void heard(Fact fact) {
    // Before sessions are heard of that it ends.
    fact.value().ifPresent(value -> clears.heard(fact.name(), value));
    facts.heard(fact);
  }

  private void followAll() {
    facts.followAll();
  }

  private void follow(String name, byte[] value) {
    keys.follow(name, value);
    wishes.follow(name, value);
  }

  @Override
  public Optional<Keyring> keys(Config config) {
    return keys.ring(config);
  }

  @Override
  public Rotation rotateKeys() {
    return keys.rotate();
  }

  @Override
  public void wish(ServerId server, Wish wish) {
    wishes.wish(server, wish);
  }

  @Override
  public void cleared(Clearing clearing) {
    if (carrier.state() == null) {
      return;
    }
    clears.follow(clearing);
    if (!facts.sayAndWait(clearing.name(), clearing::value)) {
      LOG.log(
          Level.WARNING,
          "there is no room to tell all nodes which sessions have ended: those that are not known"
              + " here may go on");
    }
  }

  /**
   * Lets go of what only one process of a host can have, the port for other nodes: another process
   * is about to take over from this one.
   */
  public void pause() {
    carrier.pause();
  }

  /** Shares again as is configured. */
  public void resume() {
    carrier.resume();
  }

  /** All facts that are known, for a process that takes over from this one. */
  public byte[] facts() {
    return facts.written();
  }

  /**
   * Knows what the process knew that this one takes over from.
   *
   * @throws IllegalArgumentException if these are no facts
   */
  public void learn(byte[] written) {
    facts.learn(written);
  }

  @Override
  public Move open(Config config, Optional<InetSocketAddress> bind) throws IOException {
    proxy.listenBeforehand(address -> NodeCluster.isVirtual(config, address));
    Move carried = carrier.open(config, bind);
    try {
      return new Both(carried, cluster.open(config, bind));
    } catch (IOException | RuntimeException e) {
      carried.undo();
      throw e;
    }
  }

  private record Both(Move first, Move second) implements Move {
    @Override
    public void make() {
      first.make();
      second.make();
    }

    @Override
    public void undo() {
      second.undo();
      first.undo();
    }
  }

  @Override
  public ShareStatus status() {
    return carrier.status();
  }

  @Override
  public void close() {
    carrier.close();
    facts.close();
  }
}
