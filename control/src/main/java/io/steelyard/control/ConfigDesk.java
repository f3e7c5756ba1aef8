package io.steelyard.control;

import io.steelyard.config.ConfigChange;
import io.steelyard.config.ConfigDiff;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigText;
import io.steelyard.config.MaskedSecrets;
import io.steelyard.control.Keeper.Written;
import io.steelyard.control.canary.Canary;
import io.steelyard.control.canary.NodeReport;
import io.steelyard.control.revision.Cell;
import io.steelyard.control.revision.Revision;
import io.steelyard.control.revision.Revision.State;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.revision.TextDigest;
import io.steelyard.control.shared.SharedSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where the document of the configuration is read, planned, written, tried by some nodes, and taken
 * back. Blocks for as long as its store does; any thread but a loop; writers take turns.
 *
 * <pre>
 *   read -> parse -> validate -> plan -> (dry run ends here) -> record -> write -> each node follows
 * </pre>
 */
public final class ConfigDesk {
  private final Keeper keeper;
  private final ReentrantLock writing = new ReentrantLock();

  ConfigDesk(Keeper keeper) {
    this.keeper = keeper;
  }

  /**
   * The document as it stands where it is kept, secrets masked.
   *
   * @param digest of the document with its secrets, by which a writer says what was seen
   */
  public record Document(String source, String digest, String text) {}

  /**
   * What somebody wants written.
   *
   * @param text the document; secrets that were masked are put in again
   * @param seen the digest of what it takes the place of; empty for whatever stands there
   * @param who wants it
   * @param what is done, in words
   * @param force whether it may take away what is guarded
   * @param trial some nodes try it first
   */
  public record Request(
      String text,
      Optional<String> seen,
      String who,
      String what,
      boolean force,
      Optional<Trial> trial) {}

  /**
   * By whom it is to be tried, and for how long.
   *
   * @param nodes a number of nodes, a percentage of them, or their names with commas between
   */
  public record Trial(String nodes, Duration length) {}

  /** What became of a request. */
  public sealed interface Answer {
    /** It says what is there already. */
    record Unchanged(String digest) implements Answer {}

    /** It would be written. */
    record Planned(String digest, List<ConfigChange> changes) implements Answer {
      public Planned {
        changes = List.copyOf(changes);
      }
    }

    /**
     * It is written.
     *
     * @param nodes that try it; empty when all follow it
     */
    record Done(long revision, String digest, List<ConfigChange> changes, List<String> nodes)
        implements Answer {
      public Done {
        changes = List.copyOf(changes);
        nodes = List.copyOf(nodes);
      }
    }

    /** It is wrong: one line for each error. */
    record Refused(List<String> errors) implements Answer {
      public Refused {
        errors = List.copyOf(errors);
      }
    }

    /** Something else stands there than was seen. */
    record Outdated(String digest) implements Answer {}

    /** It cannot be done now, or here. */
    record Impossible(String why) implements Answer {}
  }

  /** What is kept now. */
  public Document document() throws IOException, InterruptedException {
    Cell.Held held = keeper.document();
    return new Document(
        keeper.source(), TextDigest.of(held.text()), MaskedSecrets.mask(held.text()));
  }

  /** Former documents, the newest first; secrets are in them. */
  public List<Revision> history() throws IOException, InterruptedException {
    return keeper.revisions().list();
  }

  /**
   * What changed from one document to another; that a secret did, too, but not from what to what.
   *
   * @param before empty for the one that is kept now, as {@code after}
   */
  public List<ConfigChange> changes(Optional<Revision> before, Optional<Revision> after)
      throws IOException, InterruptedException, ConfigException {
    return ConfigDiff.between(keeper.texts(text(before)), keeper.texts(text(after)));
  }

  private String text(Optional<Revision> revision) throws IOException, InterruptedException {
    return revision.isPresent() ? revision.get().text() : keeper.document().text();
  }

  /** What writing it would change; nothing is done. */
  public Answer plan(Request request) throws IOException, InterruptedException {
    return prepared(request).answer();
  }

  /** Writes it, or says why not: then nothing has changed. */
  public Answer write(Request request) throws IOException, InterruptedException {
    writing.lockInterruptibly();
    try {
      Prepared prepared = prepared(request);
      if (!(prepared.answer() instanceof Answer.Planned planned)) {
        return prepared.answer();
      }
      return request.trial().isPresent()
          ? tryOut(request, request.trial().get(), prepared, planned)
          : publish(request, prepared, planned);
    } finally {
      writing.unlock();
    }
  }

