package io.steelyard.sim.world;

import io.steelyard.sim.engine.EventQueue;

/**
 * Deadlines that mostly come in order, since all tries of a pool get the same time: a ring with one
 * event for its head, in the place of an event for each. Most are over before they are due.
 */
final class Deadlines {
  private final EventQueue queue;
  private long[] times = new long[1024];
  private long[] events = new long[1024];
  private int head;
  private int size;
  private boolean armed;

  Deadlines(EventQueue queue) {
    this.queue = queue;
  }

  /** {@code event} is to come at {@code atNs}. */
  void add(long atNs, long event) {
    if (size > 0 && times[at(size - 1)] > atNs) {
      queue.add(atNs, event);
      return;
    }
    if (size == times.length) {
      grow();
    }
    times[at(size)] = atNs;
    events[at(size)] = event;
    size++;
    arm();
  }

  /** The event for the head is there. */
  void due() {
    armed = false;
  }

  /** Whether the head's time has come. */
  boolean hasDue() {
    return size > 0 && times[head] <= queue.nowNs();
  }

  /** Takes the head out. */
  long poll() {
    long event = events[head];
    head = at(1);
    size--;
    return event;
  }

  /** The next deadline, which may be of something that is over. */
  long peek() {
    return events[head];
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Lets an event come for the head. */
  void arm() {
    if (!armed && size > 0) {
      armed = true;
      queue.add(times[head], Event.of(Event.DEADLINES, 0));
    }
  }

  private int at(int i) {
    return (head + i) & (times.length - 1);
  }

  private void grow() {
    long[] moreTimes = new long[2 * size];
    long[] moreEvents = new long[2 * size];
    for (int i = 0; i < size; i++) {
      moreTimes[i] = times[at(i)];
      moreEvents[i] = events[at(i)];
    }
    times = moreTimes;
    events = moreEvents;
    head = 0;
  }
}
