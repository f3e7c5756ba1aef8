package io.steelyard.control;

import io.steelyard.control.shared.Edition;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a node that starts reads what nodes share: how long it waits depends on what it has else. */
final class FirstReading {
  private static final Logger LOG = System.getLogger("steelyard.control");

  /** Where there is something else to serve: a start takes no two seconds then. */
  private static final Duration SOON = Duration.ofMillis(500);

  /** Where there is nothing else, and nobody can be connected to. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The same while it is connected to, but does not answer in time. */
  private static final Duration PATIENCE_SLOW = Duration.ofSeconds(20);

  private static final Duration RETRY = Duration.ofMillis(200);

  private FirstReading() {}

  /** Asks once. */
  interface Reading {
    Edition read() throws IOException, InterruptedException;
  }

  /** A store that hangs must not keep a node from starting that has something to serve. */
  static Edition soon(Reading source, String name) throws IOException, InterruptedException {
    FutureTask<Edition> reading = new FutureTask<>(source::read);
    Thread.ofVirtual().name("shared configuration at the start").start(reading);
    try {
      return reading.get(SOON.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reading.cancel(true);
      throw new IOException("%s has not answered within %d ms".formatted(name, SOON.toMillis()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  /** Where there is nothing else to serve, a store that is only slow is asked again. */
  static Edition patiently(Reading source) throws IOException, InterruptedException {
    long startNs = System.nanoTime();
    while (true) {
      try {
        return source.read();
      } catch (IOException e) {
        // A young process is slow itself, the more so with TLS: each attempt makes it quicker.
        Duration patience = isSlow(e) ? PATIENCE_SLOW : PATIENCE;
        if (System.nanoTime() - startNs > patience.toNanos()) {
          throw e;
        }
        LOG.log(Level.INFO, "{0}: it is asked again", e.getMessage());
        Thread.sleep(RETRY);
      }
    }
  }

  private static boolean isSlow(IOException e) {
    boolean slow = false;
    for (Throwable cause = e.getCause(); cause != null && !slow; cause = cause.getCause()) {
      slow = cause instanceof TimeoutException;
    }
    return slow;
  }
}
