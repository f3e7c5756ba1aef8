import java.util.ArrayDeque;
import java.util.Deque;

/** Undoes what was started, last first: at the normal end, after an error, and on Ctrl-C. */
final class Cleanup implements AutoCloseable {
  /** Something to undo; called once. */
  interface Undo {
    void run() throws Exception;
  }

  private final Deque<Undo> undos = new ArrayDeque<>();

  Cleanup() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close, "cleanup"));
  }

  synchronized void add(Undo undo) {
    undos.push(undo);
  }

  @Override
  public synchronized void close() {
    while (!undos.isEmpty()) {
      try {
        undos.pop().run();
      } catch (Exception e) {
        System.err.println("bench/compare: while cleaning up: " + e);
      }
    }
  }
}
