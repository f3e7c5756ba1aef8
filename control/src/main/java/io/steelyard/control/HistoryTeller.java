package io.steelyard.control;

import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.SharedSource;
import io.steelyard.control.shared.SharedStatus;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node has the history of revisions know: which document it serves, though nobody may have
 * put it there by a command, and which one it has refused. For the thread that follows.
 */
final class HistoryTeller {
  private static final Logger LOG = System.getLogger("steelyard.control");

  /** For a writer to say that it has written. */
  private static final Duration CONFIRM_AFTER = Duration.ofSeconds(5);

  /** What was changed past all nodes stands in no history: it is not looked for for ever. */
  private static final int REFUSAL_TRIES = 5;

  private final SharedSource source;
  private final Revisions revisions;
  private final Supplier<String> nodeName;

  /** The document that was noted as a revision last, by its digest. */
  private String noted = "";

  /** What is noted may be a revision whose writer has not heard that it was written: since when. */
  private long unconfirmedNs;

  private boolean unconfirmed;

  /** The document whose refusal by this node the history is told, and which revision it was. */
  private String notedRefused = "";

  private long notedRefusedNumber;
  private int refusalTries;

  /**
   * Before that, a former process of this node may stand there with a refusal of what it serves.
   */
  private boolean knownToHistory;

  HistoryTeller(SharedSource source, Revisions revisions, Supplier<String> nodeName) {
    this.source = source;
    this.revisions = revisions;
    this.nodeName = nodeName;
  }

  /** Keeps what is served for those who want it back, if no node has yet. */
  void note(Optional<Edition> serving) throws IOException, InterruptedException {
    if (serving.isEmpty() || serving.get().document().equals(noted)) {
      confirm();
      return;
    }
    Cell.Held held = source.document().read();
    String document = serving.get().document();
    if (held.version() != 0 && TextDigest.of(held.text()).equals(document)) {
      revisions.seen(
          held.text(),
          "changed in the store",
          () -> source.document().read().version() == held.version());
    }
    noted = document;
    unconfirmed = true;
    unconfirmedNs = System.nanoTime();
  }

  /** Who writes one says so at once, unless the answer of the store was lost. */
  private void confirm() throws IOException, InterruptedException {
    if (unconfirmed && System.nanoTime() - unconfirmedNs > CONFIRM_AFTER.toNanos()) {
      revisions.confirm(noted);
      unconfirmed = false;
    }
  }

  /**
   * What this node made of a document that was written.
   *
   * @param offered what was tried last; null before anything was
   */
  void tell(SharedStatus status, Edition offered) throws InterruptedException {
    try {
      String serving = status.serving().map(Edition::document).orElse("");
      tellServing(serving, offered != null && serving.equals(offered.document()));
      tellRefused(status, serving);
    } catch (IOException e) {
      // Who may only read the store follows all the same; that it is away is noticed elsewhere.
      LOG.log(Level.DEBUG, "the history is not told", e);
    }
  }

  private void tellServing(String serving, boolean newest)
      throws IOException, InterruptedException {
    if (!serving.isEmpty() && (notedRefused.equals(serving) || (newest && !knownToHistory))) {
      notedRefused = "";
      revisions.followed(serving, nodeName.get());
      knownToHistory = true;
    }
  }

  private void tellRefused(SharedStatus status, String serving)
      throws IOException, InterruptedException {
    String refused =
        status.refused().map(Edition::document).filter(d -> !d.equals(serving)).orElse("");
    long number = status.refused().map(Edition::written).orElse(0L);
    if (!refused.isEmpty() && (!refused.equals(notedRefused) || number != notedRefusedNumber)) {
      notedRefused = refused;
      notedRefusedNumber = number;
      refusalTries = REFUSAL_TRIES;
    }
    // Until it was seen there: another node may have written the same line at the same time.
    if (!refused.isEmpty() && refusalTries > 0) {
      String why = status.why().isEmpty() ? "" : status.why().getFirst();
      refusalTries--;
      if (revisions.refused(refused, nodeName.get(), why)) {
        refusalTries = 0;
      }
    }
  }
}
