package io.steelyard.store.zookeeper;

import io.steelyard.config.ClientTls;
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
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whose certificates are believed, and what is shown. ZooKeeper's client takes both from files
 * alone: temporary ones in PEM that only their owner reads, until this is closed. Without the first
 * it would not compare names.
 */
final class TlsFiles implements AutoCloseable {
  private final ClientTls client;
  private final Path trusted;
  private final Optional<Path> own;

  private TlsFiles(ClientTls client, Path trusted, Optional<Path> own) {
    this.client = client;
    this.trusted = trusted;
    this.own = own;
  }

  static TlsFiles of(ClientTls client) throws IOException, GeneralSecurityException {
    StringBuilder believed = new StringBuilder();
    List<X509Certificate> ca = client.ca().isEmpty() ? javas() : client.ca();
    for (X509Certificate certificate : ca) {
      block(believed, "CERTIFICATE", certificate.getEncoded());
    }
    Path trusted = write("steelyard-trust", believed);
    try {
      return new TlsFiles(client, trusted, own(client));
    } catch (IOException | GeneralSecurityException e) {
      delete(trusted);
      throw e;
    }
  }

  private static Optional<Path> own(ClientTls client) throws IOException, GeneralSecurityException {
    Optional<Path> own = Optional.empty();
    if (client.identity().isPresent()) {
      StringBuilder shown = new StringBuilder();
      block(shown, "PRIVATE KEY", client.identity().get().key().getEncoded());
      for (X509Certificate certificate : client.identity().get().chain()) {
        block(shown, "CERTIFICATE", certificate.getEncoded());
      }
      own = Optional.of(write("steelyard-own", shown));
    }
    return own;
  }

  /** RFC 7468, section 2. */
  private static void block(StringBuilder pem, String label, byte[] der) {
    pem.append("-----BEGIN ")
        .append(label)
        .append("-----\n")
        .append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der))
        .append("\n-----END ")
        .append(label)
        .append("-----\n");
  }

  /** Java lets nobody else read a temporary file. */
  private static Path write(String name, StringBuilder pem) throws IOException {
    return Files.writeString(Files.createTempFile(name, ".pem"), pem);
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
    return StoreTls.context(client);
  }

  Path trusted() {
    return trusted;
  }

  /** The key and what certifies it, if there is something to show. */
  Optional<Path> own() {
    return own;
  }

  @Override
  public void close() {
    delete(trusted);
    own.ifPresent(TlsFiles::delete);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Others clear the folder for temporary files.
    }
  }
}
