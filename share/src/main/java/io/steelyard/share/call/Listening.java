package io.steelyard.share.call;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One who listens to what nodes publish, and whether messages may have passed it by. What it is
 * told comes one after the other, from however many threads; it may fail without harm to others.
 */
public final class Listening {
  private static final Logger LOG = System.getLogger("steelyard.share");

  private final Consumer<byte[]> listener;
  private final Runnable missed;

  /** Held while the listener is told something. */
  private final ReentrantLock telling = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition first = lock.newCondition();
  private boolean found;
  private boolean gap;

  /** Tells {@code listener} messages, and {@code missed} that there may have been others. */
  public Listening(Consumer<byte[]> listener, Runnable missed) {
    this.listener = listener;
    this.missed = missed;
  }

  /** Waits until messages are heard; whoever waited in vain has missed some in the end. */
  public void await(long timeoutMs) {
    long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    lock.lock();
    try {
      while (!found && leftNs > 0) {
        leftNs = first.awaitNanos(leftNs);
      }
      gap |= !found;
    } catch (InterruptedException _) {
      gap |= !found;
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Messages are heard from now on. */
  public void found() {
    boolean told;
    lock.lock();
    try {
      told = gap;
      gap = false;
      found = true;
      first.signalAll();
    } finally {
      lock.unlock();
    }
    if (told) {
      missed();
    }
  }

  /**
   * Messages are not heard any more, until they are {@link #found} again.
   *
   * @return whether that is new
   */
  public boolean lost() {
    lock.lock();
    try {
      boolean news = !gap;
      gap = true;
      found = false;
      return news;
    } finally {
      lock.unlock();
    }
  }

  /** A message came. */
  public void heard(byte[] message) {
    tell(() -> listener.accept(message));
  }

  /** Messages may have been missed, though they are heard. */
  public void missed() {
    tell(missed);
  }

  private void tell(Runnable what) {
    telling.lock();
    try {
      what.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "who listens to the store failed", e);
    } finally {
      telling.unlock();
    }
  }
}
