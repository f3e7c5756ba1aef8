package io.steelyard.app.node.sharing;

import io.steelyard.cluster.Clearing;
import io.steelyard.core.session.SessionClears;
import java.util.function.Consumer;

/** What operators have ended of sessions on any node, since this one knows of it. Any thread. */
final class SharedClears {
  private final Consumer<SessionClears> table;
  private SessionClears known = SessionClears.NONE;

  /**
   * Nothing yet.
   *
   * @param table follows what is known; may block
   */
  SharedClears(Consumer<SessionClears> table) {
    this.table = table;
  }

  /** Returns when the table follows; what another node says, and is none of these, changes none. */
  void heard(String name, byte[] value) {
    Clearing.of(name, value).ifPresent(this::follow);
  }

  /** The same for what this node says. */
  synchronized void follow(Clearing clearing) {
    SessionClears next = known.with(clearing.pool(), clearing.server(), clearing.stamp());
    if (next != known) {
      known = next;
      table.accept(next);
    }
  }
}
