package io.steelyard.control;

import io.steelyard.config.Address;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigText;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.control.canary.NodeReport;
import io.steelyard.control.canary.Traffic;
import io.steelyard.control.revision.Revisions;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.LastGood;
import io.steelyard.control.shared.SharedSource;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.control.shared.SharedStatus.Contact;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/**
 * Follows what nodes share, and puts it together with the node's own file: each new edition is
 * parsed, checked, and served or refused as a whole. What is served goes on whatever becomes of the
 * source.
 *
 * <pre>
 *   start --(the source answers)--> serving its edition
 *   start --(it is away, or what it says is refused)--> serving the last good one
 *   serving --(a newer edition, 50 ms without a further one)--> serving that, or refusing it
 *   serving --(a canary is for this node)--> serving its document, or refusing it, until it ends
 *   serving --(the source is away)--> serving, and asking again and again
 * </pre>
 */
public final class Follower implements ConfigFile.Parser, AutoCloseable {
  private static final Logger LOG = System.getLogger("steelyard.config");

  /** Changes that come within this time of each other are one. */
  private static final Duration SETTLED = Duration.ofMillis(50);

  /** However fast they come, the newest is taken then. */
  private static final Duration SETTLED_AT_LAST = Duration.ofSeconds(1);

  /** Between two signs of life to the others. */
  private static final Duration REPORT_EVERY = Duration.ofSeconds(2);

  /** The same while something is tried, which they are compared by. */
  private static final Duration COMPARE_EVERY = Duration.ofMillis(500);

  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_LAST = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final SharedSource source;
  private final SharedParser parser;
  private final LastGood lastGood;
  private final LastGoodKeeper keeper;
  private final Revisions revisions;
  private final HistoryTeller history;
  private final CanaryJudge judge;
  private final Controller controller;
  private final ConfigFile file;

  /** All are guarded by {@code file}, which applies one configuration at a time. */
  private Edition good;

  private Edition candidate;

  /**
   * The greatest number of a revision that was served for good. Numbers only grow: a force of that
   * number or a smaller one is spent, whatever store says so.
   */
  private volatile long known;

  /** Whether what is served is only tried. */
  private boolean trying;

  private List<String> strays = List.of();

  /** What was tried last, whatever came of it. */
  private volatile Edition offered;

  /** A permit has the newest edition tried again. */
  private final Semaphore again = new Semaphore(0);

  /** Why there is nothing to start from without the store. */
  private String unkept;

  /** Of reports while something is tried; for the thread that follows. */
  private long beat;

  /** Whether telling the others failed last; for the thread that follows. */
  private boolean unreported;

  private volatile SharedStatus status;
  private volatile OwnedThread thread;

  /** Does nothing before {@link #start}. */
  public Follower(
      OwnSource file,
      OwnConfig own,
      SharedSource source,
      Controller controller,
      InstantSource clock) {
    this.source = source;
    this.controller = controller;
    this.parser = new SharedParser(own);
    this.revisions = new Revisions(source.revisions(), clock);
    this.history = new HistoryTeller(source, revisions, controller::nodeName);
    this.judge = new CanaryJudge(source, revisions, controller.events());
    this.file = new ConfigFile(file, this, controller);
    this.lastGood = new LastGood(own.options().lastGood().orElseGet(() -> beside(file)));
    this.keeper = new LastGoodKeeper(lastGood, source.toString());
    this.unkept = lastGood + ": there is no last good configuration either";
    this.status = SharedStatus.unknown(source.toString());
    controller.follows(() -> status);
  }

  private static Path beside(OwnSource file) {
    Path path = Path.of(file.toString()).toAbsolutePath();
    return path.resolveSibling(path.getFileName() + ".last-good");
  }

  /** Where the document that nodes share is read and written. */
  public ConfigDesk desk() {
    return new ConfigDesk(
        new SharedKeeper(
            file.source(), source, parser, this::newest, this::knownNumber, revisions));
  }

  private long knownNumber() {
    return known;
  }

  private void know(Edition edition) {
    known = Math.max(known, Math.max(edition.forced(), edition.written()));
  }

  private Edition newest() {
    Edition newest = offered;
    return newest == null ? Edition.of(0, List.of(), List.of(), List.of()) : newest;
  }

