package io.steelyard.control;

import io.steelyard.config.ConfigText;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.MemoryShelf;
import io.steelyard.control.revision.Shelf;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import io.steelyard.testkit.Eventually;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What nodes share, as the test says it: time passes for who follows it when the test takes a step,
 * and what one step brings has come within the time in which changes settle.
 */
final class FakeSharedSource implements SharedSource {
  /** Who waits no longer than this waits for changes to settle. */
  private static final Duration SETTLING_MAX = Duration.ofMillis(100);

  final MemoryCell document = new MemoryCell();
  final MemoryCell canary = new MemoryCell();
  final MemoryShelf revisions = new MemoryShelf();
  final Map<String, String> reports = new ConcurrentHashMap<>();
  final AtomicInteger steps = new AtomicInteger();
  private final BlockingQueue<Edition> coming = new LinkedBlockingQueue<>();
  private final AtomicInteger handed = new AtomicInteger();
  private volatile int stepsWhenHanded;
  private volatile Edition now;
  private volatile boolean away;

  /** A text that others may change. */
  static final class MemoryCell implements Cell {
    private String text = "";
    private long version;

    @Override
    public synchronized Held read() {
      return new Held(text, version);
    }

    @Override
    public synchronized boolean write(String next, long seen) {
      if (seen != version) {
        return false;
      }
      text = next;
      version++;
      return true;
    }
  }

  FakeSharedSource(Edition first) {
    now = first;
  }

  static Edition edition(long revision, String document) {
    return edition(revision, document, 0);
  }

  /** With the number of the revision that may take away what is guarded. */
  static Edition edition(long revision, String document, long forced) {
    List<ConfigText> texts = List.of(ConfigText.shared("store/config", document));
    return Edition.of(
        revision, TextDigest.of(document), texts, List.of(), List.of(), forced, Optional.empty());
  }

  /** While nobody follows. */
  void now(Edition edition) {
    now = edition;
  }

  void away(boolean isAway) {
    away = isAway;
  }

  /** These follow each other closely; returns when whoever follows has told what came of it. */
  void step(Edition... editions) {
    int all = handed.get() + editions.length;
    synchronized (coming) {
      coming.addAll(List.of(editions));
    }
    // What is told of an earlier one may come meanwhile.
    Eventually.holds("it is followed", () -> handed.get() >= all && steps.get() > stepsWhenHanded);
  }

  @Override
  public Edition read() throws IOException {
    demandNear();
    return now;
  }

  private void demandNear() throws IOException {
    if (away) {
      throw new IOException("the store is away");
    }
  }

  @Override
  public Edition awaitNewer(Edition known, Duration atMost)
      throws IOException, InterruptedException {
    demandNear();
    boolean settling = atMost.compareTo(SETTLING_MAX) <= 0;
    Edition next = settling ? coming.poll() : coming.take();
    // All that come together are there, when the first of them is handed out.
    synchronized (coming) {
      if (next == null) {
        now = known;
      } else {
        now = next;
        stepsWhenHanded = steps.get();
        handed.incrementAndGet();
      }
      return now;
    }
  }

  @Override
  public void report(String node, String report) {
    reports.put(node, report);
    steps.incrementAndGet();
  }

  @Override
  public Map<String, String> reports() {
    return reports;
  }

  @Override
  public Cell document() {
    return document;
  }

  @Override
  public Cell canary() {
    return canary;
  }

  @Override
  public Shelf revisions() {
    return revisions;
  }

  @Override
  public String toString() {
    return "store";
  }

  @Override
  public void close() {}
}
