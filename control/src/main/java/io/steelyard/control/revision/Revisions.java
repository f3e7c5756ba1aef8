package io.steelyard.control.revision;

import io.steelyard.control.revision.Revision.State;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The latest revisions of a configuration, on a shelf that nodes may share. What was changed past
 * all nodes is noted by the first that sees it. Blocks; any thread.
 */
public final class Revisions {
  /** That are kept; the oldest gives way. */
  public static final int KEPT_MAX = 50;

  /** Nodes that add one at the same time take turns. */
  private static final int TRIES_MAX = 16;

  private static final Pattern NAME = Pattern.compile("[0-9]{10}");

  private final Shelf shelf;
  private final InstantSource clock;

  public Revisions(Shelf shelf, InstantSource clock) {
    this.shelf = shelf;
    this.clock = clock;
  }

  /**
   * What is to be kept.
   *
   * @param who writes it
   * @param what is done
   * @param forced whether it may take away what is guarded
   */
  public record Entry(String who, String what, boolean forced, State state, String text) {}

  /** Those that are kept, the newest first; what is damaged is left out. */
  public List<Revision> list() throws IOException, InterruptedException {
    return list(shelf.all());
  }

  private static List<Revision> list(SortedMap<String, String> kept) {
    List<Revision> revisions = new ArrayList<>();
    for (String text : kept.values()) {
      RevisionJson.read(text).ifPresent(revisions::addFirst);
    }
    return revisions;
  }

  /** The one of that number, if it is kept. */
  public Optional<Revision> find(long number) throws IOException, InterruptedException {
    return list().stream().filter(revision -> revision.number() == number).findFirst();
  }

  /** Keeps one; its number. */
  public long add(Entry entry) throws IOException, InterruptedException {
    return add(entry, 0);
  }

  /**
   * The same, with a number that is greater than one that was given elsewhere: before what keeps
   * revisions was set up anew, its numbers were others'.
   */
  public long add(Entry entry, long former) throws IOException, InterruptedException {
    for (int tried = 0; tried < TRIES_MAX; tried++) {
      OptionalLong number = add(shelf.all(), entry, former);
      if (number.isPresent()) {
        return number.getAsLong();
      }
    }
    throw new IOException("others go on writing revisions, too: try again");
  }

  /** Behind these, the damaged ones included; empty if somebody else was faster. */
  private OptionalLong add(SortedMap<String, String> before, Entry entry, long former)
      throws IOException, InterruptedException {
    List<String> names =
        before.keySet().stream().filter(name -> NAME.matcher(name).matches()).toList();
    long last = names.isEmpty() ? 0 : Long.parseLong(names.getLast());
    long number = Math.max(last, former) + 1;
    if (!shelf.add(name(number), RevisionJson.write(revision(number, entry)))) {
      return OptionalLong.empty();
    }
    for (String old : names.subList(0, Math.max(0, names.size() - KEPT_MAX + 1))) {
      shelf.remove(old);
    }
    return OptionalLong.of(number);
  }

  private Revision revision(long number, Entry entry) {
    return new Revision(
        number,
        clock.instant(),
        entry.who(),
        entry.what(),
        entry.forced(),
        entry.state(),
        "",
        TextDigest.of(entry.text()),
        entry.text());
  }

  /** Whether something is still so. */
  @FunctionalInterface
  public interface Still {
    boolean holds() throws IOException, InterruptedException;
  }

  /**
   * Notes what all nodes follow, unless that is what was written last, or is being written.
   *
   * @param still whether they still do, asked when it turns out to be new: what takes its place is
   *     recorded before it is written
   */
  public void seen(String text, String what, Still still) throws IOException, InterruptedException {
    String digest = TextDigest.of(text);
    Entry entry = new Entry("", what, false, State.WRITTEN, text);
    for (int tried = 0; tried < TRIES_MAX; tried++) {
      SortedMap<String, String> before = shelf.all();
      if (last(list(before).stream(), digest).isPresent()
          || !still.holds()
          || add(before, entry, 0).isPresent()) {
        return;
      }
    }
  }

  /**
   * The one by which this document was written, if nothing else was since, or is being written.
   * What somebody puts there again past all nodes was not: a force that it had once is over.
   */
  public static Optional<Revision> writer(List<String> newestFirst, String document) {
    return last(newestFirst.stream().map(RevisionJson::read).flatMap(Optional::stream), document);
  }

  private static Optional<Revision> last(Stream<Revision> newestFirst, String digest) {
    return newestFirst
        .filter(r -> decides(r, digest))
        .findFirst()
        .filter(r -> r.digest().equals(digest));
  }

  /** What was written counts; what is being written may come to nothing, unless it stands there. */
  private static boolean decides(Revision revision, String digest) {
    return revision.state() == State.WRITTEN
        || (revision.state() == State.PENDING && revision.digest().equals(digest));
  }

  /** Notes that one was written after all whose writer has not heard so. */
  public void confirm(String document) throws IOException, InterruptedException {
    Optional<Revision> written = last(list().stream(), document);
    if (written.isPresent() && written.get().state() == State.PENDING) {
      conclude(written.get().number(), State.WRITTEN, written.get().outcome());
    }
  }

  /** Notes what came of one. */
  public void conclude(long number, State state, String outcome)
      throws IOException, InterruptedException {
    Optional<Revision> revision = find(number);
    if (revision.isPresent()) {
      shelf.replace(name(number), RevisionJson.write(revision.get().concluded(state, outcome)));
    }
  }

  /**
   * Notes that a node refuses what all were to follow, with the one of this text that was written
   * last.
   *
   * @param why in a few words
   * @return whether it stands there already
   */
  public boolean refused(String document, String node, String why)
      throws IOException, InterruptedException {
    Optional<Revision> written = written(document);
    if (written.isEmpty()) {
      return false;
    }
    String outcome = Refusals.with(written.get().outcome(), node, why);
    if (outcome.equals(written.get().outcome())) {
      return true;
    }
    conclude(written.get().number(), State.WRITTEN, outcome);
    return false;
  }

  /** Notes that a node that refused it follows it now. */
  public void followed(String document, String node) throws IOException, InterruptedException {
    Optional<Revision> written = written(document);
    if (written.isPresent()) {
      String outcome = Refusals.without(written.get().outcome(), node);
      if (!outcome.equals(written.get().outcome())) {
        conclude(written.get().number(), State.WRITTEN, outcome);
      }
    }
  }

  private Optional<Revision> written(String document) throws IOException, InterruptedException {
    return list().stream()
        .filter(r -> r.state() == State.WRITTEN && r.digest().equals(document))
        .findFirst();
  }

  /** Takes back one that was not written after all. */
  public void remove(long number) throws IOException, InterruptedException {
    shelf.remove(name(number));
  }

  /** In the order of their numbers. */
  private static String name(long number) {
    return "%010d".formatted(number);
  }
}
