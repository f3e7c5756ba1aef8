package io.steelyard.share;

import io.steelyard.cluster.Fact;
import io.steelyard.cluster.FactBook;
import io.steelyard.cluster.Message;
import io.steelyard.cluster.ShareStatus;
import io.steelyard.cluster.Tallies;
import io.steelyard.core.session.Keyring;
import io.steelyard.core.session.SessionEntry;
import io.steelyard.share.store.Store;
import io.steelyard.share.store.Store.UnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Shares through a store. What is noted here is written behind the requests' backs, in batches, and
 * published to those who listen; what is not known here is asked for; all is kept here, too.
 *
 * <pre>
 *           first answer                 a call fails
 *   NEW ----------------------> UP ----------------------> AWAY
 *    |                          ^                            |
 *    |  first failure           |  it answers: what others   |
 *    +------------> AWAY        |  wrote is read, what was   |
 *                               |  noted here is written     |
 *                               +----------------------------+
 * </pre>
 *
 * While it is away nothing is written: what is noted stays in this node's table, and all of it is
 * written when the store is back. The same when the store comes back, or goes on, without what it
 * had.
 */
public final class StoreSharing implements SharedState, StoreLookups.Health {
  private static final Logger LOG = System.getLogger("steelyard.share");

  /** What comes within so long is written at once. */
  private static final long GATHER_NS = TimeUnit.MILLISECONDS.toNanos(2);

  private static final long IDLE_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long WATCH_NS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long FORGOTTEN_NS = TimeUnit.SECONDS.toNanos(10);

  /** A node that hears nothing of itself for so long hears nothing of others either. */
  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(4);

  private static final int FACTS_EVERY = 10;

  private enum State {
    NEW,
    UP,
    AWAY
  }

  /** How it is, and why it is not as it should be; null: it is. */
  private record Condition(State state, String trouble) {}

  private final String node;
  private final Store store;
  private final LocalState local;
  private final Keyring secrets;
  private final int origin;
  private final StoreFacts facts;
  private final Tallies tallies = new Tallies(FORGOTTEN_NS);
  private final StoreLookups lookups;
  private final Duration lookupDeadline;
  private final AtomicLong told = new AtomicLong();
  private final AtomicLong heard = new AtomicLong();
  private final AtomicLong learnt = new AtomicLong();
  private final AtomicLong lagNs = new AtomicLong();
  private final Thread writer = Thread.ofVirtual().name("store-writer").unstarted(this::write);
  private final Thread watcher = Thread.ofVirtual().name("store-watcher").unstarted(this::watch);

  /** Null before the start. */
  private volatile LocalState.Feed feed;

  private volatile Condition condition = new Condition(State.NEW, "it has not answered yet");

  /** When something that this node published was heard by itself. */
  private volatile long echoedNs;

  /** All that is here has to be written, for the store has not got it. */
  private volatile boolean owed = true;

  /** All that is here has to be read, for others may have written. */
  private volatile boolean missed;

  /** It answers, and is being told what it has not got. */
  private volatile boolean catchingUp;

  private volatile boolean closed;

  /**
   * Ready to share.
   *
   * @param node this one's name
   * @param book what this node knows beside sessions
   * @param origin the number of this node, in this life
   * @param lookupDeadline how long a request waits for the store to say where its session is
   */
  @SuppressWarnings("this-escape") // what is given away is used after the start
  public StoreSharing(
      String node,
      Store store,
      LocalState local,
      Keyring secrets,
      FactBook book,
      int origin,
      Duration lookupDeadline) {
    this.node = node;
    this.store = store;
    this.local = local;
    this.secrets = secrets;
    this.origin = origin;
    this.facts = new StoreFacts(store, secrets, book, local::heard);
    this.lookupDeadline = lookupDeadline;
    this.lookups = new StoreLookups(store, secrets, this);
  }

  @Override
  public void start() {
    lookups.start();
    feed = local.share(origin, lookups, lookupDeadline);
    StoreNews news = new StoreNews(secrets);
    store.subscribe(bytes -> news.read(bytes).ifPresent(this::heard), this::missed);
    writer.start();
    watcher.start();
  }

