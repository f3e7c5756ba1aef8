package io.steelyard.control.thread;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Threads that each look after one target: there is never more than one for a key, and one whose
 * target stays the same runs on through reloads.
 *
 * @param <K> what a target is known by
 * @param <T> targets; equal ones are looked after alike
 */
public final class Fleet<K, T> implements AutoCloseable {
  /** For each that is stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Map<K, Member<T>> members = new ConcurrentHashMap<>();
  private final String name;
  private final Function<T, K> key;
  private final Start<T> start;

  private record Member<T>(T target, Duty duty, OwnedThread thread) {}

  /** Makes a thread's work. */
  @FunctionalInterface
  public interface Start<T> {
    /** {@code together} targets begin at the same moment, this one included. */
    OwnedThread.Work of(T target, int together, Duty duty);
  }

  /** Whether a thread is still wanted. */
  public static final class Duty {
    private boolean ended;

    /** Does something unless the thread is not wanted any more; its end waits for it. */
    public synchronized void run(Runnable effect) {
      if (!ended) {
        effect.run();
      }
    }

    private synchronized void end() {
      ended = true;
    }
  }

  /** Without any target yet; its threads are called {@code name} and the key. */
  public Fleet(String name, Function<T, K> key, Start<T> start) {
    this.name = name;
    this.key = key;
    this.start = start;
  }

  /**
   * Stops the threads that have none of these targets: nothing comes of their work after this. They
   * are given a moment to end.
   *
   * @return the keys of those that were stopped
   */
  public synchronized List<K> retain(Collection<T> targets) {
    return retain(members.keySet(), targets);
  }

  /** The same for some: of the threads with these keys, as far as there are such. */
  public synchronized List<K> retain(Collection<K> keys, Collection<T> targets) {
    Map<K, T> wanted = byKey(targets);
    List<K> obsolete =
        keys.stream()
            .filter(members::containsKey)
            .filter(k -> !members.get(k).target().equals(wanted.get(k)))
            .toList();
    obsolete.forEach(k -> stop(members.get(k)));
    obsolete.forEach(k -> members.remove(k).thread().awaitEnd(PATIENCE));
    return obsolete;
  }

  /** Looks after exactly these targets from now on; new ones begin at once, all in parallel. */
  public synchronized List<K> watch(Collection<T> targets) {
    List<K> stopped = retain(targets);
    begin(targets);
    return stopped;
  }

  /** Looks after these, too, from now on; those that it looks after already go on. */
  public synchronized void begin(Collection<T> targets) {
    List<T> added =
        targets.stream().filter(target -> !members.containsKey(key.apply(target))).toList();
    added.forEach(target -> members.put(key.apply(target), begin(target, added.size())));
  }

  private Member<T> begin(T target, int together) {
    String thread = name + " " + key.apply(target);
    Duty duty = new Duty();
    return new Member<>(target, duty, new OwnedThread(thread, start.of(target, together, duty)));
  }

  private static void stop(Member<?> member) {
    member.duty().end();
    member.thread().stop();
  }

  private Map<K, T> byKey(Collection<T> targets) {
    return targets.stream().collect(Collectors.toMap(key, Function.identity()));
  }

  /** Stops all threads. */
  @Override
  public void close() {
    retain(List.of());
  }
}
