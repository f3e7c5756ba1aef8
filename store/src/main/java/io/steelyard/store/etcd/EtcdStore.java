package io.steelyard.store.etcd;

import io.steelyard.store.tree.KeyStore;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree;
import io.steelyard.store.tree.Tree.Entry;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Keys in etcd, version 3.4 or newer. Reads are linearizable: they ask the majority, so that a
 * member that is cut off says nothing old.
 */
public final class EtcdStore implements KeyStore {
  /** Keys of one answer. */
  private static final int PAGE = 1000;

  private final EtcdOptions options;
  private final HttpClient http;
  private final EtcdApi api;

  /** Held by who waits for changes; guards {@code watch}. */
  private final ReentrantLock waiting = new ReentrantLock();

  private EtcdWatch watch;
  private volatile String cluster = "";

  private EtcdStore(EtcdOptions options, HttpClient http) {
    this.options = options;
    this.http = http;
    this.api = new EtcdApi(options, http);
  }

  /** Connects when it is asked something. */
  public static EtcdStore of(EtcdOptions options) {
    HttpClient.Builder http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(options.timeout());
    options.tls().ifPresent(http::sslContext);
    return new EtcdStore(options, http.build());
  }

  @Override
  public Tree read() throws StoreException, InterruptedException {
    SortedMap<String, Entry> entries = new TreeMap<>();
    String from = EtcdJson.bytes(options.prefix());
    long revision = 0;
    boolean more = true;
    while (more) {
      Map<String, Object> page = page(from, revision);
      String last = "";
      for (Object item : EtcdJson.list(page, "kvs")) {
        Map<String, Object> kv = EtcdJson.object(item);
        last = EtcdJson.key(kv);
        entries.put(relative(last), EtcdJson.entry(kv));
      }
      if (entries.size() > KEYS_MAX) {
        throw new StoreException(this + ": more than " + KEYS_MAX + " keys");
      }
      if (revision == 0) {
        Map<String, Object> header = EtcdJson.object(page, "header");
        revision = EtcdJson.number(header, "revision");
        cluster = EtcdJson.text(header, "cluster_id");
      }
      from = EtcdJson.bytes(last + '\0');
      more = EtcdJson.truth(page, "more") && !last.isEmpty();
    }
    return new Tree(revision, entries);
  }

  /** Later pages are of the first one's revision: all are of one moment. */
  private Map<String, Object> page(String from, long revision)
      throws StoreException, InterruptedException {
    return api.call(
        "/v3/kv/range",
        "{\"key\":%s,\"range_end\":%s,\"limit\":\"%d\",\"revision\":\"%d\"}"
            .formatted(from, EtcdJson.rangeEnd(options.prefix()), PAGE, revision));
  }

  private String relative(String key) {
    return key.substring(options.prefix().length());
  }

  @Override
  public Tree awaitNewer(Tree known, Duration atMost) throws StoreException, InterruptedException {
    waiting.lockInterruptibly();
    try {
      if (watch == null || watch.revision() != known.revision()) {
        watchFrom(known.revision());
      }
      return switch (watch.next(atMost)) {
        case EtcdWatch.News.Changes changes -> changed(known, changes);
        case EtcdWatch.News.Nothing _ -> sure(known);
        case EtcdWatch.News.Compacted _ -> anew();
        case EtcdWatch.News.Broken(StoreException why) -> throw lost(why);
      };
    } catch (StoreException e) {
      unwatch();
      throw e;
    } finally {
      waiting.unlock();
    }
  }

  private void watchFrom(long revision) throws StoreException, InterruptedException {
    unwatch();
    watch = EtcdWatch.open(api, options.prefix(), revision);
  }

  private void unwatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  /** What is known may have been missed by much: it is read as a whole. */
  private Tree anew() throws StoreException, InterruptedException {
    unwatch();
    return read();
  }

  private StoreException lost(StoreException why) {
    api.leave(watch.member());
    // A watch does not say that it was the token.
    api.forgetToken();
    return why;
  }

  /**
   * Nothing has come: because there is nothing, or because nobody is there any more. A store that
   * was set up anew has another number, or a lower revision; a watch would wait there for ever.
   */
  private Tree sure(Tree known) throws StoreException, InterruptedException {
    Map<String, Object> header =
        EtcdJson.object(
            api.call(
                "/v3/kv/range",
                "{\"key\":%s,\"count_only\":true}".formatted(EtcdJson.bytes(options.prefix()))),
            "header");
    boolean same =
        EtcdJson.text(header, "cluster_id").equals(cluster)
            && EtcdJson.number(header, "revision") >= known.revision();
    if (same && watch.member() != api.member()) {
      // The member that was watched does not answer any more; another one did.
      unwatch();
    }
    return same ? known : anew();
  }