  // ---- what is noted here

  private void write() {
    ByteBuffer batch = ByteBuffer.allocate(StoreNews.ENTRIES_BYTES);
    SealedSessions sealed = new SealedSessions(secrets);
    StoreNews news = new StoreNews(secrets);
    long lost = 0;
    while (!closed) {
      feed.await(IDLE_NS);
      LockSupport.parkNanos(GATHER_NS);
      for (int n = feed.drain(batch.clear()); n > 0; n = feed.drain(batch.clear())) {
        tell(batch.flip(), sealed, news);
      }
      long lostNow = feed.lost();
      if (lostNow > lost) {
        owed = true;
      }
      lost = lostNow;
    }
  }

  private void tell(ByteBuffer batch, SealedSessions sealed, StoreNews news) {
    if (state() != State.UP && !catchingUp) {
      owed = true;
      return;
    }
    long nowMs = System.currentTimeMillis();
    int n = batch.remaining() / SessionEntry.BYTES;
    try {
      Message.Delta delta = new Message.Delta(told.get(), System.nanoTime(), batch.duplicate());
      store.publish(news.write(origin, delta, nowMs));
      List<Store.Item> items = new ArrayList<>(n);
      SessionEntry entry = new SessionEntry();
      while (batch.hasRemaining()) {
        entry.read(batch);
        items.add(sealed.item(entry, nowMs));
      }
      store.write(items);
      told.addAndGet(n);
    } catch (UnavailableException e) {
      owed = true;
      failed(e);
    } catch (RuntimeException e) {
      owed = true;
      defect(e);
    }
  }

  /** Of this program: it must not end what shares. */
  private void defect(RuntimeException e) {
    LOG.log(Level.ERROR, "sharing through " + store + " failed", e);
    failed(new UnavailableException("a defect: " + e, e));
  }

  // ---- what others say

  private void heard(StoreNews.Heard news) {
    switch (news.message()) {
      case Message.Delta delta when news.origin() == origin ->
          lagNs.set(Math.max(0, System.nanoTime() - delta.sentNs()));
      case Message.Delta delta -> {
        heard.addAndGet(delta.entries().remaining() / SessionEntry.BYTES);
        learnt.addAndGet(local.merge(delta.entries().duplicate()));
      }
      case Message.Facts told -> facts.heard(told.facts());
      case Message.Tallies _ when news.origin() == origin -> echoedNs = System.nanoTime();
      case Message.Tallies counted -> {
        synchronized (tallies) {
          tallies.heard("%08x".formatted(news.origin()), counted.counts(), System.nanoTime());
        }
      }
      default -> {
        // The rest is for nodes that are connected directly.
      }
    }
  }

  private void missed() {
    missed = true;
    LockSupport.unpark(watcher);
  }

  // ---- how the store is

  private void watch() {
    StoreNews news = new StoreNews(secrets);
    String content = null;
    int turn = 0;
    while (!closed) {
      try {
        String now = store.content();
        if (content != null && !content.equals(now)) {
          LOG.log(Level.WARNING, "{0} has lost what it had: it is written again", store);
          owed = true;
        }
        content = now;
        catchingUp = true;
        catchUp(turn++ % FACTS_EVERY == 0);
        long nowMs = System.currentTimeMillis();
        store.publish(news.write(origin, new Message.Tallies(local.counts()), nowMs));
        up();
      } catch (UnavailableException e) {
        failed(e);
      } catch (RuntimeException e) {
        defect(e);
      } finally {
        catchingUp = false;
      }
      LockSupport.parkNanos(WATCH_NS);
    }
  }

  private void catchUp(boolean factsToo) throws UnavailableException {
    boolean all = state() != State.UP;
    // First of all: they say which of the sessions that the store has were ended.
    if (factsToo || all) {
      facts.exchange(System.currentTimeMillis());
      lookups.open();
    }
    if (state() == State.NEW) {
      lookups.warmUp();
    }
    if (missed || all) {
      missed = false;
      readAll();
    }
    if (owed) {
      owed = false;
      writeAll();
    }
  }

