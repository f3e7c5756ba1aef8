package io.steelyard.cluster;

import io.steelyard.core.session.SessionEntry;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another node that this one is connected to, and what it has told so far. Its changes come in a
 * row; what was missed before, or is lost on the way, is found by comparing the tables, bucket by
 * bucket. Each of the two does that for itself:
 *
 * <pre>
 *   IDLE --due, or a gap in the row--> ASKED --Have: the same-->            IDLE, in step
 *                                        |
 *                                        +--Have: buckets differ--> PULLING --all Entries of a Want--> PULLING
 *                                                                      |
 *                                                                      +--of the last Want--> IDLE, in step
 *   ASKED, PULLING --nothing comes--> ASKED, with a new round
 * </pre>
 *
 * <p>A gap that shows while a round is under way makes another round necessary. What is sent may be
 * lost, come twice or in another order: then it takes longer. For one thread at a time, but for
 * what says otherwise.
 */
final class Neighbour {
  private static final int ENTRIES_BYTES = MessageCodec.ENTRIES_MAX * SessionEntry.BYTES;

  /** Sessions that are asked for at a time: 2.5 MB. */
  private static final int PART_MAX = 50_000;

  /** Each question that is not answered doubles the patience with the next, so often. */
  private static final int IN_VAIN_MAX = 2;

  private enum State {
    IDLE,
    ASKED,
    PULLING
  }

  private final Replica.Surroundings around;
  private final String node;
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong lagNs = new AtomicLong();

  /** While changes are not confirmed: no later than when the first of them was told. */
  private final AtomicLong waitsSinceNs = new AtomicLong();

  private State state = State.IDLE;
  private int round;
  private int inVain;
  private long askedNs;
  private long dueNs;
  private long pauseNs;
  private long deadlineNs;

  /** Buckets that are still to be asked for, and what the neighbour has in them. */
  private final BitSet missing = new BitSet();

  private Digest theirs;

  /** Of what was asked for last: the numbers of the parts that came, and how many there are. */
  private final BitSet parts = new BitSet();

  private int partsEnd;

  /** Of this round: whether anything differed, and how much of that was news. */
  private boolean differed;

  private int news;

  /** The next change in the row that is expected; -1 before the first one. */
  private long expected = -1;

  private boolean gap;

  /** When it was told last how far the row of changes has come. */
  private long remindedNs;

  /** Read by others, too. */
  private volatile boolean inStep;

  Neighbour(Replica.Surroundings around, String node, long firstSequence, long nowNs) {
    this.around = around;
    this.node = node;
    this.told.set(firstSequence);
    this.acknowledged.set(firstSequence);
    this.dueNs = nowNs;
    this.askedNs = nowNs - around.options().answersNs();
    this.remindedNs = nowNs;
    this.pauseNs = around.options().comparesNs();
  }

  // ---- any thread

  /** Whether all is known that it knew, but for what is on its way. */
  boolean inStep() {
    return inStep;
  }

  /**
   * From a change here to its having been taken in there, lately; or for how long that has been
   * waited for, if that is longer.
   */
  long lagNs(long nowNs) {
    long waitsNs = unconfirmed() > 0 ? nowNs - waitsSinceNs.get() : 0;
    return Math.max(lagNs.get(), waitsNs);
  }

  /** Changes of this node that it has not confirmed. */
  long unconfirmed() {
    return told.get() - acknowledged.get();
  }

  /** It was told the changes up to this sequence; or they were lost on the way to it. */
  void told(long sequence, long nowNs) {
    if (unconfirmed() == 0) {
      waitsSinceNs.set(nowNs);
    }
    told.setRelease(sequence);
  }

  // ---- the one thread

  void tick(long nowNs) {
    if (unconfirmed() > 0 && nowNs - remindedNs > around.options().answersNs()) {
      // What was lost on the way shows as a gap before this, which has nothing in it itself.
      remindedNs = nowNs;
      around.send(node, new Message.Delta(told.get(), nowNs, ByteBuffer.allocate(0)));
    }
    if (state == State.IDLE ? nowNs - dueNs >= 0 : nowNs - deadlineNs >= 0) {
      ask(nowNs);
    }
  }

  private void ask(long nowNs) {
    // A neighbour with a large table, or little time, is not asked more often than it can answer.
    inVain = state == State.IDLE ? 0 : Math.min(inVain + 1, IN_VAIN_MAX);
    state = State.ASKED;
    round++;
    gap = false;
    differed = false;
    news = 0;
    askedNs = nowNs;
    deadlineNs = nowNs + patienceNs();
    around.send(node, new Message.Ask(round, around.factsSum()));
  }