  /** Serves what the source says, or what was served last when that cannot be had. */
  public Outcome start() throws InterruptedException {
    Optional<Edition> kept = kept();
    kept.ifPresent(this::compareWith);
    List<String> why;
    try {
      Edition edition =
          kept.isPresent()
              ? FirstReading.soon(source::read, source.toString())
              : FirstReading.patiently(source::read);
      reached();
      Outcome outcome = offer(edition, false);
      if (outcome instanceof Outcome.Applied || kept.isEmpty()) {
        return outcome;
      }
      why = ((Outcome.Refused) outcome).errors();
    } catch (IOException e) {
      away(e);
      why = List.of(e.getMessage());
      if (kept.isEmpty()) {
        why = List.of(e.getMessage(), unkept);
        return controller.refuse(why);
      }
    }
    LOG.log(Level.WARNING, "starting from {0}: {1}", lastGood, String.join("; ", why));
    return serveKept(kept.get());
  }

  /** What vanished while this node was away is a loss, too; and a force counts once. */
  private void compareWith(Edition kept) {
    synchronized (file) {
      good = kept;
      know(kept);
      try {
        List<ConfigText> texts = parser.texts(file.source().read(), kept);
        parser.compareWith(parser.read(texts, true, true).config());
      } catch (ConfigException e) {
        LOG.log(
            Level.WARNING,
            "{0} does not go with this node any more: {1}",
            lastGood,
            e.getMessage());
      }
    }
  }

  private Optional<Edition> kept() {
    try {
      return lastGood.read();
    } catch (IOException e) {
      unkept = e.getMessage();
      LOG.log(Level.WARNING, "there is no last good configuration: {0}", unkept);
      return Optional.empty();
    }
  }

  private Outcome serveKept(Edition kept) {
    synchronized (file) {
      SharedStatus before = status;
      Outcome outcome = tried(kept);
      if (outcome instanceof Outcome.Applied) {
        settle(kept);
      }
      if (outcome instanceof Outcome.Applied && before.refused().isPresent()) {
        status = status.refused(before.refused().get(), before.why());
      }
      return outcome;
    }
  }

  /** From now on follows both, until closed. */
  public void follow(Duration fileInterval) {
    file.watch(fileInterval);
    thread = new OwnedThread("shared configuration", this::follow);
  }

  /** Has the file read again, and the newest edition tried again. */
  public void requestReload() {
    file.requestReload();
    again.release();
  }

  private void follow() throws InterruptedException {
    Edition known = null;
    Duration retry = RETRY_FIRST;
    while (true) {
      try {
        known = step(known);
        retry = RETRY_FIRST;
        history.note(status.serving());
        history.tell(status, offered);
        tell(known);
        judge.look(controller.nodeName(), known, status.nodes(), System.nanoTime());
      } catch (IOException e) {
        away(e);
        Thread.sleep(retry);
        retry =
            retry.multipliedBy(2).compareTo(RETRY_LAST) < 0 ? retry.multipliedBy(2) : RETRY_LAST;
      } catch (RuntimeException e) {
        // A defect in one edition must not end following.
        LOG.log(Level.ERROR, "following " + source + " failed", e);
        Thread.sleep(RETRY_LAST);
      }
    }
  }

  private Edition step(Edition known) throws IOException, InterruptedException {
    boolean asked = again.tryAcquire();
    again.drainPermits();
    Edition newest =
        known == null
            ? source.read()
            : source.awaitNewer(known, CanaryJudge.tried(known) ? COMPARE_EVERY : REPORT_EVERY);
    boolean changed = known == null || !newest.equals(known);
    Edition settled = changed ? settled(newest) : known;
    reached();
    Edition mine = settled.of(controller.nodeName());
    boolean trial = !mine.equals(settled);
    if (asked || offered == null || !offered.serves(mine)) {
      offer(mine, trial);
    } else {
      stay(mine, trial);
    }
    if (changed && !settled.unknown().equals(known == null ? List.of() : known.unknown())) {
      LOG.log(Level.WARNING, "keys that mean nothing: {0}", String.join(", ", settled.unknown()));
    }
    return settled;
  }

  /** What was tried may have become what is served for good, without a change of it. */
  private void stay(Edition edition, boolean trial) {
    synchronized (file) {
      if (trying && !trial && good.serves(edition)) {
        settle(edition);
        keeper.keep(edition);
      }
      status = status.unused(unused(edition));
    }
  }

  private Edition settled(Edition first) throws IOException, InterruptedException {
    long beganNs = System.nanoTime();
    Edition newest = first;
    while (System.nanoTime() - beganNs < SETTLED_AT_LAST.toNanos()) {
      Edition next = source.awaitNewer(newest, SETTLED);
      if (next.equals(newest)) {
        return newest;
      }
      newest = next;
    }
    return newest;
  }