  private synchronized void up() {
    if (state() != State.UP) {
      LOG.log(Level.INFO, "{0} answers: sessions are shared", store);
      echoedNs = System.nanoTime();
    }
    boolean silent = System.nanoTime() - echoedNs > SILENCE_NS;
    missed |= silent;
    condition =
        new Condition(State.UP, silent ? store + " tells nothing of what nodes publish" : null);
  }

  private State state() {
    return condition.state;
  }

  @Override
  public boolean isUp() {
    return state() != State.AWAY;
  }

  @Override
  public synchronized void failed(UnavailableException e) {
    boolean was = state() == State.AWAY;
    condition = new Condition(State.AWAY, e.getMessage());
    if (!was && !closed) {
      LOG.log(
          Level.WARNING,
          "{0} cannot be reached: this node goes on with the sessions that it knows ({1})",
          store,
          e.getMessage());
    }
  }

  /** Takes in what others have written of the sessions that are known here. */
  private void readAll() throws UnavailableException {
    SealedSessions sealed = new SealedSessions(secrets);
    Pages.turn(local, StoreNews.ENTRIES_MAX, page -> read(page, sealed));
  }

  private void read(List<SessionEntry> page, SealedSessions sealed) throws UnavailableException {
    List<byte[]> values =
        store.read(page.stream().map(e -> SealedSessions.key(e.high, e.low)).toList());
    ByteBuffer found = ByteBuffer.allocate(page.size() * SessionEntry.BYTES);
    for (int i = 0; i < page.size(); i++) {
      SessionEntry asked = page.get(i);
      SessionEntry e =
          values.get(i) == null ? null : sealed.read(asked.high, asked.low, values.get(i));
      if (e != null) {
        e.write(found);
      }
    }
    found.flip();
    heard.addAndGet(found.remaining() / SessionEntry.BYTES);
    learnt.addAndGet(local.merge(found));
  }

  /** Writes all that is known here; what the store has that is later stays. */
  private void writeAll() throws UnavailableException {
    SealedSessions sealed = new SealedSessions(secrets);
    StoreNews news = new StoreNews(secrets);
    try {
      Pages.turn(local, StoreNews.ENTRIES_MAX, page -> write(page, sealed, news));
    } catch (UnavailableException e) {
      owed = true;
      throw e;
    }
  }

  private void write(List<SessionEntry> page, SealedSessions sealed, StoreNews news)
      throws UnavailableException {
    long nowMs = System.currentTimeMillis();
    store.write(page.stream().map(e -> sealed.item(e, nowMs)).toList());
    // Who knows them already does not ask the store.
    ByteBuffer entries = ByteBuffer.allocate(page.size() * SessionEntry.BYTES);
    page.forEach(e -> e.write(entries));
    Message.Delta delta = new Message.Delta(told.get(), System.nanoTime(), entries.flip());
    store.publish(news.write(origin, delta, nowMs));
    told.addAndGet(page.size());
  }

  // ---- facts

  @Override
  public boolean say(String name, byte[] value) {
    Optional<Fact> said = facts.say(name, value, System.currentTimeMillis());
    if (said.isEmpty()) {
      return false;
    }
    try {
      long nowMs = System.currentTimeMillis();
      facts.exchange(nowMs);
      Message.Facts message = new Message.Facts(List.of(said.get()));
      store.publish(new StoreNews(secrets).write(origin, message, nowMs));
    } catch (UnavailableException e) {
      failed(e);
    }
    return true;
  }

  @Override
  public ShareStatus status() {
    return new ShareStatus(
        node,
        store.toString(),
        Optional.ofNullable(condition.trouble),
        state() == State.NEW,
        List.of(),
        told.get(),
        heard.get(),
        learnt.get(),
        feed == null ? 0 : feed.lost(),
        facts.refused(),
        Duration.ofNanos(lagNs.get()),
        sums());
  }

  private Map<String, Long> sums() {
    synchronized (tallies) {
      return tallies.sums(local.counts(), System.nanoTime());
    }
  }

  @Override
  public void close() {
    closed = true;
    if (feed != null) {
      local.keep();
    }
    LockSupport.unpark(writer);
    LockSupport.unpark(watcher);
    lookups.close();
    store.close();
  }
}
