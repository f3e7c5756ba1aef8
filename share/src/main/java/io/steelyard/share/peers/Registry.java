package io.steelyard.share.peers;

import io.steelyard.share.peers.Verdict.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which connection is the link with a node: at most one.
 *
 * <pre>
 *               decide / follow: chosen              remove
 *   connection -----------------------> the link ---------------> gone
 *        |                                 |
 *        | duplicate, outdated, full       | a later start of the node, or for the follower
 *        v                                 v a later choice, is the link now
 *      closed                           replaced: closed
 * </pre>
 *
 * The node with the smaller name decides, for the first connection that reaches it, and tells the
 * other one, who follows. So it does not matter who dialled, how often, or that both did at once; a
 * link is not given up while it works, and nothing that waits on it is lost. Decisions are pure: no
 * clock, no chance, no I/O. Any thread.
 *
 * @param <L> links, told apart by identity
 */
final class Registry<L> {
  private final int linksMax;
  private final Map<String, Entry<L>> links = new ConcurrentHashMap<>();
  private long choices;
  private boolean closed;

  private record Entry<L>(L link, long incarnation, long choice) {}

  /**
   * A decision.
   *
   * @param verdict on the connection
   * @param replaced the link whose place it takes: to be closed
   */
  record Decision<L>(Verdict verdict, Optional<L> replaced) {}

  Registry(int linksMax) {
    this.linksMax = linksMax;
  }

  /** For the node with the smaller name: whether the connection is the link now. */
  synchronized Decision<L> decide(String node, long incarnation, L connection) {
    Entry<L> before = links.get(node);
    if (before != null && before.incarnation() == incarnation) {
      return refuse(Answer.DUPLICATE);
    }
    return enter(node, new Entry<>(connection, incarnation, choices + 1));
  }

  /** For the other one: the connection was chosen there, as the {@code choice}th. */
  synchronized Decision<L> follow(String node, long incarnation, long choice, L connection) {
    Entry<L> before = links.get(node);
    if (before != null && before.incarnation() == incarnation && before.choice() > choice) {
      return refuse(Answer.DUPLICATE);
    }
    return enter(node, new Entry<>(connection, incarnation, choice));
  }

  private Decision<L> enter(String node, Entry<L> entry) {
    Entry<L> before = links.get(node);
    if (closed) {
      return refuse(Answer.STOPPING);
    }
    if (before != null && before.incarnation() > entry.incarnation()) {
      return refuse(Answer.OUTDATED);
    }
    if (before == null && links.size() >= linksMax) {
      return refuse(Answer.FULL);
    }
    choices++;
    links.put(node, entry);
    Verdict verdict = new Verdict(Answer.CHOSEN, entry.choice());
    return new Decision<>(verdict, Optional.ofNullable(before).map(Entry::link));
  }

  private Decision<L> refuse(Answer answer) {
    return new Decision<>(new Verdict(answer, 0), Optional.empty());
  }

  /** The link is no more, unless another one has its place already. */
  synchronized void remove(String node, L link) {
    Entry<L> entry = links.get(node);
    if (entry != null && entry.link().equals(link)) {
      links.remove(node);
    }
  }

  /** Does not wait. */
  Optional<L> link(String node) {
    return Optional.ofNullable(links.get(node)).map(Entry::link);
  }

  /** All there are. */
  Collection<L> all() {
    return links.values().stream().map(Entry::link).toList();
  }

  /** Lets nobody in from now on; returns those that are. */
  synchronized List<L> close() {
    closed = true;
    return new ArrayList<>(all());
  }
}
