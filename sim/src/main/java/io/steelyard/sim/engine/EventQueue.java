package io.steelyard.sim.engine;

import java.util.Arrays;

/**
 * Events in the order of their time; those of the same time in the order in which they were added.
 * A heap in which each has four children: shallower than a binary one, and its children share a
 * cache line. An event is a number whose meaning is the caller's. Grows with what is pending.
 */
public final class EventQueue {
  private static final int CHILDREN = 4;

  private long[] times = new long[1024];
  private long[] orders = new long[1024];
  private long[] events = new long[1024];
  private int size;
  private long added;
  private long nowNs;

  /** Empty, at time 0. */
  public EventQueue() {}

  /** The time of the event that was taken last. */
  public long nowNs() {
    return nowNs;
  }

  /** Events that were added ever. */
  public long added() {
    return added;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** {@code event} is to happen at {@code atNs}, which must not be past. */
  public void add(long atNs, long event) {
    if (atNs < nowNs) {
      throw new IllegalArgumentException(atNs + " is past at " + nowNs);
    }
    if (size == times.length) {
      times = Arrays.copyOf(times, 2 * size);
      orders = Arrays.copyOf(orders, 2 * size);
      events = Arrays.copyOf(events, 2 * size);
    }
    rise(size++, atNs, added++, event);
  }

  /** Takes the next event out and moves time to it; not when empty. */
  public long take() {
    long event = events[0];
    nowNs = times[0];
    size--;
    sink(times[size], orders[size], events[size]);
    return event;
  }

  private void rise(int from, long time, long order, long event) {
    int at = from;
    while (at > 0) {
      int parent = (at - 1) / CHILDREN;
      if (times[parent] <= time) {
        // What is added later never goes before what has the same time.
        break;
      }
      move(parent, at);
      at = parent;
    }
    put(at, time, order, event);
  }

  private void sink(long time, long order, long event) {
    int at = 0;
    while (true) {
      int least = leastChild(at);
      if (least < 0 || !before(least, time, order)) {
        break;
      }
      move(least, at);
      at = least;
    }
    put(at, time, order, event);
  }

  private int leastChild(int parent) {
    int first = CHILDREN * parent + 1;
    if (first >= size) {
      return -1;
    }
    int least = first;
    int end = Math.min(first + CHILDREN, size);
    for (int i = first + 1; i < end; i++) {
      if (before(i, times[least], orders[least])) {
        least = i;
      }
    }
    return least;
  }

  private boolean before(int i, long time, long order) {
    return times[i] < time || (times[i] == time && orders[i] < order);
  }

  private void move(int from, int to) {
    put(to, times[from], orders[from], events[from]);
  }

  private void put(int at, long time, long order, long event) {
    times[at] = time;
    orders[at] = order;
    events[at] = event;
  }
}
