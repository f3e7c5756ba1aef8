package io.steelyard.cluster;

import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What one node tells another. Sent in frames that are authenticated; see {@link MessageCodec}. */
public sealed interface Message {
  /**
   * What has changed at the sender.
   *
   * @param sequence the number of the first change among all of the sender's: a gap says that some
   *     were lost
   * @param sentNs the sender's clock, for the answer
   * @param entries of sessions that are written; not copied
   */
  record Delta(long sequence, long sentNs, ByteBuffer entries) implements Message {}

  /**
   * The changes up to there have been taken in.
   *
   * @param sequence the number of the next one that is expected
   * @param sentNs as the delta said
   */
  record Ack(long sequence, long sentNs) implements Message {}

  /**
   * What have you got?
   *
   * @param round tells the answer to this question from those to earlier ones
   * @param facts a sum of the facts that the sender knows
   */
  record Ask(int round, long facts) implements Message {}

  /** That is what I have. */
  record Have(int round, Digest digest) implements Message {}

  /**
   * Send me these buckets.
   *
   * @param round tells the answer to this from those to others
   */
  record Want(int round, BitSet buckets) implements Message {}

  /**
   * A part of what was wanted.
   *
   * @param part its number, from 0
   * @param last whether there is no part with a higher number
   */
  record Entries(int round, int part, boolean last, ByteBuffer entries) implements Message {}

  /** What the sender knows beside sessions, or some of it. */
  record Facts(List<Fact> facts) implements Message {}

  /** The sender's own counts, since its start. */
  record Tallies(Map<String, Long> counts) implements Message {}
}
