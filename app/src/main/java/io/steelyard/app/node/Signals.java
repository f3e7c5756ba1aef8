package io.steelyard.app.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The process's signals as a queue, so that one thread handles them in order. The JDK has no other
 * way to handle signals than {@code sun.misc.Signal}, which its module jdk.unsupported keeps up.
 */
public final class Signals {
  /** What a signal asks for. */
  enum Request {
    /** HUP. */
    RELOAD,
    /** TERM or INT. */
    STOP
  }

  /** More than these waiting say nothing new. */
  private static final int WAITING_MAX = 16;

  private final BlockingQueue<Request> arrived = new ArrayBlockingQueue<>(WAITING_MAX);

  private Signals() {}

  /** From now on signals come here instead of ending the process. */
  static Signals install() {
    Signals signals = new Signals();
    signals.on("HUP", Request.RELOAD);
    signals.on("TERM", Request.STOP);
    signals.on("INT", Request.STOP);
    return signals;
  }

  private void on(String name, Request request) {
    sun.misc.Signal.handle(new sun.misc.Signal(name), _ -> arrived.offer(request));
  }

  /** From now on INT does nothing. */
  public static void ignoreInterrupt() {
    sun.misc.Signal.handle(new sun.misc.Signal("INT"), sun.misc.SignalHandler.SIG_IGN);
  }

  /** Acts as if the signal had come. */
  void raise(Request request) {
    arrived.offer(request);
  }

  Request await() throws InterruptedException {
    return arrived.take();
  }
}
