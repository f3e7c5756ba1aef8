package io.steelyard.core.pool;

import io.steelyard.core.health.Health;
import io.steelyard.core.health.Standing;
import io.steelyard.core.server.ServerState;
import io.steelyard.core.snapshot.Balancing;
import io.steelyard.core.snapshot.HoldDown;
import io.steelyard.core.snapshot.PassiveHealth;
import io.steelyard.core.snapshot.Pool;
import io.steelyard.core.snapshot.Server;

/** One server under a {@link PoolMonitor}: its ramp, its flips, its ejections and its window. */
final class Watched {
  private final ServerState state;
  private final SlowStart slowStart = new SlowStart();
  private final Flips flips = new Flips();
  private final Backoff holds = new Backoff();
  private final Backoff ejections = new Backoff();
  private Server server;
  private boolean needsNoRamp;
  private boolean takesPart;
  private TrafficWindow window;
  private Totals seen;
  private Totals lately = Totals.ZERO;
  private long heldUntilNs;
  private long ejectedUntilNs;

  /** Takes no part yet. */
  Watched(Server server, PassiveHealth passive) {
    this.server = server;
    this.state = server.state();
    this.seen = Totals.of(state.traffic());
    this.window = new TrafficWindow(passive.window(), seen);
  }

  /** It is there from the first: what takes part now, or from its first verdict on, does so. */
  void isThereFromTheFirst(boolean panic) {
    takesPart = takesPart(state.standing(), panic);
    Health probed = state.standing().probed();
    needsNoRamp = !probed.known() && !probed.up();
  }

  Server server() {
    return server;
  }

  ServerState state() {
    return state;
  }

  Standing standing() {
    return state.standing();
  }

  /** It stays; what is counted goes on as far as it was counted before. */
  void follow(Server next, PassiveHealth before, PassiveHealth now) {
    server = next;
    // Where nothing is judged nothing has to be kept right: it begins anew when it is.
    if (before.consecutiveFailures() == 0 && now.consecutiveFailures() > 0) {
      state.traffic().forgetRow();
    }
    if (now.active() && (!before.active() || !before.window().equals(now.window()))) {
      window = new TrafficWindow(now.window(), Totals.of(state.traffic()));
    }
  }

  /** Whether new requests may go there as things stand. */
  boolean takesNew() {
    return server.weight() > 0 && standing().takesNew();
  }

  /** Whether new requests could go there but for a hold-down or an ejection. */
  boolean isOnlyKeptOut() {
    Standing standing = standing();
    return server.weight() > 0
        && standing.wanted()
        && standing.probed().up()
        && (standing.held() || standing.ejected());
  }

  private boolean takesPart(Standing standing, boolean panic) {
    return server.weight() > 0 && (panic ? standing.wanted() : standing.takesNew());
  }

  /**
   * The standing becomes {@code next}, and what follows: who takes part again starts slowly and
   * with new counters. The ramp is written while the server takes no part, so that no loop ever
   * sees it with its whole weight before the ramp begins.
   */
  void become(Standing next, boolean panic, Balancing balancing, long nowNs) {
    boolean before = takesPart;
    takesPart = takesPart(next, panic);
    if (takesPart && !before) {
      enter(needsNoRamp, balancing, nowNs);
    }
    needsNoRamp &= !takesPart && !next.probed().known();
    state.standing(next);
    if (before && !takesPart) {
      slowStart.end();
      state.ramp(slowStart.ramp());
    }
  }

  private void enter(boolean atOnce, Balancing balancing, long nowNs) {
    if (!atOnce) {
      slowStart.begin(balancing.slowStart(), nowNs);
      state.ramp(slowStart.ramp());
    }
    restartCounters();
  }

  /** Whether the pool panics has changed, or somebody else wrote the standing. */
  void observe(boolean panic, Balancing balancing, long nowNs) {
    if (takesPart != takesPart(standing(), panic)) {
      become(standing(), panic, balancing, nowNs);
    }
  }

  /** The pool panics: all that are wanted take part, and none of them slowly. */
  void panic() {
    boolean takesPartNow = takesPart(standing(), true);
    if (takesPartNow && !takesPart) {
      takesPart = true;
      restartCounters();
    }
    // One that was starting slowly may be the only healthy one.
    slowStart.end();
    state.ramp(slowStart.ramp());
  }

  private void restartCounters() {
    state.traffic().forgetRow();
    window.restart(Totals.of(state.traffic()));
  }

  /** Time has passed. */
  void advance(Pool pool, long nowNs) {
    if (!slowStart.ended()) {
      slowStart.advance(pool.balancing().slowStart(), nowNs);
      state.ramp(slowStart.ramp());
    }
    if (takesNew()) {
      holds.calm(pool.holdDown().period(), pool.holdDown().periodMax(), nowNs);
      ejections.calm(pool.passive().ejection(), pool.passive().ejectionMax(), nowNs);
    } else {
      holds.disturb(nowNs);
      ejections.disturb(nowNs);
    }
  }

  /** The checks' verdict went from up to down. */
  void flipped(HoldDown limits, long nowNs) {
    boolean tooOften = flips.add(limits, nowNs);
    if (limits.flips() > 0 && (tooOften || !holds.isClear())) {
      holds.offend(limits.period(), limits.periodMax());
    }
  }

  boolean isFlapping() {
    return !holds.isClear();
  }

  /** It is held from now on; for how long, in nanoseconds. */
  long hold(HoldDown limits, long nowNs) {
    long periodNs = holds.periodNs(limits.period(), limits.periodMax());
    heldUntilNs = nowNs + periodNs;
    return periodNs;
  }

  boolean holdIsOver(long nowNs) {
    return standing().held() && nowNs - heldUntilNs >= 0;
  }

  /** It is ejected from now on; for how long, in nanoseconds. */
  long eject(PassiveHealth limits, long nowNs) {
    ejections.offend(limits.ejection(), limits.ejectionMax());
    long periodNs = ejections.periodNs(limits.ejection(), limits.ejectionMax());
    ejectedUntilNs = nowNs + periodNs;
    return periodNs;
  }

  boolean ejectionIsOver(long nowNs) {
    return standing().ejected() && nowNs - ejectedUntilNs >= 0;
  }

  /** What is left of its ejection. */
  long ejectedForNs(long nowNs) {
    return ejectedUntilNs - nowNs;
  }

  /** An ejection has ended: what is still in flight from before it counts for nothing. */
  void returned() {
    restartCounters();
  }

  /** The operator has had it in hand: what it did before is forgotten. */
  void forgive() {
    flips.clear();
    holds.clear();
    ejections.clear();
    restartCounters();
  }

  /** A slot of the window ends. */
  void turnWindow() {
    lately = window.turn(Totals.of(state.traffic()));
  }

  /** What its traffic came to in the window that ended last. */
  Totals lately() {
    return lately;
  }

  /** What its traffic came to since this was asked last. */
  Totals sinceLast() {
    Totals before = seen;
    seen = Totals.of(state.traffic());
    return seen.minus(before);
  }
}
