package io.steelyard.app.cli;

import io.steelyard.config.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** TLS as the options of a command say. */
final class ClientTls {
  private ClientTls() {}

  /**
   * What Java would not do by itself.
   *
   * @param ca whose certificates are believed of the node; empty for those that Java believes
   * @param certificate of whoever asks, with its {@code key}
   * @throws UsageException saying which file is wrong and why
   */
  static SSLContext of(Optional<String> ca, Optional<String> certificate, Optional<String> key)
      throws UsageException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(certificate, key), trust(ca), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new UsageException("TLS cannot be set up: " + e.getMessage());
    }
  }

  private static TrustManager[] trust(Optional<String> ca)
      throws UsageException, GeneralSecurityException, IOException {
    if (ca.isEmpty()) {
      return null;
    }
    KeyStore store = empty();
    for (X509Certificate certificate : certificates("--ca", ca.get())) {
      store.setCertificateEntry("authority " + store.size(), certificate);
    }
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    return trust.getTrustManagers();
  }

  private static KeyManager[] keys(Optional<String> certificate, Optional<String> key)
      throws UsageException, GeneralSecurityException, IOException {
    if (certificate.isEmpty()) {
      return null;
    }
    List<X509Certificate> chain = certificates("--cert", certificate.get());
    char[] none = new char[0];
    KeyStore store = empty();
    store.setKeyEntry(
        "own", key(key.orElseThrow(), chain), none, chain.toArray(Certificate[]::new));
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, none);
    return keys.getKeyManagers();
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static List<X509Certificate> certificates(String option, String file)
      throws UsageException {
    try {
      return Pem.certificates(content(option, file));
    } catch (GeneralSecurityException e) {
      throw new UsageException(
          "%s: expected certificates in PEM in '%s', found %s"
              .formatted(option, file, e.getMessage()));
    }
  }

  private static PrivateKey key(String file, List<X509Certificate> chain) throws UsageException {
    try {
      return Pem.privateKey(content("--key", file), chain.getFirst().getPublicKey());
    } catch (GeneralSecurityException e) {
      throw new UsageException(
          "--key: expected the private key of --cert in '%s', %s".formatted(file, e.getMessage()));
    }
  }

  /** A file that an option names. */
  static byte[] content(String option, String file) throws UsageException {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (IOException | InvalidPathException e) {
      throw new UsageException(option + ": cannot read '" + file + "'");
    }
  }
}
