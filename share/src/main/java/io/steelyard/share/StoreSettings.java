package io.steelyard.share;

import io.steelyard.share.memcached.MemcachedStore;
import io.steelyard.share.redis.RedisStore;
import io.steelyard.share.store.Store;
import java.time.Duration;
import java.util.Optional;

/**
 * Which store, and who asks it.
 *
 * @param url without user and password: {@code redis://h:p/0}, {@code redis+sentinel://h:p,h:p/m},
 *     {@code redis+cluster://h:p,h:p}, with {@code rediss} in place of {@code redis} for TLS, or
 *     {@code memcached://h:p,h:p}
 * @param user empty: the default one
 * @param password prints with nothing of this
 */
public record StoreSettings(String url, String user, Optional<String> password) {
  /** For an answer of the store. Requests do not wait so long. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** The store; connects when it is asked first. */
  public Store open() {
    return url.startsWith("memcached:")
        ? MemcachedStore.open(url, TIMEOUT)
        : RedisStore.open(url, user.isEmpty() ? null : user, password.orElse(null), TIMEOUT);
  }

  @Override
  public String toString() {
    return url;
  }
}
