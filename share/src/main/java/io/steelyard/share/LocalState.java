package io.steelyard.share;

import io.steelyard.cluster.Fact;
import io.steelyard.cluster.ReplicatedTable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/** What this node has, as those see it who share it with others. */
public interface LocalState extends ReplicatedTable {
  /** What is noted of sessions here, for one thread. */
  interface Feed {
    /**
     * Takes what was noted since, as {@link io.steelyard.core.session.SessionEntry}s that are
     * written; what has no room comes the next time.
     *
     * @return how many
     */
    int drain(ByteBuffer into);

    /** Waits until there is something, or the time is over. */
    void await(long atMostNs);

    /** How many had no room to be kept, since the beginning. */
    long lost();
  }

  /**
   * From now on what is noted is kept for others.
   *
   * @param origin the number of this node, in this life
   * @param asking told which sessions are wanted that are not known here; null: nobody can be asked
   * @param deadline how long a request waits for the answer
   */
  Feed share(int origin, SessionQuestions asking, Duration deadline);

  /** Others are told no more. */
  void keep();

  /** What this node has counted since its start, by name: at most 1024, of few characters. */
  Map<String, Long> counts();

  /** Another node says something. */
  void heard(Fact fact);
}
