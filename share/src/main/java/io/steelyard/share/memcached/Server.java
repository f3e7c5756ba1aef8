package io.steelyard.share.memcached;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One server: a few connections to it, and whether it is worth the wait. After a failure it is
 * tried by one caller a second, and fails the others at once. Any number of threads may call.
 */
final class Server implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.share");
  private static final int CONNECTIONS_MAX = 8;
  private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(1);

  /** It is not taken for dead. */
  private static final long ALIVE = Long.MIN_VALUE;

  private final String host;
  private final int port;
  private final int timeoutMs;
  private final Semaphore free = new Semaphore(CONNECTIONS_MAX, true);
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Talk> idle = new ArrayDeque<>();
  private boolean closed;

  /** When it is tried again, on the clock of nanoTime; {@link #ALIVE} if it is well. */
  private final AtomicLong retryNs = new AtomicLong(ALIVE);

  private final LongAdder lost = new LongAdder();
  private final AtomicBoolean stale = new AtomicBoolean();

  /** What is said to a server. */
  interface Words<T> {
    /** Talks; called once more over a fresh connection if an idle one turns out to be dead. */
    T say(Talk talk) throws IOException;
  }

  Server(String host, int port, int timeoutMs) {
    this.host = host;
    this.port = port;
    this.timeoutMs = timeoutMs;
  }

  /** Its name, which decides on its keys. */
  String name() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** Whether it answered lately. */
  boolean alive() {
    return retryNs.get() == ALIVE;
  }

  /**
   * The call that says something to it; to be run in a thread that is interrupted when it is late.
   *
   * @param repeat whether it may be said twice
   */
  <T> Callable<T> call(boolean repeat, Words<T> words) {
    return () -> {
      if (!worthTrying()) {
        throw new ConnectException(name() + ": it did not answer before");
      }
      long startNs = System.nanoTime();
      try {
        T answer = borrowed(repeat, words);
        note(true);
        return answer;
      } catch (Talk.RefusedException e) {
        note(true);
        throw e;
      } catch (Exception e) {
        if (!hurried(e, startNs)) {
          note(false);
        }
        throw e;
      }
    };
  }

  /** Whether the caller had so little time left that a healthy server may need more. */
  private boolean hurried(Exception e, long startNs) {
    boolean late = e instanceof InterruptedException || Thread.currentThread().isInterrupted();
    long lastedNs = System.nanoTime() - startNs;
    return late && lastedNs < TimeUnit.MILLISECONDS.toNanos(timeoutMs) / 2;
  }

  private <T> T borrowed(boolean repeat, Words<T> words) throws Exception {
    if (!free.tryAcquire(timeoutMs, TimeUnit.MILLISECONDS)) {
      throw new ConnectException(name() + ": all connections are busy");
    }
    try {
      Talk old = takeIdle();
      if (old != null) {
        try {
          return said(old, words);
        } catch (Talk.RefusedException e) {
          throw e;
        } catch (IOException e) {
          drop(); // the others are as old
          if (!repeat || Thread.currentThread().isInterrupted()) {
            throw e;
          }
        }
      }
      return said(Talk.open(host, port, timeoutMs), words);
    } finally {
      free.release();
    }
  }

  private <T> T said(Talk talk, Words<T> words) throws IOException {
    boolean good = false;
    try {
      T answer = words.say(talk);
      good = true;
      return answer;
    } catch (Talk.RefusedException e) {
      good = true;
      throw e;
    } finally {
      if (good) {
        keep(talk);
      } else {
        talk.close();
      }
    }
  }

  private Talk takeIdle() {
    lock.lock();
    try {
      return idle.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private void keep(Talk talk) {
    lock.lock();
    try {
      if (!closed) {
        idle.addFirst(talk);
        return;
      }
    } finally {
      lock.unlock();
    }
    talk.close();
  }

  private void drop() {
    lock.lock();
    try {
      idle.forEach(Talk::close);
      idle.clear();
    } finally {
      lock.unlock();
    }
  }

  private boolean worthTrying() {
    long at = retryNs.get();
    long nowNs = System.nanoTime();
    return at == ALIVE || (nowNs - at >= 0 && retryNs.compareAndSet(at, nowNs + RETRY_NS));
  }

  private void note(boolean well) {
    long before = retryNs.getAndSet(well ? ALIVE : System.nanoTime() + RETRY_NS);
    if (well && before != ALIVE) {
      LOG.log(Level.INFO, "memcached " + name() + " answers again");
    } else if (!well && before == ALIVE) {
      LOG.log(Level.WARNING, "memcached " + name() + " does not answer; its keys count as absent");
    }
  }

  /** Notes that it has not got a write that was to be its own. */
  void lose(int items) {
    lost.add(items);
    stale.set(true);
  }

  /** How many writes and reads have passed it by. */
  LongAdder lost() {
    return lost;
  }

  /** Whether it lacks writes that this node knows of and no other node does. */
  AtomicBoolean stale() {
    return stale;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    drop();
  }
}
