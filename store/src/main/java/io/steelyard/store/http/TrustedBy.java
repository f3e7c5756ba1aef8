package io.steelyard.store.http;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS with those whose certificates some authorities have signed. */
public final class TrustedBy {
  private TrustedBy() {}

  /**
   * A context for clients that believes what these have signed, and nobody else.
   *
   * @param authorities none: those that Java believes
   */
  public static SSLContext context(List<X509Certificate> authorities) {
    try {
      if (authorities.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore believed = KeyStore.getInstance(KeyStore.getDefaultType());
      believed.load(null, null);
      for (int i = 0; i < authorities.size(); i++) {
        believed.setCertificateEntry("authority" + i, authorities.get(i));
      }
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(believed);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("Java cannot trust the given certificates", e);
    }
  }
}
