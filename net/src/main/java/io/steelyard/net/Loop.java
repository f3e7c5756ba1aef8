package io.steelyard.net;

import io.steelyard.net.epoll.EpollLoop;
import io.steelyard.net.sys.Libc;
import io.steelyard.net.uring.UringLoop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/**
 * An event loop: one thread that owns its connections, buffers and timers, and shares nothing with
 * other loops. Methods are for the loop's thread unless they say otherwise.
 *
 * <pre>
 *   advance timers -> run tasks -> wait for the kernel -> tell handlers -> do what was put off -> again
 * </pre>
 */
@SuppressWarnings("exports") // Libc is for the transports, which are of this module
public abstract class Loop {
  private static final System.Logger LOG = System.getLogger("steelyard.net");

  /**
   * Tasks run between two looks at the sockets, so that a flood of them cannot starve connections.
   */
  private static final int TASKS_PER_TURN = 256;

  protected final Libc libc = new Libc();
  protected final BufferPool buffers;
  protected final LoopCounters counters = new LoopCounters();
  private final LoopOptions options;
  private final Libc waker = new Libc();
  private final TimerWheel wheel;
  private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile boolean asleep;
  private volatile boolean stopping;
  private volatile IOException openFailure;
  private ArrayDeque<Connection> putOff = new ArrayDeque<>();
  private ArrayDeque<Connection> spare = new ArrayDeque<>();
  private final ArrayDeque<Runnable> later = new ArrayDeque<>();
  private Datagrams datagrams;
  private int wakeFd = -1;
  private long nowNs = System.nanoTime();

  @SuppressWarnings("this-escape") // the thread starts later, in start()
  protected Loop(LoopOptions options, String name) {
    this.options = options;
    this.buffers = new BufferPool(libc, options.buffersMax());
    this.wheel = new TimerWheel(nowNs);
    this.thread =
        Thread.ofPlatform().name("loop-" + options.index() + "-" + name).unstarted(this::run);
  }

  /**
   * Starts a loop's thread. Any thread.
   *
   * @throws IOException if the kernel does not permit this transport
   */
  public static Loop start(Transport transport, LoopOptions options) throws IOException {
    Loop loop =
        switch (transport) {
          case EPOLL -> new EpollLoop(options);
          case IO_URING -> new UringLoop(options);
        };
    loop.thread.start();
    try {
      loop.opened.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a loop started", e);
    }
    if (loop.openFailure != null) {
      throw loop.openFailure;
    }
    return loop;
  }

  /** Runs the task on the loop's thread, soon; not at all once the loop is closed. Any thread. */
  public final void execute(Runnable task) {
    tasks.add(task);
    if (asleep) {
      wake();
    }
  }

  private void wake() {
    // Any thread comes here, and a Libc serves one at a time.
    synchronized (waker) {
      waker.signalEvent(wakeFd);
    }
  }

  /** Closes all connections, then ends the thread, and waits for that. Any other thread. */
  public final void close() throws InterruptedException {
    stopping = true;
    execute(() -> {});
    thread.join();
  }

  /** Whether the calling thread is the loop's. */
  public final boolean inLoop() {
    return Thread.currentThread() == thread;
  }

  public final int index() {
    return options.index();
  }

  public abstract Transport transport();

  /** The time, as read once for each batch of events: System.nanoTime(). */
  public final long nowNs() {
    return nowNs;
  }

  /** Sets or moves a timer. */
  public final void schedule(Timer timer, long deadlineNs) {
    wheel.schedule(timer, deadlineNs);
  }

  public final void cancel(Timer timer) {
    wheel.cancel(timer);
  }

  /** An empty buffer to write into; null when the limit is reached. */
  public final Buffer takeBuffer() {
    return buffers.take();
  }

  public final BufferPool buffers() {
    return buffers;
  }

  /** Any thread. */
  public final LoopCounters counters() {
    return counters;
  }

  /** Begins to accept from a socket. */
  public abstract void listen(int fd, Acceptor acceptor);

  /**
   * Accepts no more; the caller may close the socket afterwards.
   *
   * @param takeWaiting whether those in the backlog are accepted first
   */
  public abstract void unlisten(int fd, boolean takeWaiting);

  /** Accepts nothing until {@link #resumeAccepting}: clients wait in the backlog. */
  public abstract void pauseAccepting(int fd);

  public abstract void resumeAccepting(int fd);

  /** Connects; {@code connected} or {@code failed} follows. What is sent before is queued. */
  public abstract Connection connect(Sockaddr address, ConnectionHandler handler);

  /**
   * Tells {@code reader} whenever the descriptor is readable, until {@link #unwatch}: for sockets
   * of datagrams, which are read and written through {@link #datagrams()}.
   */
  public abstract void watch(int fd, DatagramReader reader);

  /**
   * Looks at the descriptor no more; the caller may close it afterwards. Nothing if it does not.
   */
  public abstract void unwatch(int fd);

