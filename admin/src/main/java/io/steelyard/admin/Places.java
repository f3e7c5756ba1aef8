package io.steelyard.admin;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which connections there is room for. Nobody can keep others out by being silent: where there is
 * no room, who comes takes the place of the one that has owed a request for longest.
 *
 * <pre>
 *   take --> WAITING --busy--> BUSY --idle--> WAITING
 *              |  crowded out: LOST
 *   leave ends each
 * </pre>
 *
 * <p>Any thread.
 */
final class Places {
  private final int all;
  private final int each;
  private final int kept;

  /** Those whose request has not come, the longest first. */
  private final LinkedHashSet<Place> waiting = new LinkedHashSet<>();

  private final Map<Object, Integer> counts = new HashMap<>();
  private int taken;

  /**
   * None is taken yet.
   *
   * @param all at a time
   * @param each of one origin
   * @param kept of all, for those of this machine
   */
  Places(int all, int each, int kept) {
    this.all = all;
    this.each = each;
    this.kept = kept;
  }

  /**
   * Who shares a bound.
   *
   * @param key equal for those that do
   * @param local whether it is on this machine
   */
  record Origin(Object key, boolean local) {}

  /** One of them; a connection has it from its acceptance to its end. */
  static final class Place {
    private final Origin origin;
    private final Runnable giveUp;
    private boolean lost;

    private Place(Origin origin, Runnable giveUp) {
      this.origin = origin;
      this.giveUp = giveUp;
    }
  }

  /** What came of asking for one: {@code lost} has given way to it, if somebody had to. */
  record Taken(Optional<Place> place, boolean lost) {}

  /**
   * For a connection that is new.
   *
   * @param giveUp is run when it has to give way: closes it; must not block
   */
  Taken take(Origin origin, Runnable giveUp) {
    Optional<Place> victim = Optional.empty();
    Place place = new Place(origin, giveUp);
    synchronized (this) {
      boolean crowd = counts.getOrDefault(origin.key(), 0) >= each;
      boolean full = taken >= (origin.local() ? all : all - kept);
      if (crowd) {
        victim = longest(p -> p.origin.key().equals(origin.key()));
      } else if (full) {
        victim = longest(p -> origin.local() || !p.origin.local());
      }
      if ((crowd || full) && victim.isEmpty()) {
        return new Taken(Optional.empty(), false);
      }
      victim.ifPresent(this::lose);
      taken++;
      counts.merge(origin.key(), 1, Integer::sum);
      waiting.add(place);
    }
    victim.ifPresent(p -> p.giveUp.run());
    return new Taken(Optional.of(place), victim.isPresent());
  }

  private Optional<Place> longest(Predicate<Place> who) {
    return waiting.stream().filter(who).findFirst();
  }

  private void lose(Place place) {
    place.lost = true;
    free(place);
  }

  private void free(Place place) {
    waiting.remove(place);
    taken--;
    counts.computeIfPresent(place.origin.key(), (_, n) -> n == 1 ? null : n - 1);
  }

  /** Its request is there: nobody takes the place any more. False if somebody has. */
  synchronized boolean busy(Place place) {
    waiting.remove(place);
    return !place.lost;
  }

  /** Its answer is sent, and another request may come. False if the place is lost. */
  synchronized boolean idle(Place place) {
    return !place.lost && waiting.add(place);
  }

  /** Its connection is closed; once. */
  synchronized void leave(Place place) {
    if (!place.lost) {
      free(place);
    }
  }

  /** How many are taken. */
  synchronized int taken() {
    return taken;
  }
}
