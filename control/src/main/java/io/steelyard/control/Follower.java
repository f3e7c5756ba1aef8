package io.steelyard.control;

import io.steelyard.config.AdminConfig;
import io.steelyard.config.Config;
import io.steelyard.config.ConfigError;
import io.steelyard.config.ConfigException;
import io.steelyard.config.ConfigParser;
import io.steelyard.config.ConfigParser.Composed;
import io.steelyard.config.ConfigText;
import io.steelyard.config.FromConfig;
import io.steelyard.config.FromOptions;
import io.steelyard.config.OwnConfig;
import io.steelyard.config.OwnSource;
import io.steelyard.control.shared.Edition;
import io.steelyard.control.shared.LastGood;
import io.steelyard.control.shared.LossGuard;
import io.steelyard.control.shared.SharedSource;
import io.steelyard.control.shared.SharedStatus;
import io.steelyard.control.thread.OwnedThread;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows what nodes share, and puts it together with the node's own file: each new edition is
 * parsed, checked, and served or refused as a whole. What is served goes on whatever becomes of the
 * source.
 *
 * <pre>
 *   start --(the source answers)--> serving its edition
 *   start --(it is away, or what it says is refused)--> serving the last good one
 *   serving --(a newer edition, 50 ms without a further one)--> serving that, or refusing it
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

  private static final Duration RETRY_FIRST = Duration.ofMillis(200);
  private static final Duration RETRY_LAST = Duration.ofSeconds(3);

  /** For a store at the start, where there is something else to serve. */
  private static final Duration START_PATIENCE = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final FromConfig from;
  private volatile FromOptions options;
  private final SharedSource source;
  private final LastGood lastGood;
  private final Controller controller;
  private final ConfigFile file;

  /** All are guarded by {@code file}, which applies one configuration at a time. */
  private Edition good;

  private Edition candidate;

  /** What was tried last, whatever came of it. */
  private Edition offered;

  private List<String> strays = List.of();

  /** Served last before this node started; no pools if that is not known. */
  private Config before = new Config("", List.of(), List.of(), AdminConfig.DEFAULT);

  /** A permit has the newest edition tried again. */
  private final Semaphore again = new Semaphore(0);

  private volatile SharedStatus status;
  private volatile OwnedThread thread;

  /** Does nothing before {@link #start}. */
  public Follower(OwnSource file, OwnConfig own, SharedSource source, Controller controller) {
    this.from = own.from();
    this.options = own.options();
    this.source = source;
    this.controller = controller;
    this.file = new ConfigFile(file, this, controller);
    this.lastGood = new LastGood(options.lastGood().orElseGet(() -> beside(file)));
    this.status =
        new SharedStatus(
            source.toString(),
            false,
            "",
            Optional.empty(),
            0,
            Optional.empty(),
            List.of(),
            List.of());
    controller.follows(() -> status);
  }

  private static Path beside(OwnSource file) {
    Path path = Path.of(file.toString()).toAbsolutePath();
    return path.resolveSibling(path.getFileName() + ".last-good");
  }

  /** The node's own file, which can be watched. */
  public ConfigFile file() {
    return file;
  }

  /** Serves what the source says, or what was served last when that cannot be had. */
  public Outcome start() throws InterruptedException {
    Optional<Edition> kept = kept();
    kept.ifPresent(this::compareWith);
    List<String> why;
    try {
      Edition edition = kept.isPresent() ? readSoon() : source.read();
      reached();
      Outcome outcome = offer(edition);
      if (outcome instanceof Outcome.Applied || kept.isEmpty()) {
        return outcome;
      }
      why = ((Outcome.Refused) outcome).errors();
    } catch (IOException e) {
      away(e);
      why = List.of(e.getMessage());
      if (kept.isEmpty()) {
        why = List.of(e.getMessage(), lastGood + ": there is no last good configuration either");
        return controller.refuse(why);
      }
    }
    LOG.log(Level.WARNING, "starting from {0}: {1}", lastGood, String.join("; ", why));
    return serveKept(kept.get());
  }

  /** What vanished while this node was away is a loss, too. */
  private void compareWith(Edition kept) {
    synchronized (file) {
      candidate = kept;
      try {
        before = parse(file.source().read());
      } catch (ConfigException e) {
        LOG.log(
            Level.WARNING,
            "{0} does not go with this node any more: {1}",
            lastGood,
            e.getMessage());
      }
    }
  }

  /** A store that hangs must not keep a node from starting that has something to serve. */
  private Edition readSoon() throws IOException, InterruptedException {
    FutureTask<Edition> reading = new FutureTask<>(source::read);
    Thread.ofVirtual().name("shared configuration at the start").start(reading);
    try {
      return reading.get(START_PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      reading.cancel(true);
      throw new IOException(
          "%s does not answer within %d ms".formatted(source, START_PATIENCE.toMillis()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private Optional<Edition> kept() {
    try {
      return lastGood.read();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "there is no last good configuration: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private Outcome serveKept(Edition kept) {
    synchronized (file) {
      SharedStatus before = status;
      Outcome outcome = tried(kept);
      if (outcome instanceof Outcome.Applied && before.refused().isPresent()) {
        status = with(before.refused(), before.why());
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
    long reportedNs = System.nanoTime() - REPORT_EVERY.toNanos();
    while (true) {
      try {
        known = step(known);
        reached();
        retry = RETRY_FIRST;
        if (System.nanoTime() - reportedNs >= REPORT_EVERY.toNanos()) {
          reportedNs = System.nanoTime();
          source.report(controller.nodeName(), SharedReport.json(status));
        }
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
    Edition newest = known == null ? source.read() : source.awaitNewer(known, REPORT_EVERY);
    if (known != null && newest.equals(known)) {
      if (asked) {
        offer(newest);
      }
      return known;
    }
    Edition settled = settled(newest);
    if (asked || offered == null || !offered.says(settled)) {
      offer(settled);
    }
    return settled;
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
  private Outcome offer(Edition edition) {
    synchronized (file) {
      offered = edition;
      Outcome outcome = tried(edition);
      if (outcome instanceof Outcome.Applied) {
        keep(edition);
      }
      return outcome;
    }
  }

  private Outcome tried(Edition edition) {
    candidate = edition;
    Outcome outcome = file.reload();
    candidate = good;
    if (outcome instanceof Outcome.Refused(List<String> errors)) {
      status = with(Optional.of(edition.digest()), errors);
    } else {
      good = edition;
      candidate = edition;
      status = with(Optional.empty(), List.of());
    }
    return outcome;
  }

  private void keep(Edition edition) {
    try {
      lastGood.write(edition);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "{0} cannot be written: a start without {1} will not find this configuration: {2}",
          lastGood,
          source,
          e);
    }
  }

  /** Puts the node's own text together with the edition that is tried, or served. */
  @Override
  public Config parse(List<ConfigText> own) throws ConfigException {
    demandSameSource(own);
    Edition edition = candidate;
    if (!edition.defects().isEmpty()) {
      throw new ConfigException(edition.defects());
    }
    List<ConfigText> texts = new ArrayList<>(own);
    texts.addAll(edition.texts());
    Composed composed = ConfigParser.parse(texts);
    List<String> losses = LossGuard.losses(running(), composed.config());
    if (!losses.isEmpty() && !options.acceptLosses()) {
      throw refused(losses);
    }
    strays = new ArrayList<>(composed.strays());
    strays.addAll(edition.unknown());
    return composed.config();
  }

  /** What is served; at the start what was served last. */
  private Config running() {
    return controller.config().pools().isEmpty() ? before : controller.config();
  }

  private void demandSameSource(List<ConfigText> texts) throws ConfigException {
    Optional<OwnConfig> own = ConfigParser.own(texts);
    if (own.isPresent() && own.get().from().equals(from)) {
      options = own.get().options();
    } else {
      throw new ConfigException(
          List.of(
              new ConfigError(
                  file.source().toString(),
                  0,
                  0,
                  "'from' has changed: to follow another store restart the node")));
    }
  }

  private ConfigException refused(List<String> losses) {
    return new ConfigException(
        losses.stream()
            .map(loss ->
                new ConfigError(
                    source.toString(),
                    0,
                    0,
                    loss + "; if that is meant, allow it with 'store: {accept-losses: true}'"))
            .toList());
  }

  private SharedStatus with(Optional<String> refused, List<String> why) {
    return new SharedStatus(
        source.toString(),
        status.reachable(),
        status.away(),
        Optional.ofNullable(good).map(Edition::digest),
        good == null ? 0 : good.revision(),
        refused,
        why,
        strays);
  }

  private void reached() {
    SharedStatus now = status;
    if (!now.reachable()) {
      LOG.log(Level.INFO, "{0} answers", source);
      heard(true, "");
    }
  }

  private void away(IOException e) {
    if (status.reachable() || status.away().isEmpty()) {
      LOG.log(
          Level.WARNING,
          "{0}; what is served goes on, and it is asked again and again",
          e.getMessage());
    }
    heard(false, e.getMessage());
  }

  private void heard(boolean reachable, String away) {
    synchronized (file) {
      SharedStatus now = status;
      status =
          new SharedStatus(
              now.source(),
              reachable,
              away,
              now.serving(),
              now.revision(),
              now.refused(),
              now.why(),
              now.strays());
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
  }
}
