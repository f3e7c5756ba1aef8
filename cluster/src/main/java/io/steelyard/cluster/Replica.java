package io.steelyard.cluster;

import io.steelyard.core.session.SessionEntry;
import io.steelyard.core.session.SessionShard;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One node's part in keeping the same sessions and facts on all nodes: tells its changes, takes in
 * those of others, and compares. It decides only: what it sends goes to a {@link Sender}, what time
 * it is it is told.
 *
 * <p>Each neighbour's events come one at a time, those of several at the same time: {@link
 * #received} and {@link #tick} are for the thread that has that neighbour's turn. {@link #changed}
 * is for one thread of its own.
 */
public final class Replica {
  /** Brings messages on their way. */
  @FunctionalInterface
  public interface Sender {
    /**
     * Sends, soon; never blocks.
     *
     * @return false when it is lost for want of room
     */
    boolean send(String node, Message message);
  }

  /** What a neighbour needs. */
  final class Surroundings {
    ReplicaOptions options() {
      return options;
    }

    void send(String node, Message message) {
      sender.send(node, message);
    }

    int merge(ByteBuffer entries) {
      int n = entries.remaining() / SessionEntry.BYTES;
      int news = table.merge(entries.duplicate());
      heard.addAndGet(n);
      learnt.addAndGet(news);
      return news;
    }

    Digest digest(long nowMs) {
      return Digest.of(table, (int) (nowMs / 1000));
    }

    void visit(SessionShard.Visitor visitor) {
      table.visit(visitor);
    }

    long factsSum() {
      return facts.sum();
    }

    void tellFacts(String node) {
      inMessages(facts.all(), message -> sender.send(node, message));
    }
  }

  private static final int FACTS_BYTES_MAX = MessageCodec.BYTES_MAX / 2;

  private final ReplicatedTable table;
  private final Sender sender;
  private final ReplicaOptions options;
  private final FactBook facts;
  private final Tallies tallies;
  private final Consumer<Fact> newFacts;
  private final Surroundings around = new Surroundings();
  private final Map<String, Neighbour> neighbours = new ConcurrentHashMap<>();
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong heard = new AtomicLong();
  private final AtomicLong learnt = new AtomicLong();

  /**
   * A node that knows nobody yet.
   *
   * @param facts what this node knows beside sessions
   * @param newFacts is told what other nodes say
   */
  public Replica(
      ReplicatedTable table,
      FactBook facts,
      Sender sender,
      Consumer<Fact> newFacts,
      ReplicaOptions options) {
    this.table = table;
    this.sender = sender;
    this.facts = facts;
    this.tallies = new Tallies(options.comparesNs());
    this.newFacts = newFacts;
    this.options = options;
  }

  /** There is a connection to another node. */
  public void connected(String node, long nowNs) {
    neighbours.put(node, new Neighbour(around, node, sequence.get(), nowNs));
    around.tellFacts(node);
  }

  /** There is none any more. */
  public void disconnected(String node) {
    neighbours.remove(node);
  }

  /** Another node says something; what nobody is connected to says is passed over. */
  public void received(String node, Message message, long nowNs, long nowMs) {
    Neighbour from = neighbours.get(node);
    if (from == null) {
      return;
    }
    switch (message) {
      case Message.Delta delta -> from.delta(delta, nowNs);
      case Message.Ack ack -> from.ack(ack, nowNs);
      case Message.Ask ask -> from.asked(ask, nowMs);
      case Message.Have have -> from.have(have, nowNs, nowMs);
      case Message.Want want -> from.wanted(want, nowMs);
      case Message.Entries entries -> from.entries(entries, nowNs);
      case Message.Facts told -> told.facts().forEach(fact -> heard(fact, node));
      case Message.Tallies(Map<String, Long> counts) -> {
        synchronized (tallies) {
          tallies.heard(node, counts, nowNs);
        }
      }
    }
  }

