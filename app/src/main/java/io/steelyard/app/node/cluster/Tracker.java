package io.steelyard.app.node.cluster;

import io.steelyard.cluster.vip.VipId;
import io.steelyard.cluster.vip.VipPenalty;
import io.steelyard.config.VipConfig.Track;
import io.steelyard.config.VipConfig.What;
import io.steelyard.vip.link.LinkWatcher;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * What makes this node a worse owner: listeners without servers, links that are down, scripts that
 * fail. Links and scripts are watched by threads; the listeners are asked for.
 */
final class Tracker implements AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.cluster");

  /** Nothing is left of any priority. */
  private static final int ALL = 255;

  private final Map<VipId, List<Track>> tracks;
  private final Predicate<VipId> listenersServe;
  private final Set<String> linksDown = ConcurrentHashMap.newKeySet();

  /** Scripts that fail, and why. */
  private final Map<What.Script, String> failing = new ConcurrentHashMap<>();

  private final List<Thread> threads = new ArrayList<>();
  private final LinkWatcher links;
  private volatile boolean closed;

  /**
   * Begins to watch.
   *
   * @param listenersServe whether the listeners on a virtual router's addresses have servers
   * @throws IOException if links cannot be watched
   */
  Tracker(Map<VipId, List<Track>> tracks, Predicate<VipId> listenersServe) throws IOException {
    this.tracks = tracks;
    this.listenersServe = listenersServe;
    Set<String> names = new HashSet<>();
    Set<What.Script> scripts = new HashSet<>();
    tracks.forEach((id, list) -> {
      names.add(id.link());
      for (Track track : list) {
        if (track.what() instanceof What.Link(String name)) {
          names.add(name);
        } else if (track.what() instanceof What.Script script) {
          scripts.add(script);
        }
      }
    });
    links = LinkWatcher.start(names, this::linkChanged);
    scripts.forEach(
        script -> threads.add(Thread.ofVirtual().name("track").start(() -> run(script))));
  }

  private void linkChanged(String name, boolean up) {
    boolean changed = up ? linksDown.remove(name) : linksDown.add(name);
    if (changed) {
      LOG.log(up ? Level.INFO : Level.WARNING, "link {0} is {1}", name, up ? "up" : "down");
    }
  }

  private void run(What.Script script) {
    while (!closed) {
      long beganNs = System.nanoTime();
      note(script, failure(script));
      long restMs = script.interval().minusNanos(System.nanoTime() - beganNs).toMillis();
      try {
        Thread.sleep(Duration.ofMillis(Math.max(1, restMs)));
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void note(What.Script script, Optional<String> failure) {
    Optional<String> before = Optional.ofNullable(failing.get(script));
    if (failure.isPresent()) {
      failing.put(script, failure.get());
    } else {
      failing.remove(script);
    }
    if (!failure.equals(before) && !closed) {
      LOG.log(
          failure.isEmpty() ? Level.INFO : Level.WARNING,
          "script {0} {1}",
          script.command().getFirst(),
          failure.orElse("passes"));
    }
  }

  /** Why it does not pass, in words; empty: it does. */
  private static Optional<String> failure(What.Script script) {
    try {
      Process process =
          new ProcessBuilder(script.command())
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        process.getOutputStream().close();
        if (!process.waitFor(script.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
          return Optional.of(
              "fails: it has not ended within %d ms".formatted(script.timeout().toMillis()));
        }
        return process.exitValue() == 0
            ? Optional.empty()
            : Optional.of("fails: it has ended with " + process.exitValue());
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.of("fails: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("was broken off");
    }
  }

  /**
   * By how much this node's priority is to fall now. Listeners without servers leave 1 of it: an
   * address that answers "no server" is better than one that nobody has.
   */
  VipPenalty penalty(VipId id) {
    if (linksDown.contains(id.link())) {
      return new VipPenalty(ALL, 0);
    }
    int hard = 0;
    int soft = 0;
    for (Track track : tracks.getOrDefault(id, List.of())) {
      int penalty = fails(track.what(), id) ? track.penalty() : 0;
      if (track.what() instanceof What.Listeners) {
        soft += penalty;
      } else {
        hard += penalty;
      }
    }
    return new VipPenalty(hard, soft);
  }

  private boolean fails(What what, VipId id) {
    return switch (what) {
      case What.Listeners() -> !listenersServe.test(id);
      case What.Link(String name) -> linksDown.contains(name);
      case What.Script script -> failing.containsKey(script);
    };
  }

  /** What fails now, for people; empty: nothing does. */
  List<String> failures(VipId id) {
    List<String> failures = new ArrayList<>();
    if (linksDown.contains(id.link())) {
      failures.add("link " + id.link() + " is down");
    }
    for (Track track : tracks.getOrDefault(id, List.of())) {
      if (fails(track.what(), id)) {
        failures.add(
            switch (track.what()) {
              case What.Listeners() -> "its listeners have no server";
              case What.Link(String name) -> "link " + name + " is down";
              case What.Script script ->
                  "script %s %s"
                      .formatted(
                          script.command().getFirst(), failing.getOrDefault(script, "fails"));
            });
      }
    }
    return failures;
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    links.close();
  }
}