  private long patienceNs() {
    return around.options().answersNs() << inVain;
  }

  /** When the next comparison that a gap makes necessary may begin. */
  private long soonNs(long nowNs) {
    return Math.max(nowNs, askedNs + around.options().answersNs() / 2);
  }

  void delta(Message.Delta delta, long nowNs) {
    long count = delta.entries().remaining() / SessionEntry.BYTES;
    if (expected >= 0 && delta.sequence() > expected) {
      gap = true;
      inStep = false;
      if (state == State.IDLE) {
        dueNs = soonNs(nowNs);
      }
    }
    around.merge(delta.entries());
    expected = Math.max(expected, delta.sequence() + count);
    around.send(node, new Message.Ack(delta.sequence() + count, delta.sentNs()));
  }

  void ack(Message.Ack ack, long nowNs) {
    if (ack.sequence() <= told.get()) {
      acknowledged.accumulateAndGet(ack.sequence(), Math::max);
      lagNs.set(Math.max(0, nowNs - ack.sentNs()));
      // What is not confirmed yet was told after that.
      waitsSinceNs.accumulateAndGet(ack.sentNs(), Math::max);
    }
  }

  /** It asks what is here. */
  void asked(Message.Ask ask, long nowMs) {
    around.send(node, new Message.Have(ask.round(), around.digest(nowMs)));
    if (ask.facts() != around.factsSum()) {
      around.tellFacts(node);
    }
  }

  void have(Message.Have have, long nowNs, long nowMs) {
    if (state != State.ASKED || have.round() != round) {
      return;
    }
    theirs = have.digest();
    Digest ours = around.digest(nowMs);
    missing.clear();
    for (int i = 0; i < Digest.BUCKETS; i++) {
      // What it has nothing of cannot be learnt from it.
      missing.set(i, theirs.count(i) > 0 && theirs.differs(ours, i));
    }
    differed = !missing.isEmpty();
    pull(nowNs);
  }

  private void pull(long nowNs) {
    if (missing.isEmpty()) {
      finished(nowNs);
      return;
    }
    state = State.PULLING;
    deadlineNs = nowNs + patienceNs();
    BitSet part = new BitSet();
    int sessions = 0;
    for (int i = missing.nextSetBit(0); i >= 0 && sessions < PART_MAX; i = missing.nextSetBit(i)) {
      part.set(i);
      missing.clear(i);
      sessions += Math.max(0, theirs.count(i));
    }
    round++;
    parts.clear();
    partsEnd = -1;
    around.send(node, new Message.Want(round, part));
  }

  private void finished(long nowNs) {
    state = State.IDLE;
    inStep = !gap;
    if (gap) {
      dueNs = soonNs(nowNs);
      return;
    }
    // Tables that stay different although nothing is news, as full ones do, are compared less
    // often.
    boolean nothingNew = differed && news == 0;
    pauseNs =
        nothingNew
            ? Math.min(2 * pauseNs, around.options().comparesAtLeastNs())
            : around.options().comparesNs();
    dueNs = nowNs + pauseNs;
    theirs = null;
  }

  /** It wants some buckets. */
  void wanted(Message.Want want, long nowMs) {
    Parts parts = new Parts(want);
    int nowS = (int) (nowMs / 1000);
    around.visit(entry -> {
      if (want.buckets().get(Digest.bucket(entry)) && !entry.isOver(nowS)) {
        parts.add(entry);
      }
    });
    parts.send(true);
  }

  /** What was wanted, in messages of bounded size. */
  private final class Parts {
    private final int ofRound;
    private int count;
    private ByteBuffer entries = ByteBuffer.allocate(ENTRIES_BYTES);

    Parts(Message.Want want) {
      ofRound = want.round();
    }

    void add(SessionEntry entry) {
      if (!entries.hasRemaining()) {
        send(false);
        entries = ByteBuffer.allocate(ENTRIES_BYTES);
      }
      entry.write(entries);
    }

    void send(boolean last) {
      around.send(node, new Message.Entries(ofRound, count++, last, entries.flip()));
    }
  }

  void entries(Message.Entries part, long nowNs) {
    int learnt = around.merge(part.entries());
    if (state == State.PULLING && part.round() == round) {
      news += learnt;
      deadlineNs = nowNs + patienceNs();
      parts.set(part.part());
      partsEnd = part.last() ? part.part() + 1 : partsEnd;
      if (parts.cardinality() == partsEnd) {
        pull(nowNs);
      }
    }
  }
}
