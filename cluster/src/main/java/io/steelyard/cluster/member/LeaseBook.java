package io.steelyard.cluster.member;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Leases in a store that writes a key only if it still is what the writer saw: at any moment at
 * most one node holds a name, whatever is lost or delayed, as long as clocks run equally fast
 * within {@value #DRIFT_PERCENT} percent and the store forgets nothing. Neither the store's clock
 * nor its own leases count. (Leases of Gray and Cheriton 1989, over a register with
 * compare-and-set.)
 *
 * <pre>
 *   of a name, as this node sees it:
 *
 *   NOTHING --write--> NEW --+
 *                            +--unchanged for its lease, or given up--> MAY BE TAKEN
 *            HELD BY ANOTHER-+                                            |  write
 *              ^   somebody else was faster                               v
 *              +--------------------------------------------- HELD HERE: renewed in time, or it
 *                                                              ends by itself
 * </pre>
 *
 * <p>A lease counts for its holder from when it <em>sent</em> the write that the store has
 * confirmed, and binds another node from when that one <em>saw</em> what was written, which is
 * later: so it ends at the holder first. Who may take it does so by writing on what it saw; if its
 * holder has renewed it meanwhile, that fails. A write of which nobody knows whether it was made
 * counts as not made for who sent it, and binds the others if it was.
 *
 * <p>It is told what was read and what became of writes, and says what to write and when to read.
 * What it says to write and is never told of any more is forgotten after the time of a lease. All
 * times are of one clock that never goes back, like {@link System#nanoTime}. One thread at a time.
 */
public final class LeaseBook {
  /** How much faster one clock may run than another. */
  static final int DRIFT_PERCENT = Votes.DRIFT_PERCENT;

  /** Names that are watched; more that stand in the store are not. */
  static final int NAMES_MAX = 4096;

  /** So often a lease is renewed while it is held. */
  private static final int RENEWALS = 5;

  private final String node;
  private final long life;
  private final long leaseNs;
  private final long holdNs;
  private final long renewNs;
  private final Map<String, Page> pages = new TreeMap<>();
  private final Counts counts = new Counts();
  private boolean passing;

  // Of reading.
  private boolean reading;
  private boolean read;
  private boolean changed;
  private long askedNs;
  private long lastReadNs;
  private long readFromNs;
  private boolean unwritable;
  private long unwritableNs;

  /**
   * What stood under a name when it was read.
   *
   * @param version names this text and no other that ever stood there; not 0; grows
   */
  public record Entry(String text, long version) {}

  /**
   * What is to be written.
   *
   * @param version if this is what stands there; 0: nothing does
   * @param sentNs not after it is sent
   */
  public record Write(String name, LeaseRecord record, long version, long sentNs) {
    /** The text to be written. */
    public String text() {
      return record.text();
    }
  }

  private static final class Counts {
    private long taken;
    private long renewed;
    private long lost;
    private long refused;
    private long failed;
  }

  /** What is known of a name. */
  private static final class Page {
    // What was read last. Without a record and with a version, it was no lease that stood there.
    private boolean known;
    private Optional<LeaseRecord> record = Optional.empty();
    private long version;
    private long sinceNs;
    private boolean wentBack;

    /** Nothing was written from here since it was asked for. */
    private boolean current;

    // What this node has of it.
    private boolean wanted;
    private boolean held;
    private long untilNs;

    // What this node writes.
    private Write inFlight;
    private boolean counts;
    private long count;
    private long answeredNs;
    private long renewAtNs;
    private long notBeforeNs;
  }

  /**
   * Knows nothing and wants nothing.
   *
   * @param life different for each process of this node
   * @param leaseNs for how long others leave a name to a holder that is not seen any more
   * @param guardNs the holder's own end comes so much earlier: after such a silence a guard removes
   *     the addresses of a process that is stopped; less than the lease
   */
  public LeaseBook(String node, long life, long leaseNs, long guardNs, long nowNs) {
    if (guardNs < 0 || guardNs >= leaseNs) {
      throw new IllegalArgumentException("lease " + leaseNs + ", guard " + guardNs);
    }
    this.node = node;
    this.life = life;
    this.leaseNs = leaseNs;
    this.holdNs = leaseNs - guardNs;
    this.renewNs = renewNs(leaseNs, guardNs);
    this.readFromNs = nowNs;
  }

  /** How often a lease is renewed, and how long a call may take so that another one can follow. */
  public static long renewNs(long leaseNs, long guardNs) {
    return (leaseNs - guardNs) / RENEWALS;
  }

  private long waitNs(long ofHolderNs) {
    long longest = Math.max(leaseNs, ofHolderNs);
    return longest + longest * DRIFT_PERCENT / 100;
  }

  // ---- what this node wants

  /**
   * What this node wants to hold from now on; what it held and is not among them must have been
   * given up before.
   */
  public void wants(Set<String> names, long nowNs) {
    for (Map.Entry<String, Page> e : pages.entrySet()) {
      Page page = e.getValue();
      if (page.wanted && !names.contains(e.getKey())) {
        page.wanted = false;
        page.held = false;
        page.counts = false;
      }
    }
    names.forEach(name -> page(name, nowNs).wanted = true);
  }

  /**
   * Another process of this node goes on with all that this one holds: this one holds and wants
   * nothing any more.
   */
  public void pass(long nowNs) {
    passing = true;
    wants(Set.of(), nowNs);
  }

  private Page page(String name, long nowNs) {
    return pages.computeIfAbsent(
        name,
        _ -> {
          Page page = new Page();
          // All readings so far would have shown it.
          page.known = read;
          page.current = read;
          page.sinceNs = nowNs;
          page.answeredNs = nowNs;
          page.renewAtNs = nowNs;
          page.notBeforeNs = nowNs;
          return page;
        });
  }

  // ---- what was read

  /**
   * Whether the store is to be read now, as it is after this call. Then {@link #saw} or {@link
   * #readFailed} is to be told.
   */
  public boolean beginReading(long nowNs) {
    if (reading && nowNs - askedNs < leaseNs) {
      return false;
    }
    boolean due = changed || readAtNs(nowNs) - nowNs <= 0;
    if (!due || nowNs - readFromNs < 0) {
      return false;
    }
    reading = true;
    changed = false;
    askedNs = nowNs;
    return true;
  }

  private long readAtNs(long nowNs) {
    boolean unsure =
        pages.values().stream()
            .anyMatch(p -> p.inFlight == null && !p.current && (p.wanted || p.count > 0));
    return !read || unsure ? nowNs : lastReadNs + renewNs;
  }

  /** Something in the store has changed: it is to be read soon. */
  public void changed() {
    changed = true;
  }

  /**
   * The store was read.
   *
   * @param entries all that stands there, by name
   * @param atNs what {@link #beginReading} was told; what comes after it was given up is ignored
   */
  public void saw(Map<String, Entry> entries, long atNs, long nowNs) {
    if (!reading || atNs != askedNs) {
      return;
    }
    reading = false;
    entries.forEach((name, entry) -> {
      if (pages.containsKey(name) || pages.size() < NAMES_MAX) {
        saw(page(name, nowNs), Optional.of(entry), nowNs);
      }
    });
    pages.forEach((name, page) -> {
      if (!entries.containsKey(name)) {
        saw(page, Optional.empty(), nowNs);
      }
    });
    read = true;
    lastReadNs = nowNs;
  }

  private void saw(Page page, Optional<Entry> entry, long nowNs) {
    long version = entry.map(Entry::version).orElse(0L);
    if (!page.known || version != page.version) {
      // A store that goes back says of old what was meanwhile changed: that was given up, perhaps.
      page.wentBack = page.known && version < page.version;
      page.known = true;
      page.version = version;
      page.record = entry.flatMap(e -> LeaseRecord.parse(e.text()));
      page.sinceNs = nowNs;
    }
    page.current = page.inFlight == null && (askedNs - page.answeredNs >= 0 || isLastWritten(page));
    if (page.held && page.current && version > 0 && !page.wentBack && !isMine(page)) {
      page.held = false;
      counts.lost++;
    }
  }

  /** The store could not be read. */
  public void readFailed(long atNs, long nowNs) {
    if (reading && atNs == askedNs) {
      reading = false;
      counts.failed++;
      readFromNs = nowNs + renewNs / 2;
    }
  }

  private boolean isMine(Page page) {
    return page.record
        .filter(r -> r.state() == LeaseRecord.State.HELD && r.life() == life)
        .filter(r -> r.holder().equals(node))
        .isPresent();
  }

  private boolean isLastWritten(Page page) {
    return page.record
        .filter(r -> r.life() == life && r.count() == page.count && r.holder().equals(node))
        .isPresent();
  }

  // ---- what is written

  /** What is to be written now; then {@link #answered} or {@link #unanswered} is to be told. */
  public List<Write> writes(long nowNs) {
    List<Write> writes = new ArrayList<>();
    pages.forEach((name, page) -> {
      expire(page, nowNs);
      if (page.inFlight == null
          && page.known
          && page.current
          && nowNs - page.notBeforeNs >= 0
          && nowNs - dueNs(page, nowNs) >= 0) {
        writes.add(write(name, page, nowNs));
      }
    });
    return writes;
  }

  private void expire(Page page, long nowNs) {
    if (page.held && nowNs - page.untilNs >= 0) {
      page.held = false;
      counts.lost++;
    }
    if (page.inFlight != null && nowNs - page.inFlight.sentNs() >= leaseNs) {
      done(page, nowNs);
      failed(page, nowNs);
    }
  }

  private Write write(String name, Page page, long nowNs) {
    LeaseRecord.State state = state(page);
    page.count++;
    LeaseRecord record =
        new LeaseRecord(node, life, page.count, TimeUnit.NANOSECONDS.toMillis(leaseNs), state);
    page.inFlight = new Write(name, record, page.version, nowNs);
    page.counts = state == LeaseRecord.State.HELD;
    page.current = false;
    page.renewAtNs = nowNs + renewNs;
    return page.inFlight;
  }

  /** Where nothing stands it may have been deleted: there is no version of nothing to count on. */
  private LeaseRecord.State state(Page page) {
    if (!page.wanted) {
      return passing ? LeaseRecord.State.PASSED : LeaseRecord.State.FREE;
    }
    return page.version == 0 ? LeaseRecord.State.NEW : LeaseRecord.State.HELD;
  }

  /** When something is to be written; far away if nothing is. */
  private long dueNs(Page page, long nowNs) {
    if (isMine(page)) {
      return page.wanted && page.held ? page.renewAtNs : nowNs;
    }
    return page.wanted ? takeNs(page, nowNs) : nowNs + leaseNs;
  }

  /** From when it may be taken. */
  private long takeNs(Page page, long nowNs) {
    if (page.version == 0) {
      return nowNs;
    }
    LeaseRecord.State state = page.record.map(LeaseRecord::state).orElse(LeaseRecord.State.HELD);
    boolean mayNow =
        switch (state) {
          case FREE -> !page.wentBack;
          case PASSED -> !page.wentBack && page.record.orElseThrow().holder().equals(node);
          case HELD, NEW -> false;
        };
    long holderNs =
        page.record.map(r -> TimeUnit.MILLISECONDS.toNanos(r.leaseMs())).orElse(leaseNs);
    return mayNow ? nowNs : page.sinceNs + waitNs(holderNs);
  }

  /** The store has answered; {@code done}: it was written. */
  public void answered(Write write, boolean done, long nowNs) {
    Page page = pages.get(write.name());
    if (!isInFlight(page, write)) {
      return;
    }
    boolean counted = page.counts;
    done(page, nowNs);
    if (!done) {
      counts.refused++;
      page.notBeforeNs = nowNs + renewNs / 2;
      page.renewAtNs = nowNs;
      return;
    }
    unwritable = false;
    if (counted) {
      if (page.held) {
        counts.renewed++;
      } else {
        counts.taken++;
      }
      page.held = true;
      page.untilNs = write.sentNs() + holdNs;
    } else {
      page.renewAtNs = nowNs;
    }
  }

  /** Nobody knows whether it was written. */
  public void unanswered(Write write, long nowNs) {
    Page page = pages.get(write.name());
    if (isInFlight(page, write)) {
      done(page, nowNs);
      failed(page, nowNs);
    }
  }

  /** What was forgotten meanwhile may be answered yet. */
  private static boolean isInFlight(Page page, Write write) {
    return page != null
        && page.inFlight != null
        && page.inFlight.record().count() == write.record().count();
  }

  private void done(Page page, long nowNs) {
    page.inFlight = null;
    page.answeredNs = nowNs;
    page.current = isLastWritten(page);
  }

  private void failed(Page page, long nowNs) {
    counts.failed++;
    page.notBeforeNs = nowNs + renewNs / 2;
    page.renewAtNs = nowNs;
    if (!unwritable) {
      unwritable = true;
      unwritableNs = nowNs;
    }
  }

  // ---- what it comes to

  /**
   * By name, until when this node holds it: each lies ahead. What is missing must be given up at
   * once.
   */
  public Map<String, Long> untilNs(long nowNs) {
    Map<String, Long> until = new HashMap<>();
    pages.forEach((name, page) -> {
      expire(page, nowNs);
      if (page.held) {
        until.put(name, page.untilNs);
      }
    });
    return until;
  }

  /** Whether something is on its way that gives up what this node held. */
  public boolean isGivingUp() {
    return pages.values().stream()
        .anyMatch(p -> !p.wanted && (isMine(p) || (p.count > 0 && !p.current)));
  }

  /** Whether the store was read within the time of a lease. */
  public boolean reads(long nowNs) {
    return read && nowNs - lastReadNs < leaseNs;
  }

  /** False if nothing could be written for the time of a lease, though it was tried. */
  public boolean isWritable(long nowNs) {
    return !unwritable || nowNs - unwritableNs < leaseNs;
  }

  /** When something is to be done, if nothing happens before; not long after {@code nowNs}. */
  public long nextNs(long nowNs) {
    long nextNs = nowNs + renewNs;
    if (!reading) {
      nextNs = earlier(nextNs, later(readFromNs, changed ? nowNs : readAtNs(nowNs)));
    }
    for (Page page : pages.values()) {
      if (page.inFlight != null) {
        nextNs = earlier(nextNs, page.inFlight.sentNs() + leaseNs);
      } else if (page.known && page.current) {
        nextNs = earlier(nextNs, later(page.notBeforeNs, dueNs(page, nowNs)));
      }
    }
    return nextNs;
  }

  private static long earlier(long aNs, long bNs) {
    return aNs - bNs < 0 ? aNs : bNs;
  }

  private static long later(long aNs, long bNs) {
    return aNs - bNs > 0 ? aNs : bNs;
  }

  /**
   * What has happened so far: leases taken, renewed and lost, writes that somebody else was faster
   * than, and calls that failed.
   */
  public Map<String, Long> counts() {
    Map<String, Long> byName = new LinkedHashMap<>();
    byName.put("taken", counts.taken);
    byName.put("renewed", counts.renewed);
    byName.put("lost", counts.lost);
    byName.put("refused", counts.refused);
    byName.put("failed", counts.failed);
    return byName;
  }
}
