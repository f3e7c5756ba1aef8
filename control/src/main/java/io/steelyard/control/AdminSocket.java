package io.steelyard.control;

import io.steelyard.config.AdminConfig;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Where the admin API listens, as the control plane moves it with a configuration. */
@FunctionalInterface
public interface AdminSocket {
  /** For a node without an admin API, or that opens it later. */
  AdminSocket NONE = (_, _) -> Move.NOWHERE;

  /**
   * Opens what is to be open another way than now. The former way answers until the move is made.
   *
   * @param address the configured one, looked up
   * @throws IOException saying what could not be had, and why
   */
  Move open(AdminConfig config, InetSocketAddress address) throws IOException;

  /** From one address to the next, not made yet. */
  interface Move {
    /** The address stays. */
    Move NOWHERE =
        new Move() {
          @Override
          public void make() {}

          @Override
          public void undo() {}
        };

    /** Answers at the new address only; cannot fail. */
    void make();

    /** Closes the new address. */
    void undo();
  }
}
