package io.steelyard.control;

import io.steelyard.cluster.Clearing;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.config.Config;
import io.steelyard.control.AdminSocket.Move;
import io.steelyard.core.health.Wish;
import io.steelyard.core.server.ServerId;
import io.steelyard.core.session.Keyring;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What this node shares with others, as the control plane has it follow a configuration. */
public interface Sharing {
  /** For a node on its own. */
  Sharing NONE =
      new Sharing() {
        @Override
        public Optional<Keyring> keys(Config config) {
          return config.state().keys();
        }

        @Override
        public Move open(Config config, Optional<InetSocketAddress> bind) {
          return Move.NOWHERE;
        }

        @Override
        public ShareStatus status() {
          return ShareStatus.NONE;
        }

        @Override
        public void wish(ServerId server, Wish wish) {}

        @Override
        public void cleared(Clearing clearing) {}

        @Override
        public Rotation rotateKeys() {
          return Rotation.NOT_SHARED;
        }
      };

  /**
   * What sessions are told by and cookies are signed with: the configuration's own, or what all
   * nodes have in common; empty: this process may make its own.
   */
  Optional<Keyring> keys(Config config);

  /**
   * Gets ready to share as a configuration says, if that is another way than now.
   *
   * @param bind the address that {@code cluster.bind} leads to; empty if there is none, or it was
   *     not found
   * @throws IOException if it cannot listen for other nodes
   */
  Move open(Config config, Optional<InetSocketAddress> bind) throws IOException;

  /** How it stands; does not block. */
  ShareStatus status();

  /** Tells the others what an operator wants of a server; returns at once. */
  void wish(ServerId server, Wish wish);

  /**
   * Tells the others what an operator has ended of sessions. May block for as long as a store
   * needs.
   */
  void cleared(Clearing clearing);

  /** What became of the wish for a new key. */
  enum Rotation {
    DONE,
    /** The configuration has keys of its own. */
    KEYS_IN_FILE,
    /** There is nobody to have one in common with. */
    NOT_SHARED,
    /** Some would not hear of it. */
    NOT_IN_STEP,
    /** There are too many other facts. */
    NO_ROOM
  }

  /**
   * Gives all nodes a new key for sessions in common. May block for as long as a store needs.
   * Cookies are signed with it once all have heard of it; what was signed before stays good.
   */
  Rotation rotateKeys();
}
