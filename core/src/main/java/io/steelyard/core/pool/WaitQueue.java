package io.steelyard.core.pool;

import io.steelyard.core.server.PoolState;

/**
 * The requests of one loop that wait for the same in a pool: first come, first served, each with a
 * deadline. How many may wait is shared by all loops, exactly. Allocates nothing: what links a
 * request into the queue is its {@link Ticket}, made once and used again. That loop's thread only.
 *
 * <p>Nobody overtakes as long as a request that finds newcomers waiting, on whichever loop ({@link
 * PoolState#newcomersWaiting}), joins its own loop's queue, and only {@link #first} is tried when
 * there may be room.
 *
 * @param <T> a request
 */
public final class WaitQueue<T> {
  private final PoolState pool;
  private final int loop;
  private final Kind kind;

  /** Joined in a ring by order of arrival ({@code next}) and by deadline ({@code later}). */
  private final Ticket<T> ends = new Ticket<>(null);

  private int size;

  /** What those in it wait for. */
  public enum Kind {
    /** Room at any server. */
    ROOM,
    /** Room at a server where they have not been tried: others may find some before. */
    ROOM_ELSEWHERE,
    /** Room at the one server that their sessions are at: anybody else may find some before. */
    ROOM_AT_HOME,
    /** A part of the pool's {@link RetryBudget}. */
    BUDGET
  }

  /** Empty. */
  public WaitQueue(PoolState pool, int loop, Kind kind) {
    this.pool = pool;
    this.loop = loop;
    this.kind = kind;
    ends.next = ends;
    ends.previous = ends;
    ends.later = ends;
    ends.earlier = ends;
  }

  /** What a request waits with: in no queue or in one. */
  public static final class Ticket<T> {
    private final T owner;
    private long deadlineNs;

    /** 0 for the ends of a queue. */
    private long place;

    private WaitQueue<T> queue;
    private Ticket<T> next;
    private Ticket<T> previous;
    private Ticket<T> later;
    private Ticket<T> earlier;

    /** In no queue. */
    public Ticket(T owner) {
      this.owner = owner;
    }

    public boolean waits() {
      return queue != null;
    }

    /** The owner waits no more, in whichever queue; nothing when it did not. */
    public void leave() {
      if (queue != null) {
        queue.leave(this);
      }
    }
  }

  /**
   * The ticket's owner waits from now on, behind all others.
   *
   * @param max requests of the pool that may wait at a time, over all loops
   * @return false, and it does not wait, when as many do already
   */
  public boolean join(Ticket<T> ticket, long deadlineNs, int max) {
    assert !ticket.waits() : "it waits already";
    if (!pool.joinWaiting(max)) {
      return false;
    }
    ticket.queue = this;
    ticket.deadlineNs = deadlineNs;
    ticket.place = pool.nextPlace();
    linkLast(ticket);
    linkByDeadline(ticket);
    size++;
    count(1);
    return true;
  }

  /** The ticket's owner waits no more, for whatever reason; nothing when it did not. */
  public void leave(Ticket<T> ticket) {
    if (!ticket.waits()) {
      return;
    }
    assert ticket.queue == this : "it waits in another queue";
    ticket.previous.next = ticket.next;
    ticket.next.previous = ticket.previous;
    ticket.earlier.later = ticket.later;
    ticket.later.earlier = ticket.earlier;
    ticket.next = null;
    ticket.previous = null;
    ticket.later = null;
    ticket.earlier = null;
    ticket.queue = null;
    size--;
    pool.leaveWaiting();
    count(-1);
  }

  private void count(int change) {
    if (kind == Kind.ROOM) {
      pool.newcomersWaiting(change);
    }
    if (kind == Kind.ROOM_AT_HOME) {
      pool.homesWaiting(loop, change);
    } else if (kind != Kind.BUDGET) {
      pool.firstForRoom(loop, kind == Kind.ROOM, ends.next.place);
    }
  }

  /** Who has waited longest and stays in the queue; null when nobody waits. */
  public T first() {
    return ends.next.owner;
  }

  /** Who came next after this one, which waits here; null when nobody did. */
  public T after(Ticket<T> ticket) {
    return ticket.next.owner;
  }

  /** Takes out who has waited longest; null when nobody waits. */
  public T poll() {
    return take(ends.next);
  }

  /** Takes out one whose deadline is over, the earliest first; null when there is none. */
  public T pollExpired(long nowNs) {
    Ticket<T> ticket = ends.later;
    return ticket != ends && nowNs - ticket.deadlineNs >= 0 ? take(ticket) : null;
  }

  /** When {@link #pollExpired} has something to give; only while somebody waits. */
  public long nextDeadlineNs() {
    assert size > 0 : "nobody waits";
    return ends.later.deadlineNs;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  private T take(Ticket<T> ticket) {
    T owner = ticket.owner;
    if (ticket != ends) {
      leave(ticket);
    }
    return owner;
  }

  private void linkLast(Ticket<T> ticket) {
    ticket.next = ends;
    ticket.previous = ends.previous;
    ends.previous.next = ticket;
    ends.previous = ticket;
  }

  /** From the end: most wait equally long, so that the last to come has the latest deadline. */
  private void linkByDeadline(Ticket<T> ticket) {
    Ticket<T> before = ends.earlier;
    while (before != ends && before.deadlineNs - ticket.deadlineNs > 0) {
      before = before.earlier;
    }
    ticket.earlier = before;
    ticket.later = before.later;
    before.later.earlier = ticket;
    before.later = ticket;
  }
}
