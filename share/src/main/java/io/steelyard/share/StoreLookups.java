package io.steelyard.share;

import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.UnavailableException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Asks the store for sessions on behalf of requests that wait: what has gathered while one answer
 * was on its way is asked at once. When the store does not answer soon nobody is made to wait.
 */
final class StoreLookups implements SessionQuestions {
  private static final int WAITING_MAX = 4096;
  private static final int AT_ONCE_MAX = 256;
  private static final int THREADS = 2;
  private static final long SLOW_NS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long WARM_UP_KEY = 1;
  private static final int WARM_UP_TTL_S = 60;
  private static final int WARM_UP_KEYS = 8;
  private static final int WARM_UP_ROUNDS = 200;
  private static final long WARM_UP_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE = Long.MAX_VALUE;

  private static final class Question {
    private final long[] keys;
    private final Consumer<SessionEntry> answer;

    Question(long[] keys, Consumer<SessionEntry> answer) {
      this.keys = keys;
      this.answer = answer;
    }
  }

  /** What is told how it went. */
  interface Health {
    /** Whether it pays to ask; it may not have answered yet. */
    boolean isUp();

    void failed(UnavailableException e);
  }

  private final Store store;
  private final Keyring secrets;
  private final Health health;
  private final BlockingQueue<Question> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final List<Asker> askers = new ArrayList<>();
  private final CountDownLatch opened = new CountDownLatch(1);
  private volatile boolean closed;

  StoreLookups(Store store, Keyring secrets, Health health) {
    this.store = store;
    this.secrets = secrets;
    this.health = health;
    for (int i = 0; i < THREADS; i++) {
      askers.add(new Asker());
    }
  }

  void start() {
    askers.forEach(asker -> asker.thread.start());
  }

  /** From now on what is asked is answered: it is known which sessions were ended. */
  void open() {
    opened.countDown();
  }

  @Override
  public boolean ask(long[] keys, Consumer<SessionEntry> answer) {
    return !closed
        && health.isUp()
        && askers.stream().noneMatch(Asker::isSlow)
        && waiting.offer(new Question(keys, answer));
  }

  /**
   * Asks for a session that is none, again and again: the first requests of a process that has just
   * started would wait longer for their answers than their deadline allows. Blocks.
   */
  void warmUp() throws UnavailableException {
    SealedSessions sealed = new SealedSessions(secrets);
    SessionEntry none = new SessionEntry();
    none.high = WARM_UP_KEY;
    none.low = WARM_UP_KEY;
    none.server = SessionEntry.GONE;
    none.ttlS = WARM_UP_TTL_S;
    store.write(List.of(sealed.item(none, System.currentTimeMillis())));
    List<String> keys =
        Collections.nCopies(WARM_UP_KEYS, SealedSessions.key(WARM_UP_KEY, WARM_UP_KEY));
    long endNs = System.nanoTime() + WARM_UP_NS;
    for (int i = 0; i < WARM_UP_ROUNDS && System.nanoTime() - endNs < 0; i++) {
      for (byte[] value : store.read(keys)) {
        if (value != null) {
          sealed.read(WARM_UP_KEY, WARM_UP_KEY, value);
        }
      }
    }
  }

  void close() {
    closed = true;
    askers.forEach(asker -> asker.thread.interrupt());
  }

  private final class Asker {
    private final SealedSessions sealed = new SealedSessions(secrets);
    private final AtomicLong askedNs = new AtomicLong(IDLE);
    private final Thread thread = Thread.ofVirtual().name("session-lookups").unstarted(this::run);

    boolean isSlow() {
      long since = askedNs.get();
      return since != IDLE && System.nanoTime() - since > SLOW_NS;
    }

    private void run() {
      List<Question> questions = new ArrayList<>();
      while (!closed) {
        try {
          opened.await();
          questions.add(waiting.take());
        } catch (InterruptedException e) {
          break;
        }
        waiting.drainTo(questions, AT_ONCE_MAX - 1);
        answer(questions);
        questions.clear();
      }
      waiting.drainTo(questions);
      questions.forEach(q -> q.answer.accept(null));
    }

    private void answer(List<Question> questions) {
      List<byte[]> values;
      askedNs.set(System.nanoTime());
      try {
        values = store.read(questions.stream().flatMap(StoreLookups::names).toList());
      } catch (UnavailableException e) {
        health.failed(e);
        questions.forEach(q -> q.answer.accept(null));
        return;
      } catch (RuntimeException e) {
        health.failed(new UnavailableException("a defect: " + e, e));
        questions.forEach(q -> q.answer.accept(null));
        return;
      } finally {
        askedNs.set(IDLE);
      }
      int from = 0;
      for (Question q : questions) {
        int to = from + q.keys.length / 2;
        q.answer.accept(latest(q.keys, values.subList(from, to)));
        from = to;
      }
    }

    /** Nodes that did not sign with the newest secret yet have noted it under an older one. */
    private SessionEntry latest(long[] keys, List<byte[]> values) {
      int nowS = (int) TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
      SessionEntry latest = null;
      for (int i = 0; i < values.size(); i++) {
        byte[] value = values.get(i);
        SessionEntry e = value == null ? null : sealed.read(keys[2 * i], keys[2 * i + 1], value);
        boolean later =
            e != null
                && !e.isOver(nowS)
                && (latest == null || e.isLaterThan(latest.stamp, latest.origin, latest.server));
        latest = later ? e : latest;
      }
      return latest;
    }
  }

  /** What the session is kept under: in the same batch, so that nobody waits longer for it. */
  private static Stream<String> names(Question question) {
    return IntStream.range(0, question.keys.length / 2)
        .mapToObj(i -> SealedSessions.key(question.keys[2 * i], question.keys[2 * i + 1]));
  }
}
