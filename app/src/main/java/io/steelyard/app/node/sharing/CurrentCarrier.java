package io.steelyard.app.node.sharing;

import io.steelyard.cluster.ShareStatus;
import io.steelyard.config.Config;
import io.steelyard.config.ShareConfig;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.share.PeerSharing;
import io.steelyard.share.SharedState;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * The carrier that is in use, from one configuration to the next. Where the next cannot be had at
 * once, nothing is shared until it can.
 */
final class CurrentCarrier implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.node");
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Carriers carriers;
  private final LateController controller;
  private final Runnable followed;

  private volatile CarrierSettings settings = CarrierSettings.ALONE;
  private volatile SharedState state;

  /** Another process of this host is about to have what only one can have. */
  private volatile boolean paused;

  /** Why nothing is shared although the configuration says so; null: it is. */
  private volatile String failure;

  /**
   * Shares nothing yet.
   *
   * @param followed to be done when a configuration with a carrier has been followed
   */
  CurrentCarrier(Carriers carriers, LateController controller, Runnable followed) {
    this.carriers = carriers;
    this.controller = controller;
    this.followed = followed;
  }

  /** Null: nothing is shared. */
  SharedState state() {
    return state;
  }

  ShareStatus status() {
    SharedState with = state;
    String why = failure;
    if (why != null) {
      return ShareStatus.broken(why);
    }
    return with == null ? ShareStatus.NONE : with.status();
  }

  /**
   * Gets ready to share as a configuration says, if that is another way than now.
   *
   * @throws IOException if it cannot listen for other nodes
   */
  Move open(Config config, Optional<InetSocketAddress> bind) throws IOException {
    if (paused) {
      return Move.NOWHERE;
    }
    CarrierSettings now = settings;
    CarrierSettings next = CarrierSettings.of(config);
    if (next.alone() && now.alone()) {
      // Comparing records costs a good part of the start the first time.
      return Move.NOWHERE;
    }
    if (next.equals(now)) {
      return new Change(followed, () -> {});
    }
    if (now.differsInPeersOnly(next)) {
      return new Change(() -> replacePeers(next), () -> {});
    }
    if (now.sameSocket(next)) {
      // Nobody else can have it before this node has let go of it.
      return new Change(() -> replace(next, null, bind), () -> {});
    }
    SharedState opened = carriers.open(next, bind);
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

  private void replacePeers(CarrierSettings next) {
    settings = next;
    ((PeerSharing) state).peers(Carriers.addresses(next.cluster()));
    followed.run();
  }

  private void replace(CarrierSettings next, SharedState opened, Optional<InetSocketAddress> bind) {
    SharedState before = state;
    state = null;
    if (before != null) {
      before.close();
    }
    settings = next;
    failure = null;
    try {
      SharedState after = opened == null ? carriers.open(next, bind) : opened;
      state = after;
      if (after != null) {
        after.start();
        followed.run();
      }
    } catch (IOException e) {
      settings = CarrierSettings.ALONE;
      failure = e.getMessage();
      LOG.log(Level.ERROR, "nothing is shared: {0}; it is tried again", failure);
      controller.serveAgainIn(RETRY, () -> {});
    }
  }

  /**
   * Lets go of the port for other nodes, if there is one: nothing is shared from now on. What comes
   * through a store is shared on, by however many.
   */
  void pause() {
    paused = true;
    if (settings.share() instanceof ShareConfig.Peers) {
      SharedState before = state;
      state = null;
      settings = CarrierSettings.ALONE;
      if (before != null) {
        before.close();
      }
    }
  }

  /** Shares again as is configured. */
  void resume() {
    paused = false;
    controller.serveAgain();
  }

  @Override
  public void close() {
    SharedState last = state;
    if (last != null) {
      last.close();
    }
  }
}
