package io.steelyard.store.consul;

import io.steelyard.config.ClientTls;
import io.steelyard.store.tls.StoreTls;
import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.store.tree.Tree.Entry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys in Consul, by its documented HTTP API. Reads are consistent: the leader asks the majority,
 * so that nobody who is cut off says something old. All keys come in one answer, which is one
 * moment.
 */
public final class ConsulStore implements KeyStore {
  /** Changes that are heard of at once; then one each while. */
  private static final int BURST = 10;

  private static final Duration EVERY = Duration.ofMillis(100);

  /** A key that whoever may read the tree may read. */
  private static final String PROBE = "config";

  private final ConsulOptions options;
  private final ConsulValues values;
  private final HttpClient http;
  private final ConsulApi api;

  /** Held by who waits for changes; guards what follows. */
  private final ReentrantLock waiting = new ReentrantLock();

  private final Pace pace = new Pace(BURST, EVERY, System.nanoTime());

  /** The revision of the tree that was given out last. */
  private long given;

  /** What changes are waited for from; 0 for reading everything first. */
  private long index;

  private ConsulStore(ConsulOptions options, HttpClient http) {
    this.options = options;
    this.values = new ConsulValues(options.prefix());
    this.http = http;
    this.api = new ConsulApi(options, http);
  }

  /** Connects when it is asked something. */
  public static ConsulStore of(ConsulOptions options) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.timeout());
    if (!options.tls().equals(ClientTls.DEFAULT)) {
      http.sslContext(StoreTls.context(options.tls()));
    }
    return new ConsulStore(options, http.build());
  }

  @Override
  public Tree read() throws StoreException, InterruptedException {
    return tree(api.list(options.prefix()));
  }

  private Tree tree(ConsulApi.Answer answer) throws StoreException, InterruptedException {
    if (answer.filtered()) {
      throw new StoreException(
          this + ": the token may not read all keys below " + options.prefix());
    }
    SortedMap<String, Entry> entries =
        answer.found() ? ConsulJson.entries(answer.text(), options.prefix()) : new TreeMap<>();
    if (entries.isEmpty()) {
      // A list is empty, too, when one may read nothing of it; a single key is refused then.
      api.get(values.full(PROBE));
    }
    return new Tree(Math.max(1, answer.index()), entries);
  }

  @Override
  public Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    waiting.lockInterruptibly();
    try {
      if (given != known.revision()) {
        given = known.revision();
        index = given;
      }
      return newer(known, atMost);
    } catch (StoreException e) {
      // Whatever comes back may be another store, or an older one.
      index = 0;
      throw e;
    } finally {
      waiting.unlock();
    }
  }

  /** An answer need not be a change: the index counts more than what is seen of it. */
  private Tree newer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    long beganNs = System.nanoTime();
    Duration left = atMost;
    while (left.isPositive()) {
      Thread.sleep(Duration.ofNanos(pace.waitNs(System.nanoTime())));
      ConsulApi.Answer answer =
          index == 0 ? api.list(options.prefix()) : api.list(options.prefix(), index, left);
      index = next(index, answer.index());
      Tree now = tree(answer);
      if (!now.entries().equals(known.entries())) {
        given = now.revision();
        return now;
      }
      left = atMost.minusNanos(System.nanoTime() - beganNs);
    }
    return known;
  }

  /**
   * What to wait from next (Consul documentation, "Blocking Queries"): an index that went back is
   * begun anew, one of 0, which would not wait, counts as 1.
   */
  static long next(long before, long answered) {
    return answered < before ? 0 : Math.max(1, answered);
  }

  @Override
  public boolean write(String key, String value, long version)
      throws StoreException, InterruptedException {
    return api.set(values.full(key), "cas=" + version, values.bytes(key, value));
  }

  /** For Consul a key that is gone already was removed, too. */
  @Override
  public boolean remove(String key, long version) throws StoreException, InterruptedException {
    return api.delete(values.full(key), version);
  }

  /** Shorter ones than Consul knows are as short as it knows. */
  @Override
  public Lease lease(Duration ttl) throws StoreException, InterruptedException {
    Duration longer = ttl.compareTo(options.ttlMin()) < 0 ? options.ttlMin() : ttl;
    return ConsulSession.create(api, values, longer);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  @Override
  public String toString() {
    return "Consul at " + String.join(", ", options.agents());
  }
}
