package io.steelyard.store.consul;

import io.steelyard.store.tree.KeyStore.Lease;
import io.steelyard.store.tree.StoreException;
import io.steelyard.store.tree.Tree.Entry;
import io.steelyard.wire.json.JsonWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A session whose keys Consul removes with it (documentation, "Session HTTP Endpoint"). One that is
 * not renewed ends between once and twice its TTL later. It ends as well when the agent that made
 * it fails. Its keys may be held anew at once: without a lock-delay.
 */
final class ConsulSession implements Lease {
  private static final Duration TTL_MAX = Duration.ofHours(24);

  /** Somebody may take the key in between. */
  private static final int TRIES = 3;

  private final ConsulApi api;
  private final ConsulValues values;
  private final String id;

  private ConsulSession(ConsulApi api, ConsulValues values, String id) {
    this.api = api;
    this.values = values;
    this.id = id;
  }

  static ConsulSession create(ConsulApi api, ConsulValues values, Duration ttl)
      throws StoreException, InterruptedException {
    long seconds = ttl.plusMillis(999).toSeconds();
    Map<String, Object> wanted = new LinkedHashMap<>();
    wanted.put("Name", "steelyard");
    wanted.put("TTL", Math.min(seconds, TTL_MAX.toSeconds()) + "s");
    wanted.put("Behavior", "delete");
    wanted.put("LockDelay", "0s");
    String made = api.session("create", JsonWriter.text(wanted)).text();
    return new ConsulSession(api, values, ConsulJson.text(made, "ID"));
  }

  @Override
  public void write(String key, String value) throws StoreException, InterruptedException {
    byte[] bytes = values.bytes(key, value);
    String full = values.full(key);
    for (int tried = 0; tried < TRIES; tried++) {
      if (api.set(full, "acquire=" + id, bytes)) {
        return;
      }
      clear(full);
    }
    throw new StoreException(
        full + " in Consul is held by another session, or was a moment ago: its lock-delay passes");
  }

  /**
   * Removes what another session holds, which may be that of a former life. Not let go and taken
   * over: who dies in between would leave a key behind that nobody removes.
   */
  private void clear(String full) throws StoreException, InterruptedException {
    ConsulApi.Answer there = api.get(full);
    if (there.found()) {
      for (Entry entry : ConsulJson.entries(there.text(), full).values()) {
        api.delete(full, entry.version());
      }
    }
  }

  @Override
  public void renew() throws StoreException, InterruptedException {
    if (!api.session("renew/" + id, "").found()) {
      throw new StoreException("Consul: the lease has run out");
    }
  }

  @Override
  public void close() {
    try {
      api.session("destroy/" + id, "");
    } catch (StoreException e) {
      // It runs out by itself.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
