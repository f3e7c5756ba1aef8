package io.steelyard.app.node.sharing;

import io.steelyard.config.Config;
import io.steelyard.control.Sharing.Rotation;
import io.steelyard.core.session.Keyring;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/** The session keys that this node has in common with others: adopts new ones, and makes them. */
final class CommonKeys {
  private static final Logger LOG = System.getLogger("steelyard.node");

  private final SharedFacts facts;
  private final CurrentCarrier carrier;
  private final LateController controller;
  private volatile SharedKeys keys = SharedKeys.NONE;

  CommonKeys(SharedFacts facts, CurrentCarrier carrier, LateController controller) {
    this.facts = facts;
    this.carrier = carrier;
    this.controller = controller;
  }

  /** What sessions are told by where a configuration holds: its own keys, or the common ones. */
  Optional<Keyring> ring(Config config) {
    Optional<Keyring> own = config.state().keys();
    return own.isPresent()
        ? own
        : config.cluster().key().map(key -> keys.ring(key, System.currentTimeMillis()));
  }

  /** Gives all nodes a new key. May block for as long as a store needs. */
  Rotation rotate() {
    if (controller.config().state().keys().isPresent()) {
      return Rotation.KEYS_IN_FILE;
    }
    if (carrier.state() == null) {
      return Rotation.NOT_SHARED;
    }
    if (carrier.status().trouble().isPresent()) {
      return Rotation.NOT_IN_STEP;
    }
    return facts.sayAndWait(SharedKeys.FACT, this::withNew) ? Rotation.DONE : Rotation.NO_ROOM;
  }

  private byte[] withNew() {
    return facts
        .value(SharedKeys.FACT)
        .map(SharedKeys::read)
        .orElse(SharedKeys.NONE)
        .withNew(System.currentTimeMillis())
        .written();
  }

  /** Does what is said, if it is of keys. */
  void follow(String name, byte[] value) {
    if (name.equals(SharedKeys.FACT)) {
      adopt(SharedKeys.read(value));
    }
  }

  private void adopt(SharedKeys next) {
    if (!next.equals(keys)) {
      keys = next;
      LOG.log(Level.INFO, "session keys: {0} that the nodes have in common", next.made().size());
      controller.serveAgain();
      serveAgainWhenNextSigns();
    }
  }

  private void serveAgainWhenNextSigns() {
    Duration wait = keys.untilNextSigns(System.currentTimeMillis());
    if (!wait.isZero()) {
      controller.serveAgainIn(wait, this::serveAgainWhenNextSigns);
    }
  }
}
