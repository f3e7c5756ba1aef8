package io.steelyard.share;

import io.steelyard.share.memcached.MemcachedStore;
import io.steelyard.share.redis.RedisStore;
import io.steelyard.share.store.Store;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Which store, and who asks it.
 *
 * @param url without user and password: {@code redis://h:p/0}, {@code redis+sentinel://h:p,h:p/m},
 *     {@code redis+cluster://h:p,h:p}, with {@code rediss} in place of {@code redis} for TLS, or
 *     {@code memcached://h:p,h:p}
 * @param user empty: the default one
 * @param password prints with nothing of this
 * @param sentinelPassword what sentinels are told; prints with nothing of this either
 * @param ca whose certificates are believed through TLS; none: those that Java believes
 */
public record StoreSettings(
    String url,
    String user,
    Optional<String> password,
    Optional<String> sentinelPassword,
    List<X509Certificate> ca) {
  /** For an answer of the store. Requests do not wait so long. */
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  public StoreSettings {
    ca = List.copyOf(ca);
  }

  /** With nothing but a user and a password. */
  public StoreSettings(String url, String user, Optional<String> password) {
    this(url, user, password, Optional.empty(), List.of());
  }

  /** The store; connects when it is asked first. */
  public Store open() {
    return url.startsWith("memcached:")
        ? MemcachedStore.open(url, TIMEOUT)
        : RedisStore.open(
            url,
            user.isEmpty() ? null : user,
            password.orElse(null),
            sentinelPassword.orElse(null),
            TIMEOUT,
            trust());
  }

  private SSLContext trust() {
    try {
      if (ca.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
      believed.load(null, null);
      for (int i = 0; i < ca.size(); i++) {
        believed.setCertificateEntry("ca" + i, ca.get(i));
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(believed);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java platform keeps certificates in memory", e);
    }
  }

  @Override
  public String toString() {
    return url;
  }
}
