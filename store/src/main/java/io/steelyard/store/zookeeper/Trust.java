package io.steelyard.store.zookeeper;

import io.steelyard.store.tls.StoreTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose certificates are believed. ZooKeeper's client takes them from a file alone: a temporary one
 * in PEM that only its owner reads, until this is closed. Without one it would not compare names.
 */
final class Trust implements AutoCloseable {
  private final List<X509Certificate> ca;
  private final Path file;

  private Trust(List<X509Certificate> ca, Path file) {
    this.ca = ca;
    this.file = file;
  }

  /**
   * @param ca empty for those that Java believes
   */
  static Trust in(List<X509Certificate> ca) throws IOException, GeneralSecurityException {
    List<X509Certificate> all = ca.isEmpty() ? javas() : ca;
    StringBuilder pem = new StringBuilder();
    Base64.Encoder base64 = Base64.getMimeEncoder(64, new byte[] {'\n'});
    for (X509Certificate certificate : all) {
      pem.append("-----BEGIN CERTIFICATE-----\n")
          .append(base64.encodeToString(certificate.getEncoded()))
          .append("\n-----END CERTIFICATE-----\n");
    }
    Path file = Files.createTempFile("steelyard-trust", ".pem");
    return new Trust(all, Files.writeString(file, pem));
  }

  private static List<X509Certificate> javas() throws GeneralSecurityException {
    return Arrays.stream(managers(null).getTrustManagers())
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()))
        .toList();
  }

  private static TrustManagerFactory managers(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory;
  }

  /** The same for a connection of ours. */
  SSLContext context() {
    return StoreTls.believing(ca);
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Others clear the folder for temporary files; there is nothing secret in it.
    }
  }
}
