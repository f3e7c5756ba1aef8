package io.steelyard.cluster;

import io.steelyard.core.session.HybridClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All facts that a node knows, those that were taken back included: who has not heard would bring
 * them back. Not for several threads at a time.
 */
public final class FactBook {
  /** More are refused. */
  public static final int FACTS_MAX = 4096;

  /** The same, of all of them when they are written. */
  public static final int BYTES_MAX = 1 << 18;

  private final Map<String, Fact> facts = new TreeMap<>();
  private final HybridClock clock = new HybridClock();
  private final int origin;
  private int bytes;
  private long refused;

  /**
   * Knows nothing yet.
   *
   * @param origin the number of this node, in this life
   */
  public FactBook(int origin) {
    this.origin = origin;
  }

  /**
   * This node says something.
   *
   * @param value null: what was said is taken back
   * @return the fact; empty if there is no room for another one
   * @throws IllegalArgumentException if it is too long
   */
  public synchronized Optional<Fact> say(String name, byte[] value, long nowMs) {
    Fact fact = Fact.of(name, value, clock.next(nowMs), origin);
    return merge(fact) ? Optional.of(fact) : Optional.empty();
  }

  /** Takes in what some node says; whether it is news. */
  public synchronized boolean merge(Fact fact) {
    clock.heard(fact.stamp());
    Fact known = facts.get(fact.name());
    if (known != null && !fact.isLaterThan(known)) {
      return false;
    }
    int next = bytes + MessageCodec.bytes(fact) - (known == null ? 0 : MessageCodec.bytes(known));
    if (next > BYTES_MAX || (known == null && facts.size() >= FACTS_MAX)) {
      refused++;
      return false;
    }
    facts.put(fact.name(), fact);
    bytes = next;
    return true;
  }

  /** All of them, by name. */
  public synchronized List<Fact> all() {
    return new ArrayList<>(facts.values());
  }

  /** What is said of something; empty: nothing, or nothing any more. */
  public synchronized Optional<byte[]> value(String name) {
    return Optional.ofNullable(facts.get(name)).flatMap(Fact::value);
  }

  /** Facts that had no room. */
  public synchronized long refused() {
    return refused;
  }

  /** Of two books that know the same it is equal; else most likely not. */
  public synchronized long sum() {
    long sum = facts.size();
    for (Fact fact : facts.values()) {
      sum = sum * 0x9e3779b97f4a7c15L + (fact.stamp() ^ fact.hashCode());
    }
    return sum;
  }
}