  private Tree changed(Tree known, EtcdWatch.News.Changes changes) throws StoreException {
    SortedMap<String, Entry> entries = new TreeMap<>(known.entries());
    for (EtcdWatch.Change change : changes.changes()) {
      String key = relative(change.key());
      change.entry().ifPresentOrElse(e -> entries.put(key, e), () -> entries.remove(key));
    }
    if (entries.size() > KEYS_MAX) {
      throw new StoreException(this + ": more than " + KEYS_MAX + " keys");
    }
    return new Tree(changes.revision(), entries);
  }

  @Override
  public boolean write(String key, String value, long version)
      throws StoreException, InterruptedException {
    return transaction(
        key,
        version,
        "{\"request_put\":{\"key\":%s,\"value\":%s}}".formatted(full(key), bounded(key, value)),
        now -> now.filter(e -> e.value().equals(value) && e.version() > version).isPresent());
  }

  @Override
  public boolean remove(String key, long version) throws StoreException, InterruptedException {
    return transaction(
        key,
        version,
        "{\"request_delete_range\":{\"key\":%s}}".formatted(full(key)),
        now -> now.isEmpty() && version != 0);
  }

  /**
   * @param done tells by what stands there that it was done, where that was not said
   */
  private boolean transaction(
      String key, long version, String request, Predicate<Optional<Entry>> done)
      throws StoreException, InterruptedException {
    String compare =
        "{\"key\":%s,\"target\":\"MOD\",\"result\":\"EQUAL\",\"mod_revision\":\"%d\"}"
            .formatted(full(key), version);
    EtcdApi.Answer answer =
        api.ask("/v3/kv/txn", "{\"compare\":[%s],\"success\":[%s]}".formatted(compare, request));
    return EtcdJson.truth(answer.body(), "succeeded")
        || (answer.repeated() && done.test(entry(key)));
  }

  private Optional<Entry> entry(String key) throws StoreException, InterruptedException {
    Map<String, Object> answer = api.call("/v3/kv/range", "{\"key\":%s}".formatted(full(key)));
    List<?> found = EtcdJson.list(answer, "kvs");
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(EtcdJson.entry(EtcdJson.object(found.getFirst())));
  }

  private String full(String key) {
    return EtcdJson.bytes(options.prefix() + key);
  }

  private String bounded(String key, String value) throws StoreException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > VALUE_BYTES_MAX) {
      throw new StoreException(
          "%s: the value of %s has more than %d bytes".formatted(this, key, VALUE_BYTES_MAX));
    }
    return EtcdJson.bytes(bytes);
  }

  @Override
  public Lease lease(Duration ttl) throws StoreException, InterruptedException {
    Map<String, Object> granted =
        api.call("/v3/lease/grant", "{\"TTL\":\"%d\"}".formatted(ttl.toSeconds()));
    return new EtcdLease(EtcdJson.number(granted, "ID"));
  }

  private final class EtcdLease implements Lease {
    private final long id;

    EtcdLease(long id) {
      this.id = id;
    }

    @Override
    public void write(String key, String value) throws StoreException, InterruptedException {
      api.call(
          "/v3/kv/put",
          "{\"key\":%s,\"value\":%s,\"lease\":\"%d\"}"
              .formatted(full(key), bounded(key, value), id));
    }

    @Override
    public void renew() throws StoreException, InterruptedException {
      Map<String, Object> answer = api.call("/v3/lease/keepalive", "{\"ID\":\"%d\"}".formatted(id));
      if (EtcdJson.number(EtcdJson.object(answer, "result"), "TTL") <= 0) {
        throw new StoreException(EtcdStore.this + ": the lease has run out");
      }
    }

    @Override
    public void close() {
      try {
        api.call("/v3/lease/revoke", "{\"ID\":\"%d\"}".formatted(id));
      } catch (StoreException e) {
        // It runs out by itself.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
    waiting.lock();
    try {
      unwatch();
    } finally {
      waiting.unlock();
    }
  }

  @Override
  public String toString() {
    return "etcd at " + String.join(", ", options.members());
  }
}
