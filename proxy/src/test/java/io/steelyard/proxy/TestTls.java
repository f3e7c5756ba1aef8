package io.steelyard.proxy;

import io.steelyard.core.snapshot.TlsTerms.Credential;
import io.steelyard.testkit.TestCertificate;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** Certificates as files, and the JDK's TLS as the other side. */
final class TestTls {
  private TestTls() {}

  static X509Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  static PrivateKey key(TestCertificate made) throws IOException, GeneralSecurityException {
    String pem = Files.readString(made.key()).replaceAll("-----[A-Z ]*-----|\\s", "");
    return KeyFactory.getInstance(certificate(made.file()).getPublicKey().getAlgorithm())
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
  }

  static Credential credential(TestCertificate made) throws IOException, GeneralSecurityException {
    return new Credential(List.of(certificate(made.file())), key(made));
  }

  /** Believes everybody: what is shown is not whom the JDK trusts. */
  @SuppressWarnings("CustomX509TrustManager") // the certificate is looked at where it matters
  private static final class Believer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** One that shows these, and remembers sessions. */
  static SSLContext context(TestCertificate... shown) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(shown), new TrustManager[] {new Believer()}, new SecureRandom());
    return context;
  }

  private static KeyManager[] keys(TestCertificate... shown)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (TestCertificate one : shown) {
      store.setKeyEntry(
          one.key().toString(),
          key(one),
          new char[0],
          new X509Certificate[] {certificate(one.file())});
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, new char[0]);
    return keys.getKeyManagers();
  }

  /** Speaks TLS on a connection, from the first byte to the end of the handshake. */
  static SSLSocket over(SSLContext context, Socket socket, String version) throws IOException {
    SSLSocket s =
        (SSLSocket) context.getSocketFactory().createSocket(socket, "a.example", 443, true);
    s.setEnabledProtocols(new String[] {version});
    s.startHandshake();
    return s;
  }

  /** The same of a client that understands signatures of these schemes only. */
  static SSLSocket signedBy(Socket socket, String... schemes)
      throws IOException, GeneralSecurityException {
    SSLSocket s =
        (SSLSocket) context().getSocketFactory().createSocket(socket, "a.example", 443, true);
    SSLParameters parameters = s.getSSLParameters();
    parameters.setSignatureSchemes(schemes);
    s.setSSLParameters(parameters);
    s.startHandshake();
    return s;
  }
}
