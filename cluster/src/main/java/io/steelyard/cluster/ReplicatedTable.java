package io.steelyard.cluster;

import io.steelyard.core.session.SessionShard;
import java.nio.ByteBuffer;

/** This node's session table, as those see it who tell others of it. */
public interface ReplicatedTable {
  /** Visits all sessions, those that were ended and are remembered as such included. */
  void visit(SessionShard.Visitor visitor);

  /**
   * Takes in what another node tells.
   *
   * @param entries of {@link io.steelyard.core.session.SessionEntry}s that are written
   * @return how many were news
   */
  int merge(ByteBuffer entries);
}
