package io.steelyard.control;

import io.steelyard.control.Event.Kind;
import io.steelyard.core.server.ServerId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The latest events, in memory. Any thread but a loop. */
public final class Events {
  /** How many are kept when nothing else is said. */
  public static final int DEFAULT_CAPACITY = 1024;

  private final InstantSource clock;
  private final int capacity;
  private final Deque<Event> latest = new ArrayDeque<>();
  private long sequence;

  /** Keeps the latest {@code capacity} events. */
  public Events(InstantSource clock, int capacity) {
    this.clock = clock;
    this.capacity = capacity;
  }

  /** Adds an event about the node; the oldest gives way when there are too many. */
  public void add(Kind kind, String text) {
    add(kind, Optional.empty(), text);
  }

  /** Adds an event about a server, or with an empty server name about a pool. */
  public void add(Kind kind, ServerId about, String text) {
    add(kind, Optional.of(about), text);
  }

  private synchronized void add(Kind kind, Optional<ServerId> about, String text) {
    sequence++;
    latest.addLast(new Event(sequence, clock.instant(), kind, about, text));
    if (latest.size() > capacity) {
      latest.removeFirst();
    }
    notifyAll();
  }

  /** The events that are still kept and came after number {@code after}, oldest first. */
  public synchronized List<Event> since(long after) {
    return latest.stream().filter(e -> e.sequence() > after).toList();
  }

  /** As {@link #since}, but waits for the next one, no longer than {@code patience}. */
  public synchronized List<Event> await(long after, Duration patience) throws InterruptedException {
    long deadlineNs = System.nanoTime() + patience.toNanos();
    long leftMs = patience.toMillis();
    while (sequence <= after && leftMs > 0) {
      wait(leftMs);
      leftMs = (deadlineNs - System.nanoTime()) / 1_000_000;
    }
    return since(after);
  }

  /** The number of the latest; 0 before the first. */
  public synchronized long latest() {
    return sequence;
  }

  /** How many are not kept any more. */
  public synchronized long dropped() {
    return sequence - latest.size();
  }
}
