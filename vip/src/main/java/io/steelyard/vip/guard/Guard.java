package io.steelyard.vip.guard;

import io.steelyard.cluster.vip.VipId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that takes virtual addresses away when this one has been killed (it holds a
 * {@link LifeLine}, and its pipe ends) or does not beat any more (it was stopped, or hangs), and
 * tells the others with adverts of priority 0. Before that, it speaks for one that does not beat,
 * so that the others do not take what is here still. Any thread.
 *
 * <p>The guard reads all beats that wait before it acts. So it has certainly not acted while no two
 * beats are as far apart as the time-out, however late it is itself. After such a gap it may have
 * been; what it says before it answers the next beat tells. So who awakes from a pause asks {@link
 * #isSure} before it says that it still owns something.
 */
public final class Guard implements AutoCloseable {
  /** Hears from the guard, on a thread of its own. */
  public interface Listener {
    /** The guard has taken this one's addresses away, and holds it no more. */
    void removed(VipId id);

    /** Something went wrong; the guard goes on. */
    void failed(String what);

    /** The guard has ended, without being closed: nothing is guarded any more. */
    void ended(int exitStatus);
  }

  /** Less than this and a pause of the garbage collector would be taken for a hang. */
  public static final Duration TIMEOUT_LEAST = Duration.ofMillis(300);

  /**
   * What has passed since the last beat when a pause begins is taken from the pause that is borne:
   * 200 ms must be, of a time-out of 300.
   */
  private static final int BEATS_PER_TIMEOUT = 15;

  /**
   * As many beats without an answer, ten time-outs: the guard does not move itself. It is ended. On
   * a crowded machine it may only be late, and another one would be later.
   */
  private static final int UNANSWERED_MAX = 10 * BEATS_PER_TIMEOUT;

  private final long timeoutNs;
  private final Listener listener;
  private final LifeLine lifeLine;
  private final Process process;
  private final OutputStream input;
  private final CountDownLatch ready = new CountDownLatch(1);
  private long lastSentNs;
  private long beats;
  private long answered = -1;

  /** The first beat after a gap in which the guard may have acted; -1: there was none. */
  private long doubtful = -1;

  private boolean closed;

  private Guard(Duration timeout, Listener listener) throws IOException {
    timeoutNs = timeout.toNanos();
    this.listener = listener;
    lifeLine = LifeLine.hold();
    try {
      process =
          new ProcessBuilder(GuardCommand.of(timeout, lifeLine.file()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      lifeLine.close();
      throw e;
    }
    input = process.getOutputStream();
  }

  /**
   * Starts one; it is ready a few tenths of a second later.
   *
   * @param timeout without a beat for so long, it acts; {@link #TIMEOUT_LEAST} at least
   */
  public static Guard start(Duration timeout, Listener listener) throws IOException {
    if (timeout.compareTo(TIMEOUT_LEAST) < 0) {
      throw new IllegalArgumentException("a guard's time-out of " + timeout.toMillis() + " ms");
    }
    Guard guard = new Guard(timeout, listener);
    Thread.ofPlatform().daemon().name("guard").start(guard::listen);
    return guard;
  }

  /** Waits until the guard has started; false if it has not in that time. */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return ready.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  private void listen() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        heard(line);
      }
    } catch (IOException ended) {
      // What follows tells it.
    }
    int status = exitStatus();
    lifeLine.close();
    if (!isClosed()) {
      listener.ended(status);
    }
  }

  private int exitStatus() {
    try {
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private void heard(String line) {
    int space = line.indexOf(' ');
    String rest = line.substring(space + 1);
    switch (space < 0 ? line : line.substring(0, space)) {
      case "ready" -> ready.countDown();
      case "alive" -> answered(Long.parseLong(rest));
      case "removed" -> listener.removed(Hold.id(rest));
      case "error" -> listener.failed(rest);
      default -> listener.failed("not understood: " + line);
    }
  }

  private synchronized void answered(long beat) {
    if (beat > answered && beat < beats) {
      answered = beat;
    }
  }

  /** From now on it takes these addresses away if need be: to be called before they are added. */
  public void hold(Hold hold) {
    write("hold " + hold.words());
  }

  /**
   * It no longer does: to be called after they were deleted, or to leave them to another process of
   * this host.
   */
  public void drop(VipId id) {
    write("drop " + Hold.words(id));
  }

  /**
   * Says that this process moves; to be called by the thread that must not hang, every 25 ms at the
   * longest or so: more often than fifteen times within the time-out is not passed on. A guard that
   * leaves those of ten time-outs without an answer is ended.
   *
   * @param nowNs {@link System#nanoTime}
   */
  public synchronized void beat(long nowNs) {
    if (beats > 0 && nowNs - lastSentNs < timeoutNs / BEATS_PER_TIMEOUT) {
      return;
    }
    if (ready.getCount() == 0 && beats - 1 - answered > UNANSWERED_MAX) {
      process.destroyForcibly();
      return;
    }
    if (beats > 0 && nowNs - lastSentNs >= timeoutNs) {
      doubtful = beats;
    }
    lastSentNs = nowNs;
    write("beat " + beats++);
  }

  /**
   * When it spoke for this process last, as {@link System#nanoTime} counts: the others have heard
   * of its addresses until then at least. 0: never.
   */
  public long spokeNs() {
    return lifeLine.spokeNs();
  }

  /**
   * Whether the guard has certainly not acted for lack of beats so far. True as well until it has
   * started, and once it has ended: then it takes nothing away.
   */
  public synchronized boolean isSure(long nowNs) {
    boolean moved = nowNs - lastSentNs < timeoutNs && answered >= doubtful;
    return answered < 0 || moved || !isAlive();
  }

  /** To one that has ended, nothing is said: its listener knows. */
  private synchronized void write(String line) {
    try {
      if (!closed) {
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
      }
    } catch (IOException ended) {
      process.destroyForcibly();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends it; what it still holds it takes away. Waits for up to two seconds. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      input.close();
    } catch (IOException ended) {
      // Then there is nothing to end.
    }
    try {
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
