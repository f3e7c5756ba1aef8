package io.steelyard.control;

import io.steelyard.control.Event.Kind;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.canary.CanaryTrial;
import io.steelyard.control.canary.NodeReport;
import io.steelyard.control.canary.Verdict;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Has a canary's end come about. Every node judges, since any may go; the first by name acts at
 * once, each further one a while later if nothing has come of it. For one thread.
 */
final class CanaryJudge {
  private static final Logger LOG = System.getLogger("steelyard.config");
  private static final Duration TURN = Duration.ofSeconds(2);

  private final SharedSource source;
  private final Revisions revisions;
  private final Events events;
  private Optional<CanaryTrial> trial = Optional.empty();
  private Optional<Canary> told = Optional.empty();

  /** Since when there is a verdict that nobody has acted on; 0 without one. */
  private long decidedNs;

  CanaryJudge(SharedSource source, Revisions revisions, Events events) {
    this.source = source;
    this.revisions = revisions;
    this.events = events;
  }

  /** Whether something is being tried. */
  static boolean tried(Edition edition) {
    return edition.canary().filter(Canary::goesOn).isPresent();
  }

  /** Looks once at an edition as it stands in the source, and at what the nodes tell. */
  void look(String node, Edition edition, Map<String, NodeReport> reports, long nowNs)
      throws IOException, InterruptedException {
    tell(edition.canary());
    if (!tried(edition)) {
      trial = Optional.empty();
      decidedNs = 0;
      return;
    }
    Canary canary = edition.canary().get();
    if (canary.state() == Canary.State.PASSING) {
      if (myTurn(node, reports, nowNs)) {
        finish(canary);
      }
      return;
    }
    if (trial.filter(t -> t.canary().equals(canary)).isEmpty()) {
      trial = Optional.of(new CanaryTrial(canary, nowNs));
      decidedNs = 0;
    }
    Verdict verdict = trial.get().look(nowNs, reports, edition.document());
    if (verdict instanceof Verdict.Wait) {
      decidedNs = 0;
    } else if (myTurn(node, reports, nowNs)) {
      act(canary, verdict);
    }
  }

  private boolean myTurn(String node, Map<String, NodeReport> reports, long nowNs) {
    decidedNs = decidedNs == 0 ? nowNs : decidedNs;
    long before = reports.keySet().stream().filter(other -> other.compareTo(node) < 0).count();
    return nowNs - decidedNs >= before * TURN.toNanos();
  }

  private void act(Canary canary, Verdict verdict) throws IOException, InterruptedException {
    if (verdict instanceof Verdict.Pass(String why)) {
      pass(canary, why);
    } else if (verdict instanceof Verdict.Return(String why)) {
      end(canary, Canary.State.RETURNED, why);
    }
  }

  /** Claimed first: from then on nobody can end it otherwise. */
  private void pass(Canary canary, String why) throws IOException, InterruptedException {
    Canary passing = canary.ended(Canary.State.PASSING, why);
    Cell.Held held = source.canary().read();
    boolean still = Canary.parse(held.text()).equals(Optional.of(canary));
    if (still && source.canary().write(passing.json(), held.version())) {
      finish(passing);
    }
  }

  /** What was forced needs its record first: nodes look there for whether they may follow. */
  private void finish(Canary canary) throws IOException, InterruptedException {
    revisions.conclude(canary.revision(), State.WRITTEN, canary.reason());
    Cell.Held held = source.document().read();
    String there = held.version() == 0 ? "" : TextDigest.of(held.text());
    boolean written =
        there.equals(canary.digest())
            || (there.equals(canary.base())
                && source.document().write(canary.text(), held.version()));
    if (written) {
      end(canary, Canary.State.PASSED, canary.reason());
    } else {
      end(canary, Canary.State.RETURNED, "the document was changed meanwhile");
    }
  }

  private void end(Canary canary, Canary.State how, String why)
      throws IOException, InterruptedException {
    Cell.Held held = source.canary().read();
    boolean still = Canary.parse(held.text()).equals(Optional.of(canary));
    if (still && source.canary().write(canary.ended(how, why).json(), held.version())) {
      State state = how == Canary.State.PASSED ? State.WRITTEN : State.RETURNED;
      revisions.conclude(canary.revision(), state, why);
    }
  }

  private void tell(Optional<Canary> now) {
    if (now.equals(told)) {
      return;
    }
    boolean first = told.isEmpty();
    told = now;
    if (now.isEmpty() || (first && now.get().state() != Canary.State.TRYING)) {
      return;
    }
    Canary canary = now.get();
    String text =
        switch (canary.state()) {
          case TRYING ->
              "revision %d is tried by %s for %d s"
                  .formatted(
                      canary.revision(),
                      String.join(", ", canary.nodes()),
                      canary.length().toSeconds());
          case PASSING -> "revision %d becomes the document".formatted(canary.revision());
          case PASSED -> "revision %d is good: %s".formatted(canary.revision(), canary.reason());
          case RETURNED ->
              "revision %d was taken back: %s".formatted(canary.revision(), canary.reason());
        };
    events.add(Kind.CANARY, text);
    LOG.log(canary.state() == Canary.State.RETURNED ? Level.WARNING : Level.INFO, text);
  }
}