  /** Writes a former document again. */
  public Answer restore(long number, Request request) throws IOException, InterruptedException {
    Optional<Revision> revision = keeper.revisions().find(number);
    return revision.isEmpty() ? noSuch(number) : write(former(revision.get(), request));
  }

  /** What writing a former document again would change; nothing is done. */
  public Answer planRestore(long number, Request request) throws IOException, InterruptedException {
    Optional<Revision> revision = keeper.revisions().find(number);
    return revision.isEmpty() ? noSuch(number) : plan(former(revision.get(), request));
  }

  private static Answer noSuch(long number) {
    return new Answer.Impossible(
        "there is no revision %d: the last %d are kept".formatted(number, Revisions.KEPT_MAX));
  }

  private static Request former(Revision revision, Request request) {
    return new Request(
        revision.text(),
        request.seen(),
        request.who(),
        "rollback to " + revision.number(),
        request.force(),
        request.trial());
  }

  /** What some nodes try, or have tried last; empty if nothing ever was, or nodes share nothing. */
  public Optional<Canary> trial() throws IOException, InterruptedException {
    Optional<SharedSource> shared = keeper.shared();
    return shared.isEmpty() ? Optional.empty() : Canary.parse(shared.get().canary().read().text());
  }

  /**
   * Ends what some nodes try: they go back to what was before.
   *
   * @param seen what is meant to end: not what began meanwhile
   */
  public Answer endTrial(String who, Canary seen) throws IOException, InterruptedException {
    Optional<SharedSource> shared = keeper.shared();
    if (shared.isEmpty()) {
      return new Answer.Impossible("nodes that share nothing try nothing");
    }
    Cell.Held held = shared.get().canary().read();
    Optional<Canary> running =
        Canary.parse(held.text()).filter(c -> c.state() == Canary.State.TRYING);
    if (running.isEmpty()) {
      return new Answer.Impossible("no node tries anything");
    }
    if (!running.get().equals(seen)) {
      return new Answer.Impossible(
          "revision %d is tried meanwhile".formatted(running.get().revision()));
    }
    String why = "ended by " + who;
    Canary ended = running.get().ended(Canary.State.RETURNED, why);
    if (!shared.get().canary().write(ended.json(), held.version())) {
      return new Answer.Impossible("it ended meanwhile");
    }
    keeper.revisions().conclude(ended.revision(), State.RETURNED, why);
    return new Answer.Unchanged(ended.base());
  }

  /** A request, what it would do, and what stands there. */
  private record Prepared(Answer answer, String text, Cell.Held held) {}

  private Prepared prepared(Request request) throws IOException, InterruptedException {
    Cell.Held held = keeper.document();
    String digest = TextDigest.of(held.text());
    if (request.seen().isPresent() && !request.seen().get().equals(digest)) {
      return new Prepared(new Answer.Outdated(digest), "", held);
    }
    Optional<String> text = MaskedSecrets.unmask(request.text(), held.text());
    if (text.isEmpty()) {
      return new Prepared(
          new Answer.Refused(
              List.of(
                  "'***' stands for a password that is not shown, and there is none at that place:"
                      + " write it, or put it into a file")),
          "",
          held);
    }
    return new Prepared(planned(request, text.get(), held), text.get(), held);
  }

  private Answer planned(Request request, String text, Cell.Held held)
      throws IOException, InterruptedException {
    boolean same = held.version() != 0 && text.equals(held.text());
    if (same && !request.force()) {
      return new Answer.Unchanged(TextDigest.of(text));
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > ConfigParser.FILE_BYTES_MAX) {
      return new Answer.Refused(List.of("larger than 1 MiB"));
    }
    try {
      List<ConfigText> next = keeper.texts(text);
      Optional<String> lack = SessionMemory.lack(keeper.read(next, request.force()));
      if (lack.isPresent()) {
        return new Answer.Refused(List.of(lack.get()));
      }
      return new Answer.Planned(
          TextDigest.of(text), ConfigDiff.between(keeper.texts(held.text()), next));
    } catch (ConfigException e) {
      return new Answer.Refused(e.errors().stream().map(ConfigError::toString).toList());
    }
  }