  /** What datagrams are received and sent with; made when it is asked for first. */
  public final Datagrams datagrams() {
    if (datagrams == null) {
      datagrams = new Datagrams(libc);
    }
    return datagrams;
  }

  // ---- for the transports

  /** Makes the kernel's side ready; {@code wakeFd} becomes readable when the loop is to wake up. */
  protected abstract void open(int wakeFd) throws IOException;

  /**
   * Waits for events, at most {@code timeoutNs} (0: not at all), and tells the handlers. Must call
   * {@link #woke()} after the wait, and {@link #mayBlock()} before one that can block.
   */
  protected abstract void turn(long timeoutNs);

  /** Buffers that the kernel has for what may come: taken from the pool, but in nobody's hands. */
  protected int buffersLent() {
    return 0;
  }

  /** Closes every connection and lets go of the kernel's side. */
  protected abstract void shutDown();

  /** At the end of this turn the connection's {@code resume} is called. */
  public final void putOff(Connection c) {
    if (!c.putOff) {
      c.putOff = true;
      putOff.add(c);
    }
  }

  /** At the end of this turn this is run. */
  protected final void putOff(Runnable task) {
    later.add(task);
  }

  protected final boolean nothingPutOff() {
    return putOff.isEmpty() && later.isEmpty();
  }

  /** Does what was put off; what is put off meanwhile waits for the next turn. */
  protected final void doPutOff() {
    for (int n = later.size(); n > 0; n--) {
      later.poll().run();
    }
    if (putOff.isEmpty()) {
      return;
    }
    ArrayDeque<Connection> now = putOff;
    putOff = spare;
    for (Connection c = now.poll(); c != null; c = now.poll()) {
      c.putOff = false;
      try {
        c.resume();
      } catch (RuntimeException | Error e) {
        survived(c, e);
      }
    }
    spare = now;
  }

  /**
   * Whether blocking is fine: no task came in meanwhile. From here until {@link #woke()} others
   * signal the wake-up.
   */
  protected final boolean mayBlock() {
    asleep = true;
    if (tasks.isEmpty() && !stopping) {
      return true;
    }
    asleep = false;
    return false;
  }

  protected final void woke() {
    if (asleep) {
      asleep = false;
      counters.wakeUps++;
    }
    nowNs = System.nanoTime();
  }

  protected final void countAccepted() {
    counters.accepted++;
  }

  protected final void countAcceptFailure() {
    counters.acceptFailures++;
  }

  protected final void countOpen(int change) {
    counters.connectionsOpen += change;
  }

  /**
   * A handler threw: a defect here, which must cost one connection and not the loop. The handler is
   * told that the connection has failed, so that it lets go of what it holds.
   */
  protected final void survived(Connection c, Throwable t) {
    report("a handler failed; its connection is closed", t);
    try {
      boolean open = !c.isClosed();
      c.close();
      if (open && c.handler != null) {
        c.handler.failed(Errno.ECANCELED);
      }
    } catch (RuntimeException | Error again) {
      report("a handler failed once more", again);
    }
  }

  /** Calls the reader; what it throws is a defect here, which must not cost the loop. */
  protected final void tell(DatagramReader reader) {
    try {
      reader.readable();
    } catch (RuntimeException | Error e) {
      report("a reader of datagrams failed", e);
    }
  }

  private void report(String what, Throwable t) {
    counters.failedTasks++;
    try {
      LOG.log(System.Logger.Level.ERROR, what, t);
    } catch (RuntimeException | Error e) {
      // Logging may fail for the same reason (no descriptors, no memory); the count has it.
    }
  }

  private void run() {
    try {
      wakeFd =
          libc.eventfd(
              0, io.steelyard.net.sys.Abi.EFD_NONBLOCK | io.steelyard.net.sys.Abi.EFD_CLOEXEC);
      if (options.oneOfSeveral()) {
        // Where it is refused it is only a little dearer.
        libc.scheduleInBatches();
      }
      open(wakeFd);
    } catch (IOException e) {
      openFailure = e;
      libc.close(wakeFd);
      return;
    } catch (RuntimeException | Error e) {
      openFailure = new IOException("the loop could not start: " + e, e);
      return;
    } finally {
      opened.countDown();
    }
    while (!stopping) {
      turnOnce();
    }
    shutDown();
    libc.close(wakeFd);
    buffers.close();
    if (datagrams != null) {
      datagrams.close();
    }
  }

  private void turnOnce() {
    try {
      wheel.advance(nowNs);
      runTasks();
      counters.buffersInUse = (long) buffers.inUse() - buffersLent();
      counters.buffersExhausted = buffers.exhausted();
      turn(tasks.isEmpty() ? wheel.nextNs(nowNs) : 0);
    } catch (RuntimeException | Error e) {
      // What a timer or a task throws ends here; what a handler throws is caught nearer to its
      // connection.
      report("a task of the loop failed", e);
    }
  }

  private void runTasks() {
    for (int i = 0; i < TASKS_PER_TURN; i++) {
      Runnable task = tasks.poll();
      if (task == null) {
        return;
      }
      task.run();
    }
  }
}