  /** Serves it, or says why not. */
  private Outcome offer(Edition edition, boolean trial) {
    synchronized (file) {
      offered = edition;
      Outcome outcome = tried(edition);
      if (outcome instanceof Outcome.Applied) {
        trying = trial;
        if (!trial) {
          settle(edition);
          keeper.keep(edition);
        }
      }
      return outcome;
    }
  }

  /** From now on losses are counted from this, and its force is spent. */
  private void settle(Edition edition) {
    trying = false;
    know(edition);
    parser.compareWith(controller.config());
  }

  /** Servers without a pool, and keys that mean nothing. */
  private List<String> unused(Edition edition) {
    return Stream.concat(strays.stream(), edition.unknown().stream()).toList();
  }

  private Outcome tried(Edition edition) {
    candidate = edition;
    Outcome outcome = file.reload();
    if (outcome instanceof Outcome.Refused(List<String> errors)) {
      candidate = good;
      status = status.refused(edition, errors);
    } else {
      good = edition;
      status = status.served(edition, unused(edition));
    }
    return outcome;
  }

  /** Puts the node's own text together with the edition that is tried, or served. */
  @Override
  public Config parse(List<ConfigText> own) throws ConfigException {
    Edition edition = candidate;
    if (edition.equals(good) && status.refused().isPresent()) {
      // The node's own file has changed: what was refused may be good now.
      again.release();
    }
    // It counts once: what is lost after that is a loss again.
    boolean force = edition.forced() > known;
    Composed composed = parser.read(parser.texts(own, edition), force, edition.forced() > 0);
    strays = composed.strays();
    return composed.config();
  }

  /** Tells the others, and hears what they tell. */
  private void tell(Edition known) throws IOException, InterruptedException {
    boolean tried = CanaryJudge.tried(known);
    beat = tried ? beat + 1 : 0;
    Traffic traffic = tried ? controller.traffic() : Traffic.NONE;
    report(report(known.written(), traffic).json());
    Map<String, NodeReport> nodes = new HashMap<>();
    source
        .reports()
        .forEach(
            (node, text) -> NodeReport.parse(text).ifPresent(report -> nodes.put(node, report)));
    synchronized (file) {
      status = status.told(nodes, known.canary());
    }
  }

  /** Who may only read follows all the same; the others do not see it. */
  private void report(String text) throws InterruptedException {
    try {
      source.report(controller.nodeName(), text);
      unreported = false;
    } catch (IOException e) {
      if (!unreported) {
        LOG.log(Level.WARNING, "the other nodes cannot be told of this one: {0}", e.getMessage());
      }
      unreported = true;
    }
  }

  private NodeReport report(long written, Traffic traffic) {
    SharedStatus now = status;
    return new NodeReport(
        now.serving().map(Edition::digest),
        now.serving().map(Edition::document).orElse(""),
        now.refused().map(Edition::digest),
        now.refused().map(Edition::document).orElse(""),
        now.serving().map(Edition::forced).orElse(0L),
        now.refused().map(Edition::forced).orElse(0L),
        written,
        String.join("\n", now.why()),
        controller.stateLabel(),
        controller.version(),
        beat,
        traffic,
        controller.config().cluster().reachableAt().map(Address.Tcp::toString).orElse(""));
  }

  /** Where nodes say that they listen for others, by their names; this one may be among them. */
  public Map<String, String> addresses() {
    Map<String, String> addresses = new HashMap<>();
    status
        .nodes()
        .forEach((node, report) -> {
          if (!report.address().isEmpty()) {
            addresses.put(node, report.address());
          }
        });
    return addresses;
  }

  private void reached() {
    if (!status.contact().reachable()) {
      LOG.log(Level.INFO, "{0} answers", source);
      heard(new Contact(true, ""));
    }
  }

  private void away(IOException e) {
    if (status.contact().reachable() || status.contact().away().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0}; what is served goes on, and it is asked again and again",
          e.getMessage());
    }
    heard(new Contact(false, e.getMessage()));
  }

  private void heard(Contact contact) {
    synchronized (file) {
      status = status.heard(contact);
    }
  }

  /** Follows no more; what is served goes on. */
  @Override
  public void close() {
    OwnedThread following = thread;
    if (following != null) {
      following.stop();
    }
    source.close();
    if (following != null) {
      following.awaitEnd(PATIENCE);
    }
    file.close();
    keeper.close();
  }
}