  /** Recorded first: whoever sees the document then finds who wrote it. */
  private Answer publish(Request request, Prepared prepared, Answer.Planned planned)
      throws IOException, InterruptedException {
    Optional<Answer> tried = triedMeanwhile();
    if (tried.isPresent()) {
      return tried.get();
    }
    Revisions revisions = keeper.revisions();
    noteFormer(prepared.held());
    long number = revisions.add(entry(request, State.PENDING, prepared.text()), formerNumber());
    return switch (keeper.write(prepared.text(), prepared.held().version())) {
      case Written.Done() -> {
        revisions.conclude(number, State.WRITTEN, "");
        yield new Answer.Done(number, planned.digest(), planned.changes(), List.of());
      }
      case Written.Failed(String why) -> {
        revisions.remove(number);
        yield new Answer.Impossible(why);
      }
      case Written.Changed() -> {
        revisions.remove(number);
        yield new Answer.Outdated(TextDigest.of(keeper.document().text()));
      }
      case Written.Refused(List<String> errors) -> {
        revisions.remove(number);
        yield new Answer.Refused(errors);
      }
    };
  }

  /** What is taken the place of can be restored, too. */
  private void noteFormer(Cell.Held held) throws IOException, InterruptedException {
    if (held.version() != 0) {
      keeper
          .revisions()
          .seen(
              held.text(),
              "as it stood before",
              () -> keeper.document().version() == held.version());
    }
  }

  /** The greatest number that nodes know of: a force counts once, and is known by its number. */
  private long formerNumber() throws IOException, InterruptedException {
    Optional<SharedSource> shared = keeper.shared();
    if (shared.isEmpty()) {
      return 0;
    }
    long told =
        nodes(shared.get()).values().stream()
            .mapToLong(r -> Math.max(r.written(), Math.max(r.forced(), r.refusedForced())))
            .max()
            .orElse(0);
    return Math.max(told, keeper.knownNumber());
  }

  /** Whoever tells of itself what a node tells. */
  private static Map<String, NodeReport> nodes(SharedSource shared)
      throws IOException, InterruptedException {
    Map<String, NodeReport> nodes = new HashMap<>();
    shared
        .reports()
        .forEach((node, text) -> NodeReport.parse(text).ifPresent(r -> nodes.put(node, r)));
    return nodes;
  }

  private static Revisions.Entry entry(Request request, State state, String text) {
    return new Revisions.Entry(request.who(), request.what(), request.force(), state, text);
  }

  private Optional<Answer> triedMeanwhile() throws IOException, InterruptedException {
    Optional<SharedSource> shared = keeper.shared();
    if (shared.isEmpty()) {
      return Optional.empty();
    }
    return Canary.parse(shared.get().canary().read().text())
        .filter(Canary::goesOn)
        .map(canary ->
            new Answer.Impossible(
                "revision %d is being tried by %s: wait for its end, or end it with 'steelyard"
                        .formatted(canary.revision(), String.join(", ", canary.nodes()))
                    + " config abort'"));
  }

  private Answer tryOut(Request request, Trial trial, Prepared prepared, Answer.Planned planned)
      throws IOException, InterruptedException {
    Optional<SharedSource> shared = keeper.shared();
    if (shared.isEmpty()) {
      return new Answer.Impossible(
          "a canary needs nodes that share their configuration through a store ('from')");
    }
    Optional<Answer> tried = triedMeanwhile();
    if (tried.isPresent()) {
      return tried.get();
    }
    TrialNodes nodes = TrialNodes.choose(trial.nodes(), nodes(shared.get()).keySet());
    if (!nodes.why().isEmpty()) {
      return new Answer.Impossible(nodes.why());
    }
    Revisions revisions = keeper.revisions();
    noteFormer(prepared.held());
    long number = revisions.add(entry(request, State.TRIED, prepared.text()), formerNumber());
    Canary canary =
        new Canary(
            Canary.State.TRYING,
            number,
            prepared.held().version() == 0 ? "" : TextDigest.of(prepared.held().text()),
            request.force(),
            nodes.names(),
            trial.length(),
            "",
            prepared.text());
    Cell cell = shared.get().canary();
    if (cell.write(canary.json(), cell.read().version())) {
      return new Answer.Done(number, planned.digest(), planned.changes(), nodes.names());
    }
    revisions.remove(number);
    return new Answer.Impossible("somebody else began to try something at the same moment");
  }
}
