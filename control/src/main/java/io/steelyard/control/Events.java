package io.steelyard.control;

import io.steelyard.control.Event.Kind;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The latest events, in memory. Any thread. */
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

  /** Adds an event; the oldest gives way when there are too many. */
  public synchronized void add(Kind kind, String text) {
    sequence++;
    latest.addLast(new Event(sequence, clock.instant(), kind, text));
    if (latest.size() > capacity) {
      latest.removeFirst();
    }
  }

  /** The events that are still kept and came after number {@code after}, oldest first. */
  public synchronized List<Event> since(long after) {
    return latest.stream().filter(e -> e.sequence() > after).toList();
  }

  /** How many are not kept any more. */
  public synchronized long dropped() {
    return sequence - latest.size();
  }
}
