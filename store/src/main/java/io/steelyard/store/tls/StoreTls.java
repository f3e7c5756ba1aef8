package io.steelyard.store.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client of a store believes, and what to say of a store that is not believed. */
public final class StoreTls {
  private StoreTls() {}

  /**
   * Believes what these have signed.
   *
   * @param ca empty for those that Java believes
   */
  public static SSLContext believing(List<X509Certificate> ca) {
    try {
      if (ca.isEmpty()) {
        return SSLContext.getDefault();
      }
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      for (int i = 0; i < ca.size(); i++) {
        anchors.setCertificateEntry("ca" + i, ca.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(anchors);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  /** What is wrong between the two, behind the store's name; empty if it is not about TLS. */
  public static Optional<String> defect(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      if (e instanceof SSLException) {
        return Optional.of(said(String.valueOf(e.getMessage())));
      }
    }
    return Optional.empty();
  }

  /** Java's own words say little to who does not know its classes. */
  private static String said(String message) {
    if (message.contains("PKIX")) {
      return "has a certificate that none of those has signed who are believed:"
          + " name its authority with 'store: {ca: FILE}'";
    }
    return message.contains("No subject alternative") || message.contains("No name matching")
        ? "has a certificate for another host: " + message
        : "does not speak TLS as expected: " + message;
  }
}
