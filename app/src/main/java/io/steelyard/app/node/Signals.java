package io.steelyard.app.node;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * The process's signals as three wishes that wait to be taken: reload, reopen the log, and stop, of
 * which two are more than one. So no number of HUPs can push a TERM out. The JDK has no other way
 * to handle signals than {@code sun.misc.Signal}, which its module jdk.unsupported keeps up.
 */
public final class Signals {
  private static final Logger LOG = System.getLogger("steelyard.node");

  /** What a signal asks for. */
  enum Request {
    /** HUP. */
    RELOAD,
    /** USR1. */
    REOPEN,
    /** TERM or INT. */
    STOP
  }

  private boolean reload;
  private boolean reopen;
  private int stops;
  private int stopsArrived;
  private boolean led;

  Signals() {}

  /**
   * From now on signals come here instead of ending the process; to be called before anything is
   * served. As long as nobody takes them, and once the end has begun, one more request to stop than
   * a node needs ends the process on the spot.
   */
  public static Signals install() {
    Signals signals = new Signals();
    signals.on("HUP", Request.RELOAD);
    signals.on("USR1", Request.REOPEN);
    signals.on("TERM", Request.STOP);
    signals.on("INT", Request.STOP);
    return signals;
  }

  private void on(String name, Request request) {
    try {
      SignalHandler before = Signal.handle(new Signal(name), _ -> arrived(request));
      if (before.equals(SignalHandler.SIG_IGN)) {
        // HotSpot leaves a signal alone that the process was started to ignore (nohup).
        LOG.log(Level.WARNING, "{0} does nothing: who started this process has it ignored", name);
      }
    } catch (IllegalArgumentException e) {
      LOG.log(Level.WARNING, "{0} cannot be handled: {1}", name, e.getMessage());
    }
  }

  /** From now on INT does nothing. */
  public static void ignoreInterrupt() {
    Signal.handle(new Signal("INT"), SignalHandler.SIG_IGN);
  }

  /** Sends this process the signal to stop. */
  public static void stopThisProcess() {
    Signal.raise(new Signal("TERM"));
  }

  private void arrived(Request request) {
    if (request == Request.STOP && tooMany()) {
      Runtime.getRuntime().halt(1);
    }
    raise(request);
  }

  private synchronized boolean tooMany() {
    stopsArrived++;
    return stopsArrived > (led ? 2 : 1);
  }

  /** Acts as if the signal had come. */
  synchronized void raise(Request request) {
    switch (request) {
      case RELOAD -> reload = true;
      case REOPEN -> reopen = true;
      case STOP -> stops++;
    }
    notifyAll();
  }

  /** Takes the next wish; to stop comes first. */
  synchronized Request await() throws InterruptedException {
    led = true;
    while (stops == 0 && !reload && !reopen) {
      wait();
    }
    if (stops > 0) {
      stops--;
      return Request.STOP;
    }
    if (reopen) {
      reopen = false;
      return Request.REOPEN;
    }
    reload = false;
    return Request.RELOAD;
  }
}
