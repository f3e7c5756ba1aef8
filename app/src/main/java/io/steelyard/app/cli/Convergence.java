package io.steelyard.app.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Waits until all nodes serve a document, and says how it goes meanwhile. */
final class Convergence {
  private static final long LOOK_EVERY_MS = 100;

  private final AdminClient admin;
  private final PrintStream progress;
  private final Duration patience;

  /** The revision that was written; 0 when none was. */
  private final long written;

  private String shown = "";

  /**
   * @param progress null to say nothing
   * @param written the revision: what nodes said of the same document before does not count; 0 if
   *     nothing was written
   */
  Convergence(AdminClient admin, PrintStream progress, Duration patience, long written) {
    this.written = written;
    this.admin = admin;
    this.progress = progress;
    this.patience = patience;
  }

  /** How it stands: empty when it is reached. */
  private record Standing(boolean reached, String words) {}

  /**
   * Returns once all nodes serve it.
   *
   * @param document its digest
   * @param tried the revision that some nodes try first, whose outcome is awaited then; 0 for none
   * @throws Refused when a node refuses it, or it takes too long
   */
  void await(String document, long tried) throws Refused, InterruptedException {
    long startNs = System.nanoTime();
    while (true) {
      String answer = admin.read("/v1/status");
      Standing standing = standing(answer, document, tried);
      if (standing.reached()) {
        say(standing.words());
        return;
      }
      if (System.nanoTime() - startNs > patience.toNanos()) {
        throw new Refused(
            "steelyard config: still waiting after %d s: %s"
                .formatted(patience.toSeconds(), standing.words()));
      }
      say(standing.words());
      Thread.sleep(LOOK_EVERY_MS);
    }
  }

  private void say(String words) {
    if (progress != null && !words.equals(shown)) {
      progress.println(words);
      progress.flush();
      shown = words;
    }
  }

  private Standing standing(String answer, String document, long tried) throws Refused {
    Map<?, ?> status = admin.understood(answer, whole -> whole);
    Map<?, ?> shared = (Map<?, ?>) status.get("shared_configuration");
    if (shared == null) {
      // The node's own file: it was served before it was written.
      return new Standing(true, status.get("node") + " serves it");
    }
    Map<?, ?> canary = (Map<?, ?>) shared.get("canary");
    if (tried > 0) {
      if (canary == null || ((Number) canary.get("revision")).longValue() != tried) {
        // The node has not heard of it yet; what it shows is an earlier one.
        return new Standing(false, "waiting for the trial to begin");
      }
      String state = canary.get("state").toString();
      if (state.equals("returned")) {
        throw new Refused("steelyard config: it was taken back: " + canary.get("reason"));
      }
      if (state.equals("trying")) {
        return new Standing(false, "being tried by " + names((List<?>) canary.get("nodes")));
      }
    }
    return nodes((List<?>) shared.get("nodes"), document);
  }

  private static String names(List<?> names) {
    return String.join(", ", names.stream().map(Object::toString).toList());
  }

  private Standing nodes(List<?> nodes, String document) throws Refused {
    List<String> waiting = new ArrayList<>();
    List<String> refusals = new ArrayList<>();
    int serving = 0;
    for (Object item : nodes) {
      Map<?, ?> node = (Map<?, ?>) item;
      boolean looked = hasLooked(node);
      if (looked && document.equals(node.get("refused_document"))) {
        refusals.add(node.get("node") + ": " + node.get("why"));
      } else if (looked && document.equals(node.get("document"))) {
        serving++;
      } else {
        waiting.add(node.get("node").toString());
      }
    }
    if (!refusals.isEmpty()) {
      throw new Refused("steelyard config: refused by " + String.join("\n", refusals));
    }
    boolean reached = waiting.isEmpty() && serving > 0;
    String words =
        "%d of %d nodes serve it%s"
            .formatted(
                serving,
                nodes.size(),
                waiting.isEmpty() ? "" : ", waiting for " + String.join(", ", waiting));
    return new Standing(reached, words);
  }

  /** Whether it says so since it was written; nodes of former versions do not tell. */
  private boolean hasLooked(Map<?, ?> node) {
    long last = node.get("written") == null ? -1 : ((Number) node.get("written")).longValue();
    return last < 0 || last >= written;
  }
}
