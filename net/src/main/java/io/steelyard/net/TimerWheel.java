package io.steelyard.net;

/**
 * A hashed timing wheel (Varghese and Lauck, 1987): thousands of time-outs without allocation,
 * constant time to set, move and cancel. A deadline that moves later costs one store: the timer
 * stays in its slot and is put where it belongs when the slot comes up. Fires up to one tick late,
 * never early. Pure: time is a parameter. One thread.
 */
public final class TimerWheel {
  /** Resolution, about 8.4 ms. */
  static final int TICK_SHIFT = 23;

  private static final int SLOTS = 1024;
  private static final int MASK = SLOTS - 1;

  private final Timer[] slots = new Timer[SLOTS];
  private final long[] occupied = new long[SLOTS / 64];
  private long tick;
  private int scheduled;

  public TimerWheel(long nowNs) {
    tick = nowNs >> TICK_SHIFT;
  }

  /** How many timers are set. */
  public int size() {
    return scheduled;
  }

  /** Sets or moves the timer. */
  public void schedule(Timer timer, long deadlineNs) {
    timer.deadlineNs = deadlineNs;
    if (timer.slot == Timer.NOT_SCHEDULED) {
      link(timer);
    } else if (tickOf(deadlineNs) < timer.slotTick) {
      unlink(timer);
      link(timer);
    }
  }

  /** Forgets the timer; nothing happens if it is not set. */
  public void cancel(Timer timer) {
    if (timer.slot != Timer.NOT_SCHEDULED) {
      unlink(timer);
    }
  }

  /**
   * Fires what is due. What a timer schedules while it fires is looked at in a later call at the
   * earliest.
   */
  public void advance(long nowNs) {
    if (firing != null) {
      // A timer threw in the middle of its slot: the others are not to suffer for it.
      fire(nowNs);
    }
    long target = nowNs >> TICK_SHIFT;
    if (scheduled == 0 || target - tick >= SLOTS) {
      long steps = scheduled == 0 ? 0 : SLOTS;
      long first = target - steps;
      tick = target;
      for (long t = first + 1; t <= target && scheduled > 0; t++) {
        expire((int) (t & MASK), nowNs);
      }
      return;
    }
    while (tick < target) {
      tick++;
      int slot = (int) (tick & MASK);
      if (slots[slot] != null) {
        expire(slot, nowNs);
      }
    }
  }

  /**
   * Nanoseconds from {@code nowNs} until the wheel has to be advanced; Long.MAX_VALUE when nothing
   * is set.
   */
  public long nextNs(long nowNs) {
    if (scheduled == 0) {
      return Long.MAX_VALUE;
    }
    int start = (int) ((tick + 1) & MASK);
    int ahead = 0;
    while (ahead < SLOTS) {
      int slot = (start + ahead) & MASK;
      long word = occupied[slot >> 6] >>> (slot & 63);
      if (word != 0) {
        ahead += Long.numberOfTrailingZeros(word);
        break;
      }
      ahead += 64 - (slot & 63);
    }
    long due = (tick + 1 + Math.min(ahead, SLOTS - 1)) << TICK_SHIFT;
    return Math.max(0, due - nowNs);
  }

  private void expire(int slot, long nowNs) {
    Timer t = slots[slot];
    slots[slot] = null;
    occupied[slot >> 6] &= ~(1L << (slot & 63));
    // The list is taken off first: what fires may schedule into this very slot, or cancel others of
    // the list.
    for (Timer i = t; i != null; i = i.following) {
      i.slot = FIRING;
    }
    firing = t;
    fire(nowNs);
  }

  private void fire(long nowNs) {
    while (firing != null) {
      Timer next = firing;
      firing = next.following;
      if (firing != null) {
        firing.previous = null;
      }
      next.following = null;
      next.previous = null;
      next.slot = Timer.NOT_SCHEDULED;
      scheduled--;
      if (next.deadlineNs <= nowNs) {
        next.expired(nowNs);
      } else {
        link(next);
      }
    }
  }

  private static final int FIRING = SLOTS;
  private Timer firing;

  /** The tick in which a deadline is certainly over. */
  private static long tickOf(long deadlineNs) {
    return (deadlineNs >> TICK_SHIFT) + 1;
  }

  private void link(Timer timer) {
    long due = Math.max(tickOf(timer.deadlineNs), tick + 1);
    int slot = (int) (due & MASK);
    timer.slotTick = due;
    timer.slot = slot;
    timer.previous = null;
    timer.following = slots[slot];
    if (timer.following != null) {
      timer.following.previous = timer;
    }
    slots[slot] = timer;
    occupied[slot >> 6] |= 1L << (slot & 63);
    scheduled++;
  }

  private void unlink(Timer timer) {
    if (timer.previous != null) {
      timer.previous.following = timer.following;
    } else if (timer.slot == FIRING) {
      firing = timer.following;
    } else {
      slots[timer.slot] = timer.following;
      if (timer.following == null) {
        occupied[timer.slot >> 6] &= ~(1L << (timer.slot & 63));
      }
    }
    if (timer.following != null) {
      timer.following.previous = timer.previous;
    }
    timer.previous = null;
    timer.following = null;
    timer.slot = Timer.NOT_SCHEDULED;
    scheduled--;
  }
}
