package io.steelyard.control;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Where the admin API listens, as the control plane moves it with a configuration. */
@FunctionalInterface
public interface AdminSocket {
  /** For a node without an admin API, or that opens it later. */
  AdminSocket NONE = _ -> Move.NOWHERE;

  /**
   * Opens the address if it is another one than now. The former one answers until the move is made.
   *
   * @throws IOException saying which address could not be had, and why
   */
  Move open(InetSocketAddress address) throws IOException;

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
