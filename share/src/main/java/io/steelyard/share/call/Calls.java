package io.steelyard.share.call;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs blocking calls, each in a virtual thread of its own, so that nobody waits for one beyond a
 * deadline, whatever it blocks in: a socket's time-out does not bound a write, nor the sum of many
 * reads. A call that is late is interrupted, which closes the socket that its thread blocks in. Any
 * number of threads may call.
 */
public final class Calls implements AutoCloseable {
  /** So many calls run at a time; that many late ones cannot pile up behind a dead name server. */
  private static final int RUNNING_MAX = 512;

  private final ExecutorService threads;
  private final Semaphore free = new Semaphore(RUNNING_MAX);

  /** What came of one call: its result, or its failure. */
  public static final class Answer<T> {
    private final T result;
    private final Exception failure;

    private Answer(T result, Exception failure) {
      this.result = result;
      this.failure = failure;
    }

    /** Why there is no result; null if there is one. */
    public Exception failure() {
      return failure;
    }

    /** The result; only if there is no {@link #failure}. */
    public T result() {
      return result;
    }
  }

  /**
   * Calls in threads that are named after a store.
   *
   * @param name of the threads
   */
  public Calls(String name) {
    this.threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name).factory());
  }

  /** The deadline of what begins now, on the clock of {@link System#nanoTime}. */
  public static long deadlineNs(long timeoutMs) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
  }

  /**
   * The result of a call.
   *
   * @param deadlineNs until when the caller waits
   * @throws IOException if it was late, the caller was interrupted, or all is closed
   * @throws Exception what the call threw
   */
  public <T> T call(long deadlineNs, Callable<T> call) throws Exception {
    Answer<T> answer = callAll(deadlineNs, List.of(call)).getFirst();
    if (answer.failure() != null) {
      throw answer.failure();
    }
    return answer.result();
  }

  /**
   * The answers of calls that run side by side, in their order.
   *
   * @param deadlineNs until when the caller waits; calls that are late have failed
   */
  public <T> List<Answer<T>> callAll(long deadlineNs, List<? extends Callable<T>> calls) {
    List<Future<T>> running = new ArrayList<>(calls.size());
    for (Callable<T> call : calls) {
      running.add(start(deadlineNs, call));
    }
    return running.stream().map(future -> answer(deadlineNs, future)).toList();
  }

  private <T> Future<T> start(long deadlineNs, Callable<T> call) {
    try {
      if (!free.tryAcquire(leftNs(deadlineNs), TimeUnit.NANOSECONDS)) {
        return null;
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return null;
    }
    FutureTask<T> task = new FutureTask<>(call);
    try {
      threads.execute(() -> {
        try {
          task.run();
        } finally {
          free.release(); // also when it was cancelled before it began
        }
      });
      return task;
    } catch (RejectedExecutionException _) {
      free.release();
      return null;
    }
  }

  private <T> Answer<T> answer(long deadlineNs, Future<T> future) {
    if (future == null) {
      String why = threads.isShutdown() ? "the store is closed" : "too many calls wait";
      return new Answer<>(null, new IOException(why));
    }
    try {
      return new Answer<>(future.get(leftNs(deadlineNs), TimeUnit.NANOSECONDS), null);
    } catch (TimeoutException _) {
      future.cancel(true);
      return new Answer<>(null, new SocketTimeoutException("no answer in time"));
    } catch (InterruptedException _) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      return new Answer<>(null, new InterruptedIOException("interrupted"));
    } catch (ExecutionException e) {
      return new Answer<>(null, failure(e.getCause()));
    }
  }

  private static Exception failure(Throwable cause) {
    return cause instanceof Exception exception ? exception : new IOException(cause);
  }

  private static long leftNs(long deadlineNs) {
    return Math.max(0, deadlineNs - System.nanoTime());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