  /** What is news goes on to those who may not be connected to the one who said it. */
  private void heard(Fact fact, String from) {
    if (facts.merge(fact)) {
      newFacts.accept(fact);
      Message.Facts message = new Message.Facts(List.of(fact));
      for (String other : neighbours.keySet()) {
        if (!other.equals(from)) {
          sender.send(other, message);
        }
      }
    }
  }

  /** Time has passed: compares with a neighbour, or reminds it, when that is due. */
  public void tick(String node, long nowNs) {
    Neighbour neighbour = neighbours.get(node);
    if (neighbour != null) {
      neighbour.tick(nowNs);
    }
  }

  /**
   * Something has changed here: all neighbours are told.
   *
   * @param entries of sessions that are written, at most {@link MessageCodec#ENTRIES_MAX}; not
   *     copied
   * @param lost changes that could not be kept before these: neighbours will compare
   */
  public void changed(ByteBuffer entries, long lost, long nowNs) {
    long first = sequence.get() + lost;
    long next = first + entries.remaining() / SessionEntry.BYTES;
    sequence.set(next);
    Message.Delta delta = new Message.Delta(first, nowNs, entries);
    neighbours.forEach((node, neighbour) -> {
      neighbour.told(next, nowNs);
      sender.send(node, delta);
    });
  }

  /** Tells all neighbours what this node has counted since its start. */
  public void count(Map<String, Long> own) {
    Message.Tallies message = new Message.Tallies(Map.copyOf(own));
    neighbours.keySet().forEach(node -> sender.send(node, message));
  }

  /** What all have counted, summed by name. */
  public Map<String, Long> sums(Map<String, Long> own, long nowNs) {
    synchronized (tallies) {
      return tallies.sums(own, nowNs);
    }
  }

  /**
   * Says something to all nodes, now and in the future.
   *
   * @param value null: what was said is taken back
   * @return false if there is no room for another fact
   */
  public boolean say(String name, byte[] value, long nowMs) {
    Optional<Fact> said = facts.say(name, value, nowMs);
    said.ifPresent(fact -> {
      Message.Facts message = new Message.Facts(List.of(fact));
      neighbours.keySet().forEach(node -> sender.send(node, message));
    });
    return said.isPresent();
  }

  /** All that is known of what was said. */
  public List<Fact> facts() {
    return facts.all();
  }

  private static void inMessages(List<Fact> all, Consumer<Message> sink) {
    List<Fact> part = new ArrayList<>();
    int bytes = 0;
    for (Fact fact : all) {
      int more = MessageCodec.bytes(fact);
      if (bytes + more > FACTS_BYTES_MAX) {
        sink.accept(new Message.Facts(List.copyOf(part)));
        part.clear();
        bytes = 0;
      }
      part.add(fact);
      bytes += more;
    }
    if (!part.isEmpty()) {
      sink.accept(new Message.Facts(List.copyOf(part)));
    }
  }

  /**
   * How it stands with a neighbour.
   *
   * @param inStep whether all is known here that it knew, but for what is on its way
   * @param lagNs from a change here to its having been taken in there, lately; or for how long that
   *     has been waited for, if that is longer
   * @param unconfirmed changes here that it has not confirmed
   */
  public record Standing(boolean inStep, long lagNs, long unconfirmed) {}

  /** How it stands with a neighbour; empty if there is none of that name. */
  public Optional<Standing> standing(String node, long nowNs) {
    return Optional.ofNullable(neighbours.get(node))
        .map(n -> new Standing(n.inStep(), n.lagNs(nowNs), n.unconfirmed()));
  }

  /** Sessions that were told here, since the beginning. */
  public long heard() {
    return heard.get();
  }

  /** Those of them that were news. */
  public long learnt() {
    return learnt.get();
  }

  /** Facts that had no room, since the beginning. */
  public long factsRefused() {
    return facts.refused();
  }

  /** Changes that were told to others, since the beginning. */
  public long told() {
    return sequence.get();
  }
}
