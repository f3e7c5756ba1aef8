import java.util.ArrayDeque;
import java.util.Deque;

/** Undoes what was started, last first: at the normal end, after an error, and on Ctrl-C. */
final class Cleanup implements AutoCloseable {
  /** Something to undo; a second time must do no harm. */
  interface Undo {
    void run() throws Exception;
  }

  private final Deque<Undo> undos = new ArrayDeque<>();
  private boolean closed;

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
  }

  /** Takes note of something started; once everything is being ended, that is ended too. */
  synchronized void add(Undo undo) {
    undos.push(undo);
    if (closed) {
      close();
      throw Stop.because("interrupted");
    }
  }

  synchronized boolean closed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    while (!undos.isEmpty()) {
      try {
        undos.pop().run();
      } catch (Exception e) {
        System.err.println("bench/compare: while cleaning up: " + e);
      }
    }
  }
}
