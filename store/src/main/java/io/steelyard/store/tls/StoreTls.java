package io.steelyard.store.tls;

import io.steelyard.config.ClientTls;
import io.steelyard.config.Identity;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client of a store believes, and what to say of a store that is not believed. */
public final class StoreTls {
  /** What peers say who miss a certificate, or do not believe it (RFC 8446 section 6.2). */
  private static final Pattern REFUSALS =
      Pattern.compile("bad_certificate|certificate_required|unknown_ca|handshake_failure");

  /** Said of a store that breaks a handshake off. */
  public static final String REFUSES =
      "will not speak TLS with this node; where it asks for certificates, give one that it"
          + " believes with 'store: {certificate: FILE, key: FILE}'";

  private StoreTls() {}

  /** Believes whom a client believes, and shows what it has to show. */
  public static SSLContext context(ClientTls client) {
    try {
      if (client.equals(ClientTls.DEFAULT)) {
        return SSLContext.getDefault();
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          client.identity().isPresent() ? keys(client.identity().get()) : null,
          client.ca().isEmpty() ? null : trust(client.ca()),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every Java has TLS", e);
    }
  }

  private static TrustManager[] trust(List<X509Certificate> ca)
      throws GeneralSecurityException, IOException {
    KeyStore anchors = empty();
    for (int i = 0; i < ca.size(); i++) {
      anchors.setCertificateEntry("ca" + i, ca.get(i));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    return trust.getTrustManagers();
  }

  private static KeyManager[] keys(Identity own) throws GeneralSecurityException, IOException {
    char[] none = new char[0];
    KeyStore store = empty();
    store.setKeyEntry("own", own.key(), none, own.chain().toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, none);
    return keys.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
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
    if (REFUSALS.matcher(message).find()) {
      return REFUSES;
    }
    return message.contains("No subject alternative") || message.contains("No name matching")
        ? "has a certificate for another host: " + message
        : "does not speak TLS as expected: " + message;
  }
}
